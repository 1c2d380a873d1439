// SPDX-License-Identifier: Apache-2.0
// The interface half of a profile: its interactions and what a good request looks like.
#pragma once

#include "base/strict_json.hpp"
#include "model/profile.hpp"
#include "model/target.hpp"

namespace profile {

// Reads interaction_prefix, interactions and request; entries replace those of the extended profile.
void read_interactions(base::Fields& fields, model::Profile& profile, base::Problems& problems);

// Puts the target file's own interactions in: an entry replaces the built-in one of the same id, or
// adds one, whose row of the scope table its first path segment tells.
// What each needs of the target file, once all of the profile is known.
void settle_needs(model::Profile& profile);

void add_own_interactions(model::Profile& profile, const model::Target& target);

}  // namespace profile
