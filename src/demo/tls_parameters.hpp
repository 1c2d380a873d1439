// SPDX-License-Identifier: Apache-2.0
// What the reference provider negotiates: versions, suites, groups, sessions, and what faults make of them.
#pragma once

#include <openssl/ssl.h>

#include <string>

#include "base/result.hpp"
#include "demo/messages.hpp"

namespace demo {

// `ciphers`: OpenSSL's words for the suites specified.
base::Status set_parameters(SSL_CTX* context, const std::string& ciphers, const Faults& faults);

}  // namespace demo
