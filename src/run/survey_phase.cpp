// SPDX-License-Identifier: Apache-2.0
#include "run/survey_phase.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "probes/vulnerabilities.hpp"
#include "run/realise.hpp"

namespace run {

namespace {

using model::Observation;
using model::Outcome;

// A bare close may be a server that could not keep up.
bool wants_another_try(const Observation& seen) {
  if (!std::holds_alternative<model::HelloExchange>(seen.exchange)) return probes::silent(seen) && seen.side != model::Side::target;
  return probes::undecided(seen) || seen.outcome == Outcome::closed;
}

constexpr int most_tries = 4;
constexpr int most_troubles = 16;
constexpr int most_steps = 4;       // of questions about known flaws, each in the light of the last
constexpr int most_barren = 3;      // rests in a row after which still nothing was answered
// Answers in a row without an acceptance, before a known-good hello goes along.
constexpr int most_unvouched = 32;
constexpr base::Milliseconds first_pause{1000};
constexpr base::Milliseconds longest_pause{8000};
// Where so many connections were taken before the first drop, they are what is counted, not how
// many are open at once. Its count must have run out before the next one.
constexpr int shows_a_rate = 4;
constexpr double below_the_limit = 0.8;
constexpr double slowest_rate = 0.5;
constexpr base::Milliseconds window{2000};

}  // namespace

bool SurveyPhase::dropped(const Observation& seen) {
  const auto* hello = std::get_if<model::HelloExchange>(&seen.exchange);
  return hello != nullptr && hello->oddity == model::Oddity::none &&
         (seen.outcome == Outcome::unreachable || (seen.outcome == Outcome::closed && seen.detail == "reset"));
}

SurveyPhase::SurveyPhase(Courier& courier, const probes::SurveyPlan& plan)
    : courier_(courier), plan_(plan), enquiry_(plan), candidates_(probes::known_good_hellos(plan)), width_(plan.width), since_(courier.now()) {}

Question SurveyPhase::known_good() {
  return {fmt::format("{}-{:02}", probes::known_good_prefix, ++asked_good_), candidates_[good_]};
}

bool SurveyPhase::alive() { return probes::accepts_hello(courier_.ask_one(known_good())); }

Question SurveyPhase::named(const model::HelloExchange& hello) {
  // After what it asks: which hello is the tenth depends on whose answer comes first.
  return {"hello-" + trace_suffix(model::fingerprint(hello)), hello};
}

void SurveyPhase::vouch(bool alive) {
  if (!alive) courier_.disbelieve_refusals(vouched_);
  vouched_ = courier_.log().size();
}

void SurveyPhase::rest() {
  pause_ = pause_.count() == 0 ? first_pause : std::min(pause_ * 2, longest_pause);
  courier_.pause(pause_);
}

bool SurveyPhase::ready() const {
  const bool held = opened_badly_ || (opening_ && may_open_ == 0);
  return !troubled_ && !held && !waiting_.empty();
}

Question SurveyPhase::next() {
  if (opening_) --may_open_;
  Question out = std::move(waiting_.front());
  waiting_.pop_front();
  return out;
}

void SurveyPhase::answered(const Observation& seen) {
  if (opening_ || opened_badly_) return open_with(seen);
  note(seen);
}

void SurveyPhase::note(const Observation& seen) {
  const bool accepted = probes::accepts_hello(seen);
  unvouched_ = accepted ? 0 : unvouched_ + 1;
  troubled_ = troubled_ || dropped(seen);
  if (seen.id.starts_with(probes::known_good_prefix)) {
    control_out_ = false;
    doubtful_ = doubtful_ || (!accepted && !dropped(seen));
    troubled_ = troubled_ || doubtful_;
  } else if (wants_another_try(seen)) {
    again_.push_back({seen.id, seen.exchange});
  } else {
    ++got_;
    decided(seen);
  }
  if (unvouched_ < most_unvouched || control_out_) return;
  control_out_ = true;
  waiting_.push_front(known_good());
}

void SurveyPhase::decided(const Observation& seen) {
  if (!surveys_) return;
  // What decides suites goes first: its steps depend on each other.
  std::vector<Question> first;
  for (const auto& hello : enquiry_.take(seen)) first.push_back(named(hello));
  waiting_.insert(waiting_.begin(), first.begin(), first.end());
  for (const auto& hello : enquiry_.more(courier_.log())) waiting_.push_back(named(hello));
}

// One at a time sooner or later, and no faster than the target took connections until now.
void SurveyPhase::slow_down() {
  width_ = std::max(1, width_ / 2);
  taken_ += got_;
  const double seconds = std::max(1.0, static_cast<double>((courier_.now() - since_).count()) / 1000.0);
  if (rate_ > 0) {
    rate_ = std::max(slowest_rate, rate_ / 2);
  } else if (taken_ >= shows_a_rate) {
    rate_ = std::max(slowest_rate, below_the_limit * taken_ / seconds);
    pause_ = std::max(pause_, window / 2);
  }
  if (rate_ <= 0) return;
  courier_.slow_to(rate_);
  save_connections();
}

// What was not sent yet, or dropped, goes out in fewer hellos.
void SurveyPhase::save_connections() {
  const auto gives_back = [&](const Question& question) {
    const auto* hello = std::get_if<model::HelloExchange>(&question.exchange);
    return hello != nullptr && !question.id.starts_with(probes::known_good_prefix) && enquiry_.takes_back(*hello);
  };
  std::erase_if(waiting_, gives_back);
  std::erase_if(again_, [&](const Question& question) {
    const auto log = courier_.log();
    const auto last = std::find_if(log.rbegin(), log.rend(), [&](const Observation& seen) { return seen.id == question.id; });
    if (last == log.rend() || !dropped(*last) || !gives_back(question)) return false;
    courier_.disbelieve(question.id);  // another hello asks what this one asked
    return true;
  });
  std::vector<Question> fewer;
  for (const auto& hello : enquiry_.merged()) fewer.push_back(named(hello));
  waiting_.insert(waiting_.begin(), fewer.begin(), fewer.end());
}

void SurveyPhase::ask_waiting(int width) {
  for (int troubles = 0; !waiting_.empty() && courier_.halted() == Halt::none && troubles < most_troubles; ++troubles) {
    troubled_ = false;
    got_ = 0;
    courier_.ask_from(*this, std::min(width, width_));
    if (opening_ || opened_badly_) return;
    if (!troubled_) {
      taken_ += got_;
      continue;
    }
    barren_ = got_ > 0 ? 0 : barren_ + 1;
    if (doubtful_ || (barren_ >= most_barren && !alive())) {
      courier_.disbelieve_refusals(after_last_acceptance());
      gone_ = !recovers();
      doubtful_ = false;
    }
    if (gone_) return;
    if (got_ > 0) pause_ = base::Milliseconds{0};
    slow_down();
    rest();
  }
  while (!waiting_.empty()) again_.push_back(next());
}

bool SurveyPhase::recovers() {
  for (int rests = 0; rests < 2 && courier_.halted() == Halt::none; ++rests) {
    rest();
    if (alive()) return true;
  }
  return false;
}

std::size_t SurveyPhase::after_last_acceptance() const {
  const auto log = courier_.log();
  std::size_t last = log.size();
  while (last > vouched_ && !probes::accepts_hello(log[last - 1])) --last;
  return last;
}

int SurveyPhase::tries_of(const Question& question) {
  int out = 1;
  for (std::size_t at = question.id.find(again_suffix); at != std::string::npos; at = question.id.find(again_suffix, at + 1)) ++out;
  return out;
}

// What met closing or silence is asked again, or stands; whether anything is.
bool SurveyPhase::go_back() {
  std::vector<Question> retried;
  for (auto& question : std::exchange(again_, {})) {
    if (!asked_enough(question) && tries_of(question) < most_tries) {
      question.id += again_suffix;
      retried.push_back(std::move(question));
      continue;
    }
    const auto log = courier_.log();
    const auto last = std::find_if(log.rbegin(), log.rend(), [&](const Observation& seen) { return seen.id == question.id; });
    if (last != log.rend()) decided(Observation(*last));
  }
  waiting_.insert(waiting_.begin(), retried.begin(), retried.end());
  return !retried.empty();
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

void SurveyPhase::prepare(bool survey, std::vector<Question> beside) {
  vouched_ = courier_.log().size();
  surveys_ = survey;
  waiting_.assign(std::make_move_iterator(beside.begin()), std::make_move_iterator(beside.end()));
  if (survey)
    for (const auto& hello : enquiry_.first()) waiting_.push_back(named(hello));
}

void SurveyPhase::run(bool survey, std::vector<Question> beside) {
  prepare(survey, std::move(beside));
  (void)ask_all();   // what is known-good was found before
}

bool SurveyPhase::find_and_run(std::vector<Question> beside) {
  const bool together = plan_.width >= probes::spacious;
  if (!together && !find_known_good()) return false;
  prepare(true, std::move(beside));
  if (together) begin_opening();
  return ask_all();
}

// False when no known-good hello could be found.
bool SurveyPhase::ask_all() {
  bool retrying = false;
  while (!waiting_.empty() && courier_.halted() == Halt::none && !gone_) {
    const std::size_t from = courier_.log().size();
    // Again one at a time: some servers take one connection at a time.
    ask_waiting(retrying ? 1 : width_);
    if (opening_ || opened_badly_) {
      if (!open_again()) return false;
      continue;
    }
    // An acceptance among the answers is as good as a known-good hello; else one is sent.
    const auto log = courier_.log();
    const bool sound = std::any_of(log.begin() + static_cast<std::ptrdiff_t>(from), log.end(), probes::accepts_hello);
    gone_ = gone_ || (!sound && courier_.halted() == Halt::none && !alive() && !recovers());
    if (!gone_) retrying = go_back();
  }
  // The last refusals are believed only when a known-good hello is accepted after them.
  vouched_ = after_last_acceptance();
  if (vouched_ < courier_.log().size()) vouch(courier_.halted() == Halt::none && !gone_ && alive());
  return true;
}

void SurveyPhase::run_vulnerabilities() {
  for (int steps = 0; steps < most_steps && courier_.halted() == Halt::none && !gone_; ++steps) {
    std::vector<Question> questions;
    for (auto& question : probes::vulnerability_questions(plan_, courier_.log())) questions.push_back({question.id, std::move(question.exchange)});
    if (questions.empty()) return;
    auto odd = take_odd(questions);
    if (!questions.empty()) run(false, std::move(questions));
    for (auto& question : odd)
      if (courier_.halted() == Halt::none && !gone_) ask_odd(std::move(question));
  }
}

std::optional<std::vector<Observation>> SurveyPhase::again(std::vector<Question> questions) {
  if (!alive()) return std::nullopt;
  auto seen = courier_.ask(std::move(questions), 1);
  if (!alive()) return std::nullopt;
  return seen;
}

}  // namespace run
