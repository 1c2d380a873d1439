// SPDX-License-Identifier: Apache-2.0
#include "run/survey_phase.hpp"

#include <fmt/format.h>

#include <utility>

namespace run {

namespace {

using model::Observation;
using model::Outcome;

bool silent(const Observation& seen) {
  return seen.outcome == Outcome::timed_out || seen.outcome == Outcome::unreachable || seen.outcome == Outcome::not_sent;
}

// A bare close may be a server that could not keep up.
bool wants_another_try(const Observation& seen) {
  if (std::holds_alternative<model::HttpExchange>(seen.exchange)) return silent(seen) && seen.side != model::Side::target;
  return probes::undecided(seen) || seen.outcome == Outcome::closed;
}

}  // namespace

SurveyPhase::SurveyPhase(Courier& courier, const probes::SurveyPlan& plan)
    : courier_(courier), plan_(plan), candidates_(probes::known_good_hellos(plan)) {}

Question SurveyPhase::known_good() {
  return {fmt::format("{}-{:02}", probes::known_good_prefix, ++asked_good_), candidates_[good_]};
}

bool SurveyPhase::alive() { return probes::accepts_hello(courier_.ask_one(known_good())); }

bool SurveyPhase::find_known_good() {
  for (good_ = 0; good_ < candidates_.size(); ++good_) {
    Observation seen = courier_.ask_one(known_good());
    if (good_ == 0 && silent(seen)) seen = courier_.ask_one(known_good());
    if (probes::accepts_hello(seen)) return true;
    why_ = fmt::format("a known-good TLS hello was not accepted: {}", in_words(seen));
    if (silent(seen) || courier_.halted() != Halt::none) return false;
    // An answer that is no TLS will not become TLS with other suites.
    if (seen.outcome == Outcome::answered && !seen.tls.version) {
      why_ = "the answer to a TLS hello is no TLS: " + seen.detail;
      return false;
    }
  }
  why_ = "the target refuses every TLS version and suite this tool knows";
  return false;
}

Question SurveyPhase::named(const model::HelloExchange& hello) {
  return {fmt::format("hello-{:03}", ++asked_), hello};
}

void SurveyPhase::burst(std::vector<Question> questions) {
  const std::size_t from = courier_.log().size();
  std::vector<Question> all = questions;
  all.push_back(known_good());
  const auto answers = courier_.ask(std::move(all));
  const bool sound = probes::accepts_hello(answers.back()) && alive();
  if (!sound) courier_.disbelieve_refusals(from);
  std::vector<Question> open;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    Observation seen = answers[i];
    if (!sound && (seen.outcome == Outcome::refused || seen.outcome == Outcome::closed)) seen.believed = false;
    if (!wants_another_try(seen)) continue;
    open.push_back(std::move(questions[i]));
    open.back().id += "-again";
  }
  if (open.empty() || courier_.halted() != Halt::none) return;
  const std::size_t again_from = courier_.log().size();
  const bool before = alive();
  (void)courier_.ask(std::move(open), 1);
  if (!before || !alive()) courier_.disbelieve_refusals(again_from);
}

void SurveyPhase::run(bool survey, std::vector<Question> beside) {
  std::vector<Question> questions = std::move(beside);
  if (survey)
    for (const auto& hello : probes::first_hellos(plan_)) questions.push_back(named(hello));
  while (!questions.empty() && courier_.halted() == Halt::none) {
    burst(std::move(questions));
    questions.clear();
    for (const auto& hello : probes::further_hellos(courier_.log())) questions.push_back(named(hello));
  }
}

std::optional<Observation> SurveyPhase::again(const Question& question) {
  if (!alive()) return std::nullopt;
  Observation seen = courier_.ask_one(question);
  if (!alive()) return std::nullopt;
  return seen;
}

}  // namespace run
