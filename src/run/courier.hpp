// SPDX-License-Identifier: Apache-2.0
// Takes questions to the target: bounded in flight, paced, counted, and stopped by deadline, budget
// or Ctrl-C. Keeps every observation of the run.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "model/exchange.hpp"
#include "model/observation.hpp"
#include "wire/wire.hpp"

namespace run {

struct Pace {
  int jobs = 8;                          // exchanges in flight at most
  double rate = 0;                       // exchanges a second, 0 = unlimited; also the burst
  int max_requests = 10000;
  base::Milliseconds deadline{600000};
  base::Milliseconds grace{3000};        // for what is in flight when the run is interrupted
};

// What to ask, and what the observation shall be called. Ids are unique in a run.
struct Question {
  std::string id;
  model::Exchange exchange;
};

enum class Halt { none, deadline, budget, interrupted };

class Courier {
 public:
  // `interrupted` is asked at every turn. The wire must outlive this.
  Courier(wire::Wire& wire, Pace pace, std::string run_id, std::function<bool()> interrupted,
          std::function<base::EpochSeconds()> clock);

  // Asks all, at most `width` at a time (0: as many as the pace allows), and returns their answers
  // in the order of the questions. Questions that were not sent because of a halt come back as
  // not_sent. 429 and 503 are repeated once, after Retry-After; a request that found its reused
  // connection dead is asked once more on a fresh one; the first answers are kept in log() too.
  std::vector<model::Observation> ask(std::vector<Question> questions, int width = 0);
  model::Observation ask_one(Question question);
  // The same until an answer meets `stop`: what had not been sent by then comes back as nothing, and
  // is no part of log().
  std::vector<std::optional<model::Observation>> ask_until(const std::vector<Question>& questions, int width,
                                                           bool (*stop)(const model::Observation&));
  // Sends nothing for a while; ends early when the run is halted.
  void pause(base::Milliseconds length);
  [[nodiscard]] int width() const { return pace_.jobs; }

  // Every observation so far, in the order the questions were put.
  [[nodiscard]] std::span<const model::Observation> log() const { return log_; }
  // Hands log() over, for the end: nothing may be asked after it.
  [[nodiscard]] std::vector<model::Observation> take_log() { return std::move(log_); }
  // Says that refusals in log() from position `from` on are not to be believed: nothing known-good
  // was answered beside them.
  void disbelieve_refusals(std::size_t from);

  [[nodiscard]] Halt halted() const { return halt_; }
  // Whether this question was never sent because the run was halted.
  [[nodiscard]] bool withheld(const std::string& id) const { return withheld_.contains(id); }
  [[nodiscard]] int requests_sent() const { return sent_; }
  // Called with the number of exchanges sent so far, whenever it grows.
  void on_progress(std::function<void(int)> progress) { progress_ = std::move(progress); }

 private:
  struct Batch;
  void pump(const std::shared_ptr<Batch>& batch);
  void dispatch(const std::shared_ptr<Batch>& batch, std::size_t index);
  void receive(const std::shared_ptr<Batch>& batch, std::size_t index, model::Observation seen);
  std::optional<base::Milliseconds> retry_after(const model::Observation& seen) const;
  bool may_send();
  void slow_down();
  void look_for_interruption();
  [[nodiscard]] base::Milliseconds pause_before_next() const;
  void look_for_halt();
  model::Observation withhold(const Question& question, Halt halt);

  wire::Wire& wire_;
  Pace pace_;
  std::string run_id_;
  std::function<bool()> interrupted_;
  std::function<base::EpochSeconds()> clock_;
  std::function<void(int)> progress_;
  std::vector<model::Observation> log_;
  std::set<std::string> withheld_;
  Halt halt_ = Halt::none;
  int sent_ = 0;
  double allowance_;
  base::Milliseconds refilled_;
  base::Milliseconds started_;
  base::Milliseconds quiet_until_{0};
  bool slowed_ = false;
};

}  // namespace run
