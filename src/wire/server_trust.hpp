// SPDX-License-Identifier: Apache-2.0
// Verifying the target's own certificate, when the user gave a CA to hold it against.
#pragma once

#include <openssl/ssl.h>

#include <string>

#include "base/result.hpp"
#include "wire/wire.hpp"

namespace wire {

// Makes handshakes of `context` fail unless the target's certificate chains to settings.server_ca
// and carries the name; the reason lands in the context's trace. Does nothing without a CA.
base::Status require_trust(SSL_CTX* context, const Settings& settings, const std::string& host);

}  // namespace wire
