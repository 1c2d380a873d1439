// SPDX-License-Identifier: Apache-2.0
#include "base/durable_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace base {

DurableLog::~DurableLog() {
  if (fd_ >= 0) ::close(fd_);
}

Status DurableLog::open() {
  fd_ = ::open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd_ < 0)
    return Error{Trouble::cannot_create, "cannot be created: " + std::generic_category().message(errno), path_.string(),
                 "name a folder that can be written, with -o"};
  // The name itself has to last as well.
  const std::filesystem::path folder = path_.parent_path().empty() ? "." : path_.parent_path();
  if (const int at = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); at >= 0) {
    (void)::fsync(at);
    ::close(at);
  }
  return end_cut_line();
}

// Half a line, as a kill leaves it, must not become half of the next one.
Status DurableLog::end_cut_line() {
  const off_t size = ::lseek(fd_, 0, SEEK_END);
  char last = '\n';
  if (size > 0 && ::pread(fd_, &last, 1, size - 1) == 1 && last != '\n') return append("");
  return Nothing{};
}

Status DurableLog::append(std::string_view line) {
  std::string text(line);
  text += '\n';
  std::string_view left = text;
  while (!left.empty()) {
    const ssize_t written = ::write(fd_, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  if (!left.empty() || ::fdatasync(fd_) != 0)
    return Error{Trouble::io, "cannot be written: " + std::generic_category().message(errno), path_.string(), ""};
  return Nothing{};
}

}  // namespace base
