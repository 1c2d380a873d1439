// SPDX-License-Identifier: Apache-2.0
// The bad credentials that need no CA's key, made from a valid pair on the fly: against a shared
// environment nobody has more than that.
#pragma once

#include <memory>
#include <vector>

#include "pki/credential.hpp"
#include "pki/kit.hpp"

namespace pki {

// self-signed, untrusted-ca, lookalike-ca, tampered-signature, key-mismatch and, when an
// intermediate is sent with it, missing-intermediate: each the valid one with one thing changed.
// Labels are the kinds' words. A kind that this key cannot give is left out.
std::vector<std::shared_ptr<const Credential>> made_from(const Credential& valid);

// Adds to a kit what it lacks of those kinds; returns the kinds added.
std::vector<model::CredentialKind> complete_from_valid(Kit& kit);

}  // namespace pki
