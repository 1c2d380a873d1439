// SPDX-License-Identifier: Apache-2.0
#include "cli/prompt.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <string_view>

namespace cli {

namespace {

constexpr char control_c = 3;
constexpr char control_d = 4;
constexpr std::size_t longest = 1024;

// Nothing is echoed, and Ctrl-C arrives as a character: killed by it, we would leave a terminal
// behind that shows nothing.
class Unseen {
 public:
  explicit Unseen(int fd) : fd_(fd), changed_(::tcgetattr(fd, &before_) == 0) {
    termios now = before_;
    now.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG | ICANON);
    now.c_cc[VMIN] = 1;
    now.c_cc[VTIME] = 0;
    changed_ = changed_ && ::tcsetattr(fd, TCSAFLUSH, &now) == 0;
  }
  ~Unseen() {
    if (changed_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

  [[nodiscard]] bool works() const { return changed_; }

 private:
  int fd_;
  termios before_{};
  bool changed_;
};

void write_all(int fd, std::string_view text) { (void)!::write(fd, text.data(), text.size()); }

// Fills `line`; false when the person gave up.
bool read_line(int fd, std::string& line) {
  const char erase = 127;
  const char backspace = 8;
  for (char typed = 0; line.size() < longest && ::read(fd, &typed, 1) == 1;) {
    if (typed == '\n' || typed == '\r') return true;
    if (typed == control_c || typed == control_d) return false;
    if (typed != erase && typed != backspace) {
      line += typed;
    } else if (!line.empty()) {
      line.pop_back();
    }
  }
  return false;
}

}  // namespace

pki::Passphrase ask_passphrase(const std::string& question) {
  const int fd = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (fd < 0) return {};
  std::string line;
  line.reserve(longest);  // one buffer, so that there is one to wipe
  const pki::WipedAtEnd wiped(line);
  bool given = false;
  {
    const Unseen unseen(fd);
    if (unseen.works() && ::isatty(STDIN_FILENO) == 1) {
      write_all(fd, question);
      given = read_line(fd, line);
      write_all(fd, "\n");
    }
  }
  ::close(fd);
  return given ? pki::Passphrase(line) : pki::Passphrase{};
}

}  // namespace cli
