// SPDX-License-Identifier: Apache-2.0
// Building tokens octet by octet. Never a JWT library: libraries repair the very mutations that a
// check wants to send (owasp-dos-jwt-probes 3.3).
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "model/exchange.hpp"

namespace token {

struct Minted {
  std::string text;      // what follows "Bearer "
  base::Json header;     // as it stands in the token
  base::Json claims;
};

// The token of a recipe at a moment: iat = now - 2 (so that a clock slightly behind ours does not
// read it as future), exp = iat + 300, then the mutations in their order. Words that are not
// token.* are ignored.
Minted mint(const model::TokenRecipe& recipe, base::EpochSeconds now);

}  // namespace token
