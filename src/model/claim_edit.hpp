// SPDX-License-Identifier: Apache-2.0
// The token.claim and token.time words on a set of claims. Here, below both floors that need it:
// token/ makes tokens with it, probes/ asks whether a word finds anything to change.
#pragma once

#include "base/json.hpp"
#include "base/time.hpp"
#include "model/mutation.hpp"

namespace model {

// Whether a name is a claim, or a JSON pointer that RFC 6901 allows.
bool is_claim_name(const std::string& name);

// Applies a word to the claims at a moment. False when it finds nothing to change: no such claim, or
// one of a kind the word is not for. Words that do not change claims are true and change nothing.
bool edit_claims(base::Json& claims, const Mutation& mutation, base::EpochSeconds now);

}  // namespace model
