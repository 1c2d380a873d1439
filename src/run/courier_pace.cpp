// SPDX-License-Identifier: Apache-2.0
// How fast the courier sends, and what makes it slower: probity-judging(7), CONTROLS.
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.hpp"
#include "run/courier.hpp"

namespace run {

namespace {

using base::Milliseconds;
using model::Observation;

constexpr double rate_after_first_trouble = 100;  // where there was no limit before (loopback)
constexpr double slowest_rate = 1;
constexpr Milliseconds longest_pause{30000};

bool limited(const Observation& seen) { return seen.status == 429 || seen.status == 503; }

}  // namespace

// Token bucket: as many at once as a second allows.
bool Courier::may_send() {
  const auto now = wire_.now();
  if (now < quiet_until_) return false;
  if (pace_.rate <= 0) return true;
  allowance_ = std::min(burst_, allowance_ + pace_.rate * static_cast<double>((now - refilled_).count()) / 1000.0);
  refilled_ = now;
  if (allowance_ < 1) return false;
  allowance_ -= 1;
  return true;
}

// Halved once: a limiter that is met again says by Retry-After how long to wait, and is obeyed.
void Courier::slow_down() {
  if (std::exchange(slowed_, true)) return;
  pace_.rate = pace_.rate <= 0 ? rate_after_first_trouble : std::max(slowest_rate, pace_.rate / 2);
  burst_ = pace_.rate;
  allowance_ = std::min(allowance_, pace_.rate);
}

void Courier::slow_to(double rate) {
  pace_.rate = pace_.rate <= 0 ? rate : std::min(pace_.rate, rate);
  burst_ = 1;
  allowance_ = std::min(allowance_, burst_);
}

std::optional<Milliseconds> Courier::retry_after(const Observation& seen) const {
  if (!limited(seen)) return std::nullopt;
  const auto header = model::header_value(seen, "Retry-After");
  if (!header) return Milliseconds{1000};
  if (const auto seconds = base::whole_number(base::trim(*header)))
    return std::min(longest_pause, Milliseconds{static_cast<std::int64_t>(std::min<std::uint64_t>(*seconds, 3600)) * 1000});
  if (const auto date = base::parse_http_date(base::trim(*header)))
    return std::clamp(Milliseconds{(*date - clock_()) * 1000}, Milliseconds{0}, longest_pause);
  return Milliseconds{1000};
}

Milliseconds Courier::pause_before_next() const {
  const auto quiet = quiet_until_ - wire_.now();
  const auto wanted = quiet > Milliseconds{0} ? quiet : Milliseconds{std::llround(std::ceil((1 - allowance_) / pace_.rate * 1000))};
  if (tidy_until_) return std::max(wanted, Milliseconds{1});
  return std::clamp(pace_.deadline - (wire_.now() - started_), Milliseconds{0}, wanted);  // the deadline is looked at then
}

void Courier::pause(Milliseconds length) {
  if (length <= Milliseconds{0}) return;
  const auto end = wire_.now() + length;
  // Interruptions wake the wire.
  wire_.after(length, [] {});
  for (look_for_halt(); halt_ == Halt::none && wire_.now() < end; look_for_halt())
    if (!wire_.turn()) break;
}

}  // namespace run
