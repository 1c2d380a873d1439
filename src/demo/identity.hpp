// SPDX-License-Identifier: Apache-2.0
// The TLS half of the reference provider: TLS 1.2 with the specification's suites, and only the
// certificates of known clients let in. Each rule can be broken by a fault.
#pragma once

#include <openssl/ssl.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "demo/messages.hpp"

namespace demo {

struct Identity {
  std::filesystem::path certificate, key;   // the server's own
  std::filesystem::path ca, crl;            // what client certificates are held against
  std::vector<std::string> fqdns;           // the names they may carry
  std::string ciphers;                      // OpenSSL's words for the suites specified
  base::EpochSeconds now = 0;
};

// Whether the handshake does without a client certificate, so that HTTP must refuse instead.
bool certificate_is_optional(const Faults& faults);

// Whether a fault lets any name in over this connection's version.
bool overlooks_names(const SSL* ssl, const Faults& faults);

// Sets a server context up.
base::Status set_up(SSL_CTX* context, const Identity& identity, const Faults& faults);

}  // namespace demo
