// SPDX-License-Identifier: Apache-2.0
// Ctrl-C and SIGTERM: the first finishes what is in flight and writes the reports, the second ends
// the program at once.
#pragma once

namespace cli {

class Signals {
 public:
  // Installs the handlers for the life of this object; one at a time.
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Becomes readable when a signal comes, to wake an event loop.
  [[nodiscard]] int wake_fd() const;
  // The first signal that came, or 0.
  [[nodiscard]] static int received();
  // Waits for one.
  static int wait();
};

}  // namespace cli
