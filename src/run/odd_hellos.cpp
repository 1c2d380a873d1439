// SPDX-License-Identifier: Apache-2.0
// Hellos that some servers do not tolerate. What stands before a server may answer one of them by refusing
// everything for a while: each goes out alone, and its refusal counts only when the same hello without the
// oddity is accepted right before it and right after.
#include <algorithm>
#include <utility>

#include "probes/survey.hpp"
#include "run/survey_phase.hpp"

namespace run {

namespace {

constexpr int most_rests = 2;

bool is_odd(const Question& question) {
  const auto* hello = std::get_if<model::HelloExchange>(&question.exchange);
  return hello != nullptr && hello->oddity != model::Oddity::none;
}

}  // namespace

std::vector<Question> SurveyPhase::take_odd(std::vector<Question>& questions) {
  std::vector<Question> odd;
  for (const auto& question : questions)
    if (is_odd(question)) odd.push_back(question);
  std::erase_if(questions, is_odd);
  return odd;
}

bool SurveyPhase::accepts(const model::HelloExchange& plain) {
  Question question = known_good();
  question.exchange = plain;
  return probes::accepts_hello(courier_.ask_one(std::move(question)));
}

bool SurveyPhase::accepts_in_time(const model::HelloExchange& plain) {
  pause_ = base::Milliseconds{0};
  for (int rests = 0; rests <= most_rests && courier_.halted() == Halt::none; ++rests) {
    if (rests > 0) rest();
    if (accepts(plain)) return true;
  }
  return false;
}

// An acceptance needs nobody to vouch for it, and most targets accept at once.
void SurveyPhase::ask_odd(Question question) {
  const auto log = courier_.log();
  const bool asked = std::any_of(log.begin(), log.end(), [&](const auto& seen) { return seen.exchange == question.exchange; });
  if (!asked) {
    if (probes::accepts_hello(courier_.ask_one(question))) return;
    courier_.disbelieve(question.id);
    question.id += again_suffix;
  }
  auto plain = std::get<model::HelloExchange>(question.exchange);
  plain.oddity = model::Oddity::none;
  if (accepts_in_time(plain)) {
    if (probes::accepts_hello(courier_.ask_one(question)) || accepts(plain)) return;
    courier_.disbelieve(question.id);
    if (accepts_in_time(plain)) return;
  }
  gone_ = courier_.halted() == Halt::none && !alive();
}

}  // namespace run
