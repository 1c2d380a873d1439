// SPDX-License-Identifier: Apache-2.0
#include "base/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace base {

namespace {

// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  // Closing reports the write errors that some file systems hold back until now.
  int close() {
    const int result = ::close(fd_);
    fd_ = -1;
    return result;
  }

 private:
  int fd_;
};

std::string reason(int code) { return std::generic_category().message(code); }

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0)
    return Error{Trouble::no_input, "cannot be read: " + reason(errno), path.string(), ""};
  std::string content;
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    // EINTR too: the signals this program handles ask it to end.
    if (got < 0) return Error{Trouble::no_input, "cannot be read: " + reason(errno), path.string(), ""};
    if (got == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(got));
    if (content.size() > limit)
      return Error{Trouble::bad_data, fmt::format("is larger than {} MiB", limit >> 20U), path.string(), ""};
  }
}

Status write_file(const std::filesystem::path& path, std::string_view content, Access access) {
  // A device or pipe (/dev/stdout, a CI's summary pipe) cannot be renamed over; it is written directly.
  std::error_code ignored;
  const bool in_place = std::filesystem::exists(path, ignored) &&
                        !std::filesystem::is_regular_file(path, ignored);
  const std::filesystem::path target =
      in_place ? path : std::filesystem::path(fmt::format("{}.tmp{}", path.string(), ::getpid()));
  const mode_t mode = access == Access::owner_only ? 0600 : 0644;
  const int flags = O_WRONLY | O_CLOEXEC | (in_place ? 0 : O_CREAT | O_TRUNC);
  Descriptor file(::open(target.c_str(), flags, mode));
  if (file.get() < 0)
    return Error{Trouble::cannot_create, "cannot be created: " + reason(errno), path.string(),
                 "check the folder and its permissions"};
  if (!write_all(file.get(), content) || file.close() != 0) {
    const int code = errno;
    if (!in_place) ::unlink(target.c_str());
    return Error{Trouble::io, "cannot be written: " + reason(code), path.string(), ""};
  }
  if (in_place) return Nothing{};
  if (::rename(target.c_str(), path.c_str()) != 0) {
    const int code = errno;
    ::unlink(target.c_str());
    return Error{Trouble::cannot_create, "cannot be created: " + reason(code), path.string(), ""};
  }
  return Nothing{};
}

Status make_folder(const std::filesystem::path& path, Access access) {
  std::error_code failed;
  std::filesystem::create_directories(path, failed);
  if (failed)
    return Error{Trouble::cannot_create, "cannot be created: " + failed.message(), path.string(),
                 "name a folder that can be written"};
  if (access == Access::owner_only)
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, failed);
  if (::access(path.c_str(), W_OK) != 0)
    return Error{Trouble::cannot_create, "cannot be written to: " + reason(errno), path.string(),
                 "name a folder that can be written"};
  return Nothing{};
}

}  // namespace base
