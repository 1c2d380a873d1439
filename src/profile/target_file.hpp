// SPDX-License-Identifier: Apache-2.0
// Target files: probity-formats(5), TARGET FILE.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "model/target.hpp"

namespace profile {

// Reads a target file; files named in it are made relative to its folder. Comments are allowed.
base::Result<model::Target> load_target(const std::filesystem::path& path);
base::Result<model::Target> target_from_text(std::string_view text, const std::string& name,
                                             const std::filesystem::path& folder);

// Checks the service root and makes an alias when there is none. Fails with usage.
base::Status complete_target(model::Target& target);

}  // namespace profile
