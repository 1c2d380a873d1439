// SPDX-License-Identifier: Apache-2.0
// Profiles: finding them by name or file, following `extends`, and resolving them to one flat value.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "model/probe.hpp"
#include "model/profile.hpp"

namespace profile {

// Where profiles come from besides the program itself.
struct Sources {
  std::vector<std::filesystem::path> folders;   // PROBITY_PROFILES, searched first
  std::vector<std::filesystem::path> checks;    // --checks: further check files
  std::span<const model::Probe> probes;
};

// `name` is the name of a profile, or a file. Fails with no_input when there is none of that name
// (suggesting the nearest), bad_data when it or a file it names does not load.
base::Result<model::Profile> load_profile(const std::string& name, const Sources& sources);

// The names of all profiles that can be named without a path, sorted.
std::vector<std::string> profile_names(const Sources& sources);

// The flattened profile as JSON: what `profile resolve` prints and the digest is taken over.
base::Json resolved_json(const model::Profile& profile);

}  // namespace profile
