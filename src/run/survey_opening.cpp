// SPDX-License-Identifier: Apache-2.0
// How a survey begins: with a hello that the target accepts, whose answer stands before all others.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "run/survey_phase.hpp"

namespace run {

using model::Observation;
using model::Outcome;

// Nearly all clients name the server (RFC 6066 3): what cannot be reached so is told, not surveyed.
bool SurveyPhase::refuses_names() {
  model::HelloExchange nameless = candidates_.front();
  if (std::exchange(nameless.server_name, "").empty()) return false;
  return probes::accepts_hello(courier_.ask_one({"without-name", std::move(nameless)}));
}

bool SurveyPhase::find_known_good() { return find_known_good_after(courier_.ask_one(known_good())); }

bool SurveyPhase::find_known_good_after(Observation seen) {
  bool hung_up = false;
  bool answered = false;
  bool wants_name = false;
  for (good_ = 0; good_ < candidates_.size(); ++good_) {
    if (good_ > 0) seen = courier_.ask_one(known_good());
    if (good_ == 0 && probes::silent(seen)) seen = courier_.ask_one(known_good());
    if (probes::accepts_hello(seen)) return true;
    hung_up = hung_up || seen.outcome == Outcome::closed;
    answered = answered || seen.outcome == Outcome::refused;
    wants_name = wants_name || seen.alert == "unrecognized_name";
    why_ = courier_.halted() == Halt::none ? fmt::format("a known-good TLS hello was not accepted: {}", in_words(seen))
                                           : in_words(courier_.halted()) + " before a known-good TLS hello was answered";
    if (probes::silent(seen) || courier_.halted() != Halt::none) return false;
    // An answer that is no TLS will not become TLS with other suites.
    if (seen.outcome == Outcome::answered && !seen.tls.version) {
      why_ = "the answer to a TLS hello is no TLS: " + seen.detail;
      return false;
    }
  }
  if (hung_up) {
    // What counts connections may let one in after a rest.
    good_ = 0;
    why_ = answered ? "the target accepts no TLS hello: it refuses some, and closes the connection at others"
                    : "the target closes the connection at every TLS hello";
    return recovers();
  }
  if (wants_name && plan_.server_name.empty()) {
    why_ = "the target refuses hellos without a server name it knows (unrecognized_name): survey the name, or say --resolve NAME:PORT:ADDRESS";
    return false;
  }
  why_ = refuses_names() ? "the target refuses hellos that name it (SNI), and accepts one that does not"
                         : "the target refuses every TLS version and suite this tool knows";
  return false;
}

void SurveyPhase::begin_opening() {
  waiting_.push_front(known_good());
  opening_ = true;
  may_open_ = width_;
}

// Nothing is made of any answer before the known-good hello has its own. What was refused before it may be the
// doing of a front that did not let anybody in yet: it is asked again.
void SurveyPhase::open_with(const Observation& seen) {
  early_.push_back(seen);
  if (!opening_ || !probes::is_known_good(seen)) return;
  opening_ = false;
  opened_badly_ = !probes::accepts_hello(seen);
  if (opened_badly_) return;
  for (const auto& one : std::exchange(early_, {})) {
    note(one);
    if (one.outcome != Outcome::refused && one.outcome != Outcome::closed) continue;
    courier_.disbelieve(one.id);
    if (!dropped(one) && one.outcome == Outcome::refused) waiting_.push_back({one.id + again_suffix, one.exchange});
  }
}

// The first known-good hello was not accepted, or never left. Whatever was answered beside it is asked again
// once one was.
bool SurveyPhase::open_again() {
  opening_ = opened_badly_ = false;
  const auto early = std::exchange(early_, {});
  const auto log = courier_.log();
  const auto first = std::find_if(log.begin(), log.end(), probes::is_known_good);
  if (first == log.end()) return false;
  const Observation control = *first;
  const auto accepted = std::find_if(early.begin(), early.end(), probes::accepts_hello);
  const bool hung_up = std::any_of(early.begin(), early.end(), [](const Observation& seen) { return seen.outcome == Outcome::closed; });
  if (accepted != early.end()) candidates_.push_back(std::get<model::HelloExchange>(accepted->exchange));
  for (const auto& seen : early) {
    if (probes::is_known_good(seen)) continue;
    courier_.disbelieve(seen.id);
    waiting_.push_front({seen.id + again_suffix, seen.exchange});
  }
  // Where others got in or were hung up on, it may have been one too many.
  const bool crowded = !probes::accepts_hello(control) && control.outcome != Outcome::refused && control.outcome != Outcome::answered && (hung_up || accepted != early.end());
  if (!(crowded && recovers()) && !find_known_good_after(control)) return false;
  vouched_ = courier_.log().size();
  return true;
}

}  // namespace run
