// SPDX-License-Identifier: Apache-2.0
// A file to which lines are added, each on the disk before append() returns: what was written is
// there after kill -9.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.hpp"

namespace base {

class DurableLog {
 public:
  explicit DurableLog(std::filesystem::path path) : path_(std::move(path)) {}
  ~DurableLog();
  DurableLog(const DurableLog&) = delete;
  DurableLog& operator=(const DurableLog&) = delete;

  // Opens the file, which may be there already, and ends a line that was cut short. Fails with cannot_create or io.
  Status open();
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  // Adds the line and its end. Fails with io.
  Status append(std::string_view line);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  Status end_cut_line();

  std::filesystem::path path_;
  int fd_ = -1;
};

}  // namespace base
