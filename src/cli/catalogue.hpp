// SPDX-License-Identifier: Apache-2.0
// What `list` and `explain` look through: the profile that -p names, or everything there is.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/arguments.hpp"
#include "cli/job.hpp"
#include "model/check.hpp"
#include "model/requirement.hpp"

namespace cli {

// The checks of the profile, or of all profiles that can be named, each once.
base::Result<std::vector<model::Check>> known_checks(const Arguments& arguments);
// The catalogues of the profile, or all that are shipped.
base::Result<std::vector<model::Specification>> known_specifications(const Arguments& arguments);
// Which control a check has, in a few words.
std::string control_of(const model::Check& check);

}  // namespace cli
