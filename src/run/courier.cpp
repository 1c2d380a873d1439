// SPDX-License-Identifier: Apache-2.0
#include "run/courier.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/text.hpp"
#include "run/realise.hpp"

namespace run {

namespace {

using base::Milliseconds;
using model::Observation;
using model::Outcome;

// A reused connection that was dead already says nothing about the request.
bool found_dead_connection(const Observation& seen) {
  return seen.outcome == Outcome::closed && seen.reused_connection;
}

// A reset in answer to a hello or to a request; in a handshake it may be how certificates are refused, and
// on a kept connection it was idle for too long.
bool in_distress(const Observation& seen) {
  if (seen.outcome != Outcome::closed || seen.detail != "reset" || seen.reused_connection) return false;
  return seen.layer == model::Layer::http || std::holds_alternative<model::HelloExchange>(seen.exchange);
}

}  // namespace

// One call of ask(). Callbacks share it: after an interruption they may come when ask() has gone.
struct Courier::Batch {
  std::vector<std::unique_ptr<Question>> questions;    // none where a source was told the answer
  std::vector<std::unique_ptr<Observation>> answers;   // of what no source hands out
  std::vector<std::vector<Observation>> earlier;   // first tries, kept for the log
  std::size_t next = 0;
  std::size_t width = 0;
  std::size_t in_flight = 0;
  std::size_t waiting = 0;   // for their second try
  bool abandoned = false;
  bool timer_set = false;
  Source* source = nullptr;  // hands out further questions
};

Courier::Courier(wire::Wire& wire, Pace pace, std::string run_id, std::function<bool()> interrupted,
                 std::function<base::EpochSeconds()> clock)
    : wire_(wire),
      pace_(pace),
      run_id_(std::move(run_id)),
      interrupted_(std::move(interrupted)),
      clock_(std::move(clock)),
      allowance_(pace.rate),
      burst_(std::max(pace.rate, 1.0)),
      refilled_(wire.now()),
      started_(wire.now()) {
  constexpr std::size_t usual = 512;  // so that a survey never holds its observations twice; untouched memory costs nothing
  log_.reserve(usual);
}

Observation Courier::withhold(const Question& question, Halt halt) {
  withheld_.insert(question.id);
  Observation seen;
  seen.id = question.id;
  seen.exchange = question.exchange;
  seen.outcome = Outcome::not_sent;
  seen.side = model::Side::ours;
  seen.detail = halt == Halt::interrupted ? "the run was interrupted"
                : halt == Halt::budget    ? "the budget of requests was used up"
                                          : "the deadline had passed";
  return seen;
}

void Courier::look_for_interruption() {
  if (halt_ == Halt::none && !tidy_until_ && interrupted_ && interrupted_()) halt_ = Halt::interrupted;
}

// Asked before something is sent: a run that has nothing left to send is not cut short.
void Courier::look_for_halt() {
  look_for_interruption();
  if (halt_ != Halt::none) return;
  if (tidy_until_) {
    if (wire_.now() >= *tidy_until_) halt_ = Halt::deadline;
  } else if (wire_.now() - started_ >= pace_.deadline) {
    halt_ = Halt::deadline;
  } else if (sent_ >= pace_.max_requests) {
    halt_ = Halt::budget;
  }
}

void Courier::dispatch(const std::shared_ptr<Batch>& batch, std::size_t index) {
  const Question& question = *batch->questions[index];
  const std::string trace = trace_id(run_id_, question.id);
  const auto done = [this, batch, index](Observation seen) {
    if (batch->abandoned) return;
    --batch->in_flight;
    receive(batch, index, std::move(seen));
  };
  ++batch->in_flight;
  if (const std::string missing = missing_for(question.exchange, server_key_); !missing.empty()) {
    Observation seen;
    seen.side = model::Side::ours;
    seen.detail = missing;
    wire_.after(Milliseconds{0}, [done, seen] { done(seen); });
    return;
  }
  ++sent_;
  if (progress_) progress_(sent_);
  wire_.send(realised(question.exchange, trace, clock_(), server_key_), done);
}

std::string in_words(Halt halt) {
  switch (halt) {
    case Halt::none: return "";
    case Halt::deadline: return "the deadline (--deadline) passed";
    case Halt::budget: return "all that --max-requests allows was sent";
    case Halt::interrupted: return "the run was interrupted";
  }
  return "";
}

// Another answer may have asked for a longer pause meanwhile.
void Courier::repeat_after(Milliseconds pause, const std::shared_ptr<Batch>& shared, std::size_t index) {
  const Milliseconds left = std::max(Milliseconds{0}, pace_.deadline - (wire_.now() - started_));
  wire_.after(std::min(pause, left), [this, shared, index] {
    if (shared->abandoned) return;
    look_for_halt();
    const Milliseconds quiet = quiet_until_ - wire_.now();
    if (halt_ == Halt::none && quiet > Milliseconds{0}) return repeat_after(quiet, shared, index);
    --shared->waiting;
    if (halt_ != Halt::none) {
      shared->answers[index] = std::make_unique<Observation>(withhold(*shared->questions[index], halt_));
    } else {
      dispatch(shared, index);
    }
  });
}

void Courier::receive(const std::shared_ptr<Batch>& shared, std::size_t index, Observation seen) {
  Batch& batch = *shared;
  const Question& question = *batch.questions[index];
  seen.id = question.id;
  seen.exchange = question.exchange;
  if (std::holds_alternative<model::HttpExchange>(seen.exchange)) seen.trace_id = trace_suffix(question.id);
  if (seen.tls.server && !seen.tls.server->public_key.empty() && std::holds_alternative<model::HandshakeExchange>(seen.exchange))
    server_key_ = seen.tls.server->public_key;
  if (in_distress(seen)) slow_down();
  const bool first = batch.earlier[index].empty();
  const auto pause = retry_after(seen);
  if (pause) {
    slow_down();
    quiet_until_ = std::max(quiet_until_, wire_.now() + *pause);  // for everything, not for this request alone
  }
  if (first && halt_ == Halt::none && (pause || found_dead_connection(seen))) {
    if (!pause) {
      auto& http = std::get<model::HttpExchange>(batch.questions[index]->exchange);
      http.connection = model::Connection::fresh;
    }
    seen.id += pause ? "-limited" : "-dead-connection";
    batch.earlier[index].push_back(std::move(seen));
    ++batch.waiting;
    repeat_after(pause.value_or(Milliseconds{0}), shared, index);
    return;
  }
  if (batch.source == nullptr) {
    batch.answers[index] = std::make_unique<Observation>(std::move(seen));
    return;
  }
  batch.questions[index].reset();
  for (auto& before : batch.earlier[index]) log_.push_back(std::move(before));
  log_.push_back(seen);
  batch.source->answered(seen);
}

bool Courier::has_next(const Batch& batch) { return batch.next < batch.questions.size() || (batch.source != nullptr && batch.source->ready()); }

void Courier::append(Batch& batch, Question question) {
  batch.questions.push_back(std::make_unique<Question>(std::move(question)));
  batch.answers.emplace_back();
  batch.earlier.emplace_back();
}

void Courier::pump(const std::shared_ptr<Batch>& shared) {
  Batch& batch = *shared;
  look_for_interruption();
  while (has_next(batch)) {
    const bool room = batch.in_flight + batch.waiting < batch.width;
    if (room) look_for_halt();
    if (halt_ == Halt::none && !room) return;
    if (halt_ == Halt::none && !may_send()) {
      if (batch.timer_set) return;
      batch.timer_set = true;
      wire_.after(pause_before_next(), [shared] { shared->timer_set = false; });
      return;
    }
    if (batch.next == batch.questions.size()) append(batch, batch.source->next());
    const std::size_t index = batch.next++;
    if (halt_ != Halt::none) {
      batch.answers[index] = std::make_unique<Observation>(withhold(*batch.questions[index], halt_));
      continue;
    }
    dispatch(shared, index);
    look_for_interruption();
  }
}

std::shared_ptr<Courier::Batch> Courier::new_batch(std::vector<Question> questions, int width) const {
  auto batch = std::make_shared<Batch>();
  for (auto& question : questions) append(*batch, std::move(question));
  const int jobs = width > 0 ? std::min(width, pace_.jobs) : pace_.jobs;
  batch->width = static_cast<std::size_t>(std::max(jobs, 1));
  return batch;
}

// Until everything is answered, or an interruption has been waited for long enough.
void Courier::drive(const std::shared_ptr<Batch>& shared) {
  Batch& batch = *shared;
  std::optional<Milliseconds> give_up;
  while (true) {
    pump(shared);
    const bool idle = batch.in_flight == 0 && batch.waiting == 0 && !batch.timer_set;
    if (idle && batch.next == batch.questions.size()) break;
    if (halt_ == Halt::interrupted && !give_up) {
      give_up = wire_.now() + pace_.grace;
      wire_.after(pace_.grace, [] {});
    }
    if (give_up && wire_.now() >= *give_up) break;
    if (!wire_.turn()) break;
  }
  batch.abandoned = true;
}

std::vector<Observation> Courier::ask(std::vector<Question> questions, int width) {
  const auto shared = new_batch(std::move(questions), width);
  Batch& batch = *shared;
  drive(shared);
  std::vector<Observation> answers;
  for (std::size_t i = 0; i < batch.questions.size(); ++i) {
    for (auto& first : batch.earlier[i]) log_.push_back(std::move(first));
    Observation seen = batch.answers[i] ? std::move(*batch.answers[i]) : withhold(*batch.questions[i], Halt::interrupted);
    log_.push_back(seen);
    answers.push_back(std::move(seen));
  }
  return answers;
}

void Courier::ask_from(Source& source, int width) {
  const auto shared = new_batch({}, width);
  Batch& batch = *shared;
  batch.source = &source;
  drive(shared);
  batch.source = nullptr;
  // What a halt kept from being sent, or cut off.
  for (std::size_t i = 0; i < batch.questions.size(); ++i) {
    if (!batch.questions[i]) continue;
    for (auto& first : batch.earlier[i]) log_.push_back(std::move(first));
    log_.push_back(batch.answers[i] ? std::move(*batch.answers[i]) : withhold(*batch.questions[i], Halt::interrupted));
  }
}

void Courier::begin_tidying(Milliseconds at_most) {
  halt_before_ = halt_;
  halt_ = Halt::none;
  tidy_until_ = wire_.now() + at_most;
}

void Courier::end_tidying() {
  halt_ = halt_before_;
  tidy_until_.reset();
}

Observation Courier::ask_one(Question question) {
  std::vector<Question> one;
  one.push_back(std::move(question));
  return std::move(ask(std::move(one)).front());
}

void Courier::disbelieve(const std::string& id) {
  for (auto& seen : log_)
    if (seen.id == id) seen.believed = false;
}

void Courier::sort_log(std::size_t from) {
  std::stable_sort(log_.begin() + static_cast<std::ptrdiff_t>(from), log_.end(),
                   [](const Observation& a, const Observation& b) { return a.id < b.id; });
}

void Courier::disbelieve_refusals(std::size_t from) {
  for (std::size_t i = from; i < log_.size(); ++i) {
    // Plain HTTP is asked in their midst, and a dead target refuses that as well.
    const auto* http = std::get_if<model::HttpExchange>(&log_[i].exchange);
    const bool asked = std::holds_alternative<model::HelloExchange>(log_[i].exchange) || (http != nullptr && !http->origin.tls);
    const bool no = log_[i].outcome == Outcome::refused || log_[i].outcome == Outcome::closed ||
                    (http != nullptr && log_[i].outcome == Outcome::unreachable);
    if (asked && no) log_[i].believed = false;
  }
}

}  // namespace run
