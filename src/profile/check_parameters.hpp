// SPDX-License-Identifier: Apache-2.0
// What stands under a check's `with`, held against the table of its probe.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/strict_json.hpp"
#include "model/mutation.hpp"
#include "model/probe.hpp"
#include "model/profile.hpp"

namespace profile {

// Adds to `problems` what does not fit: unknown or missing parameters, wrong types, words, mutation
// words, placeholders and interactions nobody knows.
void check_parameters(const base::Json& with, const std::string& pointer, const model::Probe& probe,
                      const model::Profile& profile, base::Problems& problems);

// One mutation as a check file writes it.
model::Mutation read_mutation(const base::Json& json, const std::string& pointer, base::Problems& problems);

}  // namespace profile
