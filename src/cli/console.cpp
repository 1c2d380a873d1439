// SPDX-License-Identifier: Apache-2.0
#include "cli/console.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/text.hpp"
#include "cli/exit_code.hpp"

namespace cli {

namespace {

using std::chrono::steady_clock;

bool set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

bool dumb() {
  const char* term = std::getenv("TERM");
  return term != nullptr && std::strcmp(term, "dumb") == 0;
}

// NO_COLOR and FORCE_COLOR as their conventions say; a flag outranks both.
bool wants_colour(const std::string& when) {
  if (when == "always") return true;
  if (when == "never" || set("NO_COLOR")) return false;
  if (set("FORCE_COLOR")) return true;
  return ::isatty(STDOUT_FILENO) == 1 && !dumb();
}

bool utf8_locale() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (set(name)) {
      const std::string value = base::lower(std::getenv(name));
      return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
    }
  return false;
}

int terminal_width(int fd) {
  winsize size{};
  if (::isatty(fd) != 1 || ::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col < 40) return 100;
  return std::min<int>(size.ws_col, 120);
}

}  // namespace

Console::Console(const Arguments& arguments)
    : colour_(wants_colour(arguments.one("color").value_or("auto"))),
      ascii_(arguments.flag("ascii") || !utf8_locale()),
      watched_(::isatty(STDERR_FILENO) == 1 && !dumb() && !arguments.flag("no-progress") && !arguments.flag("quiet")),
      width_(terminal_width(STDOUT_FILENO)),
      started_(steady_clock::now()),
      redrawn_(steady_clock::now()) {}

Console::~Console() { end_progress(); }

void Console::write(int fd, std::string_view text, bool whole) {
  if (fd == STDOUT_FILENO && left_ && !whole) return;
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      if (fd != STDOUT_FILENO) return;
      left_ = errno == EPIPE;
      if ((!left_ || whole) && broken_ == 0) broken_ = errno;
      return;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void Console::say(std::string_view text) {
  end_progress();
  write(claimed_ ? STDERR_FILENO : STDOUT_FILENO, text);
}

void Console::emit(std::string_view text) {
  end_progress();
  write(STDOUT_FILENO, text, true);
}

base::Error Console::breakage() const {
  return {base::Trouble::io, std::string("cannot write: ") + std::strerror(broken_), "standard output", ""};
}

void Console::note(std::string_view line) {
  end_progress();
  write(STDERR_FILENO, fmt::format("{}\n", base::printable(line)));
}

void Console::trouble(const base::Error& error) {
  end_progress();
  write(STDERR_FILENO, fmt::format("probity: {}\n", base::printable(base::one_line(error))));
}

void Console::progress(int sent, int planned) {
  if (!watched_) return;
  const auto now = steady_clock::now();
  if (drawn_ && now - redrawn_ < std::chrono::milliseconds(100)) return;
  redrawn_ = now;
  drawn_ = true;
  const int whole = std::max(planned, sent);
  const double share = whole == 0 ? 0 : static_cast<double>(sent) / whole;
  const auto spent = std::chrono::duration<double>(now - started_).count();
  const int left = share > 0.02 ? static_cast<int>(spent / share - spent + 0.5) : 0;
  constexpr int bar = 28;
  const int filled = static_cast<int>(share * bar);
  write(STDERR_FILENO, fmt::format("\r\033[K[{}{}] {}/{} exchanges  ETA {}:{:02}", std::string(static_cast<std::size_t>(filled), '#'),
                                   std::string(static_cast<std::size_t>(bar - filled), '-'), sent, whole, left / 60, left % 60));
}

void Console::end_progress() {
  if (!drawn_) return;
  drawn_ = false;
  write(STDERR_FILENO, "\r\033[K");
}

int finish(Console& console, model::Exit code) {
  const int number = static_cast<int>(code);
  const std::string& why = console.conclusion();
  console.note(fmt::format("exit {} ({}){}{}", number, exit_name(code), why.empty() ? "" : ": ", why));
  return number;
}

}  // namespace cli
