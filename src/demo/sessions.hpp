// SPDX-License-Identifier: Apache-2.0
// Whether the reference provider resumes TLS sessions, and makes handshakes again on one connection.
#pragma once

#include <openssl/ssl.h>

#include "demo/messages.hpp"

namespace demo {

// Sessions are the faults': a sound provider resumes nothing.
void set_sessions(SSL_CTX* context, const Faults& faults);

}  // namespace demo
