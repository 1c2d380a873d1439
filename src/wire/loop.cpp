// SPDX-License-Identifier: Apache-2.0
#include "wire/loop.hpp"

#include <poll.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace wire {

void Loop::watch(int fd, short events, OnReady on_ready) {
  watches_[fd] = Watch{events, std::move(on_ready), next_++};
}

void Loop::unwatch(int fd) { watches_.erase(fd); }

Loop::TimerId Loop::after(base::Milliseconds delay, OnTime on_time) {
  const TimerId id = next_++;
  timers_[id] = Timer{Clock::now() + delay, std::move(on_time)};
  return id;
}

void Loop::cancel(TimerId timer) { timers_.erase(timer); }

void Loop::run_due_timers() {
  const auto now = Clock::now();
  std::vector<TimerId> due;
  for (const auto& [id, timer] : timers_)
    if (timer.due <= now) due.push_back(id);
  std::sort(due.begin(), due.end(), [&](TimerId a, TimerId b) { return timers_[a].due < timers_[b].due; });
  for (const TimerId id : due) {
    const auto at = timers_.find(id);
    if (at == timers_.end()) continue;  // an earlier one cancelled it
    const OnTime on_time = std::move(at->second.on_time);
    timers_.erase(at);
    on_time();
  }
}

bool Loop::turn() {
  if (watches_.empty() && timers_.empty()) return false;
  int wait = -1;
  if (!timers_.empty()) {
    auto earliest = Clock::time_point::max();
    for (const auto& [id, timer] : timers_) earliest = std::min(earliest, timer.due);
    // Rounded up: waking early would spin until the timer is due.
    const auto left = std::chrono::ceil<base::Milliseconds>(earliest - Clock::now()).count();
    wait = static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
  }
  std::vector<pollfd> polled;
  std::vector<std::uint64_t> generations;
  for (const auto& [fd, watch] : watches_) {
    polled.push_back({fd, watch.events, 0});
    generations.push_back(watch.generation);
  }
  const int ready = ::poll(polled.data(), polled.size(), wait);
  for (std::size_t i = 0; ready > 0 && i < polled.size(); ++i) {
    if (polled[i].revents == 0) continue;
    const auto at = watches_.find(polled[i].fd);
    if (at == watches_.end() || at->second.generation != generations[i]) continue;
    const OnReady on_ready = at->second.on_ready;  // a copy: it may unwatch itself
    on_ready(polled[i].revents);
  }
  run_due_timers();
  return true;
}

}  // namespace wire
