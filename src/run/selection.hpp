// SPDX-License-Identifier: Apache-2.0
// Which of a profile's checks a run shall make: the union of suites, narrowed by only, then by skip
// and level. What they drop is reported as skipped/filtered, never forgotten.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/profile.hpp"

namespace run {

struct Selection {
  std::vector<std::string> suites;
  std::vector<std::string> only;    // globs over check ids, or requirement ids
  std::vector<std::string> skip;
  std::optional<model::Level> level;   // checks of this level and above
};

// The ids of the checks selected. Fails with usage when a word matches nothing the profile has.
base::Result<std::set<std::string>> selected(const model::Profile& profile, const Selection& selection);

}  // namespace run
