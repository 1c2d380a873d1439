// SPDX-License-Identifier: Apache-2.0
// The known-good requests of HttpPhase, and what is said when the first of them is not accepted.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "probes/reproduce.hpp"
#include "probes/request_builder.hpp"
#include "run/http_phase.hpp"

namespace run {

using model::Cause;
using model::Judgement;
using model::Observation;
using model::Outcome;

Question HttpPhase::control_question(const model::Control& control) {
  const int n = ++controls_asked_[control.id];
  return {fmt::format("control-{}-{:02}", control.id, n), control.exchange};
}

HttpPhase::Controlled HttpPhase::ask_control(const model::Control& control) {
  Observation seen = courier_.ask_one(control_question(control));
  return {model::accepts(control, seen), std::move(seen)};
}

// What a person needs to mend it: the answer, the certificate's dates, the clocks, what was assumed.
void HttpPhase::explain(const Observation& seen, const std::string& label) {
  why_ = fmt::format("the known-good request ({}) was not accepted: {}", subject_.profile.base_control, in_words(seen));
  for (const auto& credential : subject_.credentials) {
    if (credential.label != label) continue;
    why_ += fmt::format("; client certificate {} is valid from {} to {}", credential.leaf.common_name,
                        base::rfc3339(credential.leaf.not_before), base::rfc3339(credential.leaf.not_after));
    break;
  }
  if (seen.clock_offset > 5 || seen.clock_offset < -5)
    why_ += fmt::format("; the target's clock is {} seconds {} ours", std::abs(seen.clock_offset),
                        seen.clock_offset > 0 ? "ahead of" : "behind");
  const auto& headers = subject_.profile.headers;
  const bool sends_it = std::any_of(headers.begin(), headers.end(), [](const auto& header) { return header.value.find("{asid.to}") != std::string::npos; });
  if (sends_it && !subject_.target.facts.contains("asid.to"))
    why_ += fmt::format("; asid.to is not in the target file, so Ssp-To was {}",
                        probes::fact(subject_, "asid.to").value_or("empty"));
}

bool HttpPhase::base_control() {
  auto good = probes::good_request(subject_, probes::base_interaction(subject_));
  const auto* control = std::get_if<model::Control>(&good);
  if (control == nullptr) {
    why_ = std::get<Judgement>(good).because;
    cause_ = std::get<Judgement>(good).cause;
    return false;
  }
  // On a connection of its own: one that is kept would stand in the way of the survey where a server
  // takes one at a time.
  model::Control alone = *control;
  alone.exchange.connection = model::Connection::fresh;
  Controlled first = ask_control(alone);
  // Only an answer is believed the first time.
  if (first.seen.outcome != Outcome::answered && first.seen.outcome != Outcome::not_sent) first = ask_control(alone);
  if (first.accepted) return true;
  repeat_ = probes::curl_line(alone.exchange, subject_.credentials);
  const Observation& seen = first.seen;
  const bool refused = seen.outcome == Outcome::refused || seen.outcome == Outcome::closed ||
                       (seen.outcome == Outcome::answered && seen.status >= 100 && seen.status < 500 && seen.status != 429);
  // A target that says no is asked with the wrong thing; one that says nothing is not there.
  cause_ = courier_.withheld(seen.id) ? Cause::deadline
           : refused || seen.outcome == Outcome::not_sent ? Cause::control
                                                           : Cause::blocked_by;
  explain(seen, alone.exchange.credential);
  return false;
}

}  // namespace run
