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

// Where questions come from while answers come in.
class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  // Looked at whenever something may be sent; next() is only called when there is a question.
  [[nodiscard]] virtual bool ready() const = 0;
  virtual Question next() = 0;
  // The answer is in the courier's log by now. Not called for what was never sent.
  virtual void answered(const model::Observation& seen) = 0;
};

enum class Halt { none, deadline, budget, interrupted };
// "" for none.
std::string in_words(Halt halt);

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
  // Asks what the source hands out, until it hands out nothing and nothing is in flight. Here log() grows
  // in the order of the answers.
  void ask_from(Source& source, int width = 0);
  // Sends nothing for a while; ends early when the run is halted.
  void pause(base::Milliseconds length);
  // From now on at most so many exchanges a second, evenly spread: what the target was found to take.
  void slow_to(double rate);
  // Between these nothing but this time halts: what was created must not be left because the run was cut.
  void begin_tidying(base::Milliseconds at_most);
  void end_tidying();
  [[nodiscard]] base::Milliseconds now() const { return wire_.now(); }

  // Every observation so far, in the order the questions were put.
  [[nodiscard]] std::span<const model::Observation> log() const { return log_; }
  // Hands log() over, for the end: nothing may be asked after it.
  [[nodiscard]] std::vector<model::Observation> take_log() { return std::move(log_); }
  // Orders log() from this position on by id, so that two runs can be compared.
  void sort_log(std::size_t from);
  // Says that refusals in log() from position `from` on are not to be believed: nothing known-good
  // was answered beside them.
  void disbelieve_refusals(std::size_t from);
  void disbelieve(const std::string& id);

  [[nodiscard]] Halt halted() const { return halt_; }
  // Whether this question was never sent because the run was halted.
  [[nodiscard]] bool withheld(const std::string& id) const { return withheld_.contains(id); }
  [[nodiscard]] int requests_sent() const { return sent_; }
  // Called with the number of exchanges sent so far, whenever it grows.
  void on_progress(std::function<void(int)> progress) { progress_ = std::move(progress); }

 private:
  struct Batch;
  [[nodiscard]] std::shared_ptr<Batch> new_batch(std::vector<Question> questions, int width) const;
  void drive(const std::shared_ptr<Batch>& batch);
  static bool has_next(const Batch& batch);
  static void append(Batch& batch, Question question);
  void pump(const std::shared_ptr<Batch>& batch);
  void dispatch(const std::shared_ptr<Batch>& batch, std::size_t index);
  void receive(const std::shared_ptr<Batch>& batch, std::size_t index, model::Observation seen);
  void repeat_after(base::Milliseconds pause, const std::shared_ptr<Batch>& batch, std::size_t index);
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
  std::string server_key_;                // the target's public key, from the last handshake that showed it
  Halt halt_ = Halt::none;
  Halt halt_before_ = Halt::none;                     // while tidying
  std::optional<base::Milliseconds> tidy_until_;
  int sent_ = 0;
  double allowance_;
  double burst_;                          // exchanges at once, when none has left for a while
  base::Milliseconds refilled_;
  base::Milliseconds started_;
  base::Milliseconds quiet_until_{0};
  bool slowed_ = false;
};

}  // namespace run
