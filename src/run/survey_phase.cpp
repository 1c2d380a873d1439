// SPDX-License-Identifier: Apache-2.0
#include "run/survey_phase.hpp"

#include <fmt/format.h>

#include <algorithm>
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
  if (!std::holds_alternative<model::HelloExchange>(seen.exchange)) return silent(seen) && seen.side != model::Side::target;
  return probes::undecided(seen) || seen.outcome == Outcome::closed;
}

// Dropped before it could be asked anything: the target, or something before it, counts connections.
bool dropped(const Observation& seen) {
  return std::holds_alternative<model::HelloExchange>(seen.exchange) &&
         (seen.outcome == Outcome::unreachable || (seen.outcome == Outcome::closed && seen.detail == "reset"));
}

constexpr const char* again_suffix = "-again";
constexpr int most_tries = 4;
constexpr int most_barren = 3;   // rests in a row after which still nothing was answered
constexpr base::Milliseconds first_pause{1000};
constexpr base::Milliseconds longest_pause{8000};

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

void SurveyPhase::vouch(bool alive) {
  if (!alive) courier_.disbelieve_refusals(vouched_);
  vouched_ = courier_.log().size();
}

void SurveyPhase::rest() {
  pause_ = pause_.count() == 0 ? first_pause : std::min(pause_ * 2, longest_pause);
  courier_.pause(pause_);
}

std::vector<Question> SurveyPhase::ask_carefully(std::vector<Question> questions) {
  std::vector<Question> again;
  std::vector<Question> waiting = std::move(questions);
  int troubles = 0;
  while (!waiting.empty() && courier_.halted() == Halt::none) {
    auto answers = courier_.ask_until(waiting, width_, dropped);
    std::vector<Question> next;
    std::size_t got = 0;
    bool trouble = false;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (!answers[i]) {
        next.push_back(std::move(waiting[i]));
        continue;
      }
      trouble = trouble || dropped(*answers[i]);
      if (!wants_another_try(*answers[i])) {
        ++got;
        continue;
      }
      again.push_back(std::move(waiting[i]));
    }
    waiting = std::move(next);
    if (!trouble) continue;
    barren_ = got > 0 ? 0 : barren_ + 1;
    if (barren_ >= most_barren && !alive()) {
      gone_ = true;
      break;
    }
    // What was answered until the first drop is what this target takes in one go.
    if (got > 0 && pause_.count() > 0) pause_ = first_pause / 2;
    width_ = std::max(1, (width_ == 0 ? courier_.width() : width_) / 2);
    if (++troubles > most_tries * 4) break;
    rest();
  }
  for (auto& question : waiting) again.push_back(std::move(question));
  return again;
}

void SurveyPhase::burst(std::vector<Question> questions) {
  for (int tries = 1; !questions.empty() && courier_.halted() == Halt::none; ++tries) {
    const std::size_t from = courier_.log().size();
    std::vector<Question> open = ask_carefully(std::move(questions));
    // An acceptance among the answers is as good as a known-good hello; else one is sent.
    const auto log = courier_.log();
    bool sound = std::any_of(log.begin() + static_cast<std::ptrdiff_t>(from), log.end(), probes::accepts_hello) || alive();
    for (int rests = 0; !sound && !gone_ && rests < 2 && courier_.halted() == Halt::none; ++rests) {
      rest();
      sound = alive();
    }
    if (!sound) {
      // Nobody is there any more: asking on would only take time.
      gone_ = true;
      courier_.disbelieve_refusals(from);
    }
    if (tries == most_tries || gone_) break;
    if (sound) std::erase_if(open, [&](const Question& question) { return asked_enough(question); });
    for (auto& question : open) question.id += again_suffix;
    // One at a time: some servers take one connection at a time.
    if (!open.empty()) width_ = 1;
    questions = std::move(open);
  }
}

// Silent twice, or closed twice with known-good hellos accepted beside it, the second time in quiet:
// that is how this target answers. What was dropped is worth more tries.
bool SurveyPhase::asked_enough(const Question& question) const {
  const std::string first = question.id.substr(0, question.id.find(again_suffix));
  int answers = 0;
  for (const auto& seen : courier_.log())
    if (seen.id.substr(0, seen.id.find(again_suffix)) == first && seen.believed && !dropped(seen)) ++answers;
  return answers >= 2;
}

void SurveyPhase::run(bool survey, std::vector<Question> beside) {
  vouched_ = courier_.log().size();
  std::vector<Question> questions = std::move(beside);
  if (survey)
    for (const auto& hello : probes::first_hellos(plan_)) questions.push_back(named(hello));
  while (!questions.empty() && courier_.halted() == Halt::none && !gone_) {
    burst(std::move(questions));
    questions.clear();
    if (!survey) break;
    for (const auto& hello : probes::further_hellos(plan_, courier_.log())) questions.push_back(named(hello));
  }
  // The last refusals are believed only when a known-good hello is accepted after them.
  const auto log = courier_.log();
  std::size_t last = log.size();
  while (last > vouched_ && !probes::accepts_hello(log[last - 1])) --last;
  vouched_ = std::max(vouched_, last);
  if (courier_.halted() == Halt::none) vouch(alive());
}

std::optional<std::vector<Observation>> SurveyPhase::again(std::vector<Question> questions) {
  if (!alive()) return std::nullopt;
  auto seen = courier_.ask(std::move(questions), 1);
  if (!alive()) return std::nullopt;
  return seen;
}

}  // namespace run
