// SPDX-License-Identifier: Apache-2.0
#include "cli/signals.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <new>

namespace cli {

namespace {

volatile std::sig_atomic_t first_signal = 0;
std::array<int, 2> wake_pipe = {-1, -1};

extern "C" void on_signal(int number) {
  if (first_signal != 0) ::_exit(128 + number);
  first_signal = number;
  const int saved = errno;
  const char byte = 0;
  (void)!::write(wake_pipe[1], &byte, 1);
  errno = saved;
}

void install(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

Signals::Signals() {
  if (::pipe2(wake_pipe.data(), O_NONBLOCK | O_CLOEXEC) != 0) throw std::bad_alloc{};
  first_signal = 0;
  install(on_signal);
}

Signals::~Signals() {
  install(SIG_DFL);
  ::close(wake_pipe[0]);
  ::close(wake_pipe[1]);
  wake_pipe = {-1, -1};
}

int Signals::wake_fd() const { return wake_pipe[0]; }

int Signals::received() { return first_signal; }

int Signals::wait() {
  while (first_signal == 0) {
    pollfd wait_for{wake_pipe[0], POLLIN, 0};
    (void)::poll(&wait_for, 1, -1);
  }
  return first_signal;
}

}  // namespace cli
