// SPDX-License-Identifier: Apache-2.0
// Building tokens octet by octet. Never a JWT library: libraries repair the very mutations that a
// check wants to send.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/time.hpp"
#include "model/exchange.hpp"

namespace token {

// The octets of a signature over a JWS signing input; the way is a word of token.sign. Given by a
// floor that may use OpenSSL.
using Sign = std::function<std::string(std::string_view way, std::string_view input)>;

// What follows "Bearer ": the token of a recipe at a moment. iat = now - 2 (so that a clock slightly
// behind ours does not read it as future), exp = iat + 300, then the mutations: first those of claims
// and JOSE header, then those of the JSON texts, of the encoding, of the parts; within each in their
// order. Words that are not token.* are ignored.
std::string mint(const model::TokenRecipe& recipe, base::EpochSeconds now, const Sign& sign);

}  // namespace token
