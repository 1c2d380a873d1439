// SPDX-License-Identifier: Apache-2.0
// Requirement catalogues: profiles/specs/*.json.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/requirement.hpp"

namespace profile {

// Reads one catalogue; `name` is the file as messages shall call it.
base::Result<model::Specification> load_specification(std::string_view text, const std::string& name);

// Every catalogue compiled into the program, sorted by id. A mistake in one is a defect of ours.
base::Result<std::vector<model::Specification>> shipped_specifications();

}  // namespace profile
