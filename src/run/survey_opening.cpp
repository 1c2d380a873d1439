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
  for (good_ = 0; good_ < candidates_.size(); ++good_) {
    if (good_ > 0) seen = courier_.ask_one(known_good());
    if (good_ == 0 && probes::silent(seen)) seen = courier_.ask_one(known_good());
    if (probes::accepts_hello(seen)) return true;
    why_ = fmt::format("a known-good TLS hello was not accepted: {}", in_words(seen));
    if (probes::silent(seen) || courier_.halted() != Halt::none) return false;
    // An answer that is no TLS will not become TLS with other suites.
    if (seen.outcome == Outcome::answered && !seen.tls.version) {
      why_ = "the answer to a TLS hello is no TLS: " + seen.detail;
      return false;
    }
  }
  why_ = refuses_names() ? "the target refuses hellos that name it (SNI), and accepts one that does not"
                         : "the target refuses every TLS version and suite this tool knows";
  return false;
}

// Nothing is made of any answer before the known-good hello has its own.
void SurveyPhase::open_with(const Observation& seen) {
  early_.push_back(seen);
  if (!opening_ || !probes::is_known_good(seen)) return;
  opening_ = false;
  opened_badly_ = !probes::accepts_hello(seen);
  if (opened_badly_) return;
  for (const auto& one : std::exchange(early_, {})) note(one);
}

// The first known-good hello was not accepted, or never left. Whatever was answered beside it is asked again
// once another was.
bool SurveyPhase::open_again() {
  opening_ = opened_badly_ = false;
  for (const auto& seen : early_) {
    if (probes::is_known_good(seen)) continue;
    courier_.disbelieve(seen.id);
    waiting_.push_front({seen.id + again_suffix, seen.exchange});
  }
  early_.clear();
  const auto log = courier_.log();
  const auto first = std::find_if(log.begin(), log.end(), probes::is_known_good);
  if (first == log.end() || !find_known_good_after(*first)) return false;
  vouched_ = courier_.log().size();
  return true;
}

}  // namespace run
