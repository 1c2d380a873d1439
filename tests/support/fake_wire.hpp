// SPDX-License-Identifier: Apache-2.0
// A wire that talks to a function: what run/ asks is recorded, time passes only when nothing else
// can happen.
#pragma once

#include <functional>
#include <map>
#include <queue>
#include <string>
#include <vector>

#include "wire/wire.hpp"

namespace support {

class FakeWire final : public wire::Wire {
 public:
  using Target = std::function<model::Observation(const model::Exchange&)>;

  explicit FakeWire(Target target) : target_(std::move(target)) {}

  void send(const model::Exchange& exchange, Done done) override {
    ++in_flight_;
    most_in_flight_ = std::max(most_in_flight_, in_flight_);
    sent_.push_back(exchange);
    sent_at_.push_back(now_);
    schedule(latency_of ? latency_of(exchange) : latency, [this, exchange, done = std::move(done)] {
      --in_flight_;
      done(target_(exchange));
    });
  }
  void after(base::Milliseconds delay, std::function<void()> on_time) override { schedule(delay, std::move(on_time)); }
  bool turn() override {
    if (events_.empty()) return false;
    const auto next = events_.begin();
    now_ = std::max(now_, next->first);
    const auto act = std::move(next->second);
    events_.erase(next);
    act();
    return true;
  }
  [[nodiscard]] base::Milliseconds now() const override { return now_; }
  [[nodiscard]] int connections_opened() const override { return static_cast<int>(sent_.size()); }

  [[nodiscard]] const std::vector<model::Exchange>& sent() const { return sent_; }
  [[nodiscard]] const std::vector<base::Milliseconds>& sent_at() const { return sent_at_; }
  [[nodiscard]] int most_in_flight() const { return most_in_flight_; }

  base::Milliseconds latency{10};
  std::function<base::Milliseconds(const model::Exchange&)> latency_of;   // instead, where it is set

 private:
  void schedule(base::Milliseconds delay, std::function<void()> act) { events_.emplace(now_ + delay, std::move(act)); }

  Target target_;
  std::multimap<base::Milliseconds, std::function<void()>> events_;
  base::Milliseconds now_{0};
  std::vector<model::Exchange> sent_;
  std::vector<base::Milliseconds> sent_at_;
  int in_flight_ = 0;
  int most_in_flight_ = 0;
};

}  // namespace support
