// SPDX-License-Identifier: Apache-2.0
// Raw ClientHellos, so that "our client would not send it" never reads as "refused": any version
// from SSLv2 to TLS 1.3, any suite, independent of what the local OpenSSL still speaks.
#pragma once

#include <cstdint>
#include <vector>

#include "model/exchange.hpp"

namespace wire {

// The octets of the hello, record layer included (RFC 8446 4.1.2, RFC 5246 7.4.1.2, RFC 6101 5.6.1.2;
// SSLv2 per its 1995 draft). `random` gives 32 octets for random, session id and challenge.
// Kept out of the lengths 256 to 511 that old load balancers cannot take; the last extension is
// never empty. TLS 1.3 sends no key share, so that a server answers HelloRetryRequest without
// doing any work.
std::vector<std::uint8_t> client_hello(const model::HelloExchange& hello,
                                       const std::vector<std::uint8_t>& random);

}  // namespace wire
