// SPDX-License-Identifier: Apache-2.0
// Signatures nobody has a reason to trust, for tokens that should be unsigned.
#pragma once

#include <string>
#include <string_view>

namespace pki {

// The octets for a word of token.sign: hs256-blank (an empty key), hs256-weak (the key "secret"),
// hs256-server-key (the octets of the PEM file of the target's public key: who verifies RS256 and takes alg from
// the token would use them, RFC 8725 2.1), rs256 (a key made for this process), es256-zero (sixty-four zeros).
// Empty for any other word, and for hs256-server-key where that key is not known.
std::string untrusted_signature(std::string_view way, std::string_view input, std::string_view server_key);

// Begins to make the RS256 key on another processor: it takes as long as hundreds of requests, and
// whoever signs first would have to wait for it.
void prepare_signing();

// Returns when it is made: asked for while nothing is in flight, so that no answer waits for it.
void await_signing();

}  // namespace pki
