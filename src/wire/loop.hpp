// SPDX-License-Identifier: Apache-2.0
// The one event loop: descriptors and timers. libcurl's transfers and our raw sockets both wait
// here (src/README.md, Decisions).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>

#include "base/time.hpp"

namespace wire {

using Clock = std::chrono::steady_clock;

// Not thread-safe; callbacks may add and remove watches and timers, their own included.
class Loop {
 public:
  using OnReady = std::function<void(short events)>;   // poll(2) revents
  using OnTime = std::function<void()>;
  using TimerId = std::uint64_t;

  // Replaces an earlier watch of the same descriptor. The descriptor stays the caller's.
  void watch(int fd, short events, OnReady on_ready);
  void unwatch(int fd);

  TimerId after(base::Milliseconds delay, OnTime on_time);
  void cancel(TimerId timer);

  // Waits for the next event or timer and handles what is due. Returns false, at once, when there
  // is nothing to wait for. A signal counts as an event.
  bool turn();

 private:
  struct Watch {
    short events = 0;
    OnReady on_ready;
    std::uint64_t generation = 0;   // a descriptor number may be reused while events are handled
  };
  struct Timer {
    Clock::time_point due;
    OnTime on_time;
  };

  void run_due_timers();

  std::map<int, Watch> watches_;
  std::map<TimerId, Timer> timers_;
  std::uint64_t next_ = 1;
};

}  // namespace wire
