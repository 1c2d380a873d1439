// SPDX-License-Identifier: Apache-2.0
// Whole files in, whole files out. Writing goes through a temporary file and a rename, so that a
// reader never sees half a file and a full disk never leaves one.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace base {

// Fails with no_input when absent or unreadable, bad_data when larger than `limit` bytes.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit = 64U << 20U);

enum class Access { everyone, owner_only };

// Fails with cannot_create (the file cannot be opened or renamed) or io (it cannot be written).
Status write_file(const std::filesystem::path& path, std::string_view content,
                  Access access = Access::everyone);

// Creates the folder and its parents; fails with cannot_create.
Status make_folder(const std::filesystem::path& path, Access access = Access::everyone);

}  // namespace base
