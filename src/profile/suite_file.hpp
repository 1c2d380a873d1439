// SPDX-License-Identifier: Apache-2.0
// Check files: profiles/suites/*.json and --checks FILE.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "model/probe.hpp"
#include "model/profile.hpp"
#include "model/requirement.hpp"

namespace profile {

// What a check may refer to. The spans must outlive the call.
struct CheckContext {
  std::span<const model::Probe> probes;
  std::span<const model::Specification> known_specs;    // ids that may be cited
  const model::Profile& profile;                        // parameters, interactions, its own specs
};

// The words a check's "suite" may be (probity-formats(5), CHECK FILE).
std::span<const std::string> suite_words();

// Reads a file and expands its rows. Checks that cite none of the profile's specifications are left
// out: the same suite serves several profiles.
base::Result<std::vector<model::Check>> load_suite(std::string_view text, const std::string& name,
                                                   const CheckContext& context);

}  // namespace profile
