// SPDX-License-Identifier: Apache-2.0
// The three FHIR resources inside a token: base resources, no GP Connect profiles.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "demo/rules.hpp"
#include "demo/token_text.hpp"

namespace demo {

void check_resource(const std::string& claim, const base::Json& resource, const Edition& edition, const Faults& faults,
                    std::vector<Complaint>& complaints);

}  // namespace demo
