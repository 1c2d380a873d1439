// SPDX-License-Identifier: Apache-2.0
// The rows of result.json, read: one function for each kind of object in its lists.
#pragma once

#include <string>

#include "base/strict_json.hpp"
#include "model/report.hpp"

namespace report {

model::Specification specification_from(const base::Json& json, const std::string& pointer,
                                        base::Problems& problems);
model::RequirementResult requirement_from(const base::Json& json, const std::string& pointer,
                                          base::Problems& problems);
model::Finding finding_from(const base::Json& json, const std::string& pointer,
                            base::Problems& problems);
model::CredentialResult credential_from(const base::Json& json, const std::string& pointer,
                                        base::Problems& problems);
model::WaiverResult waiver_from(const base::Json& json, const std::string& pointer,
                                base::Problems& problems);
model::Facts facts_from(const base::Json& json, const std::string& pointer,
                        base::Problems& problems);

}  // namespace report
