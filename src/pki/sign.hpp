// SPDX-License-Identifier: Apache-2.0
// Signatures nobody has a reason to trust, for tokens that should be unsigned.
#pragma once

#include <string>
#include <string_view>

namespace pki {

// The octets for a word of token.sign: hs256-blank (an empty key), hs256-weak (the key "secret"),
// rs256 (a key made for this process), es256-zero (sixty-four zeros). Empty for any other word.
std::string untrusted_signature(std::string_view way, std::string_view input);

// Begins to make the RS256 key on another processor: it takes as long as hundreds of requests, and
// whoever signs first would have to wait for it.
void prepare_signing();

// Returns when it is made: asked for while nothing is in flight, so that no answer waits for it.
void await_signing();

}  // namespace pki
