// SPDX-License-Identifier: Apache-2.0
// Asking the TLS survey's hellos so that their refusals can be believed: between hellos that the
// target accepts, and again, narrower and slower, where it closed, reset or said nothing.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "model/probe.hpp"
#include "probes/survey.hpp"
#include "run/courier.hpp"

namespace run {

class SurveyPhase final : private Source {
 public:
  SurveyPhase(Courier& courier, const probes::SurveyPlan& plan);

  // Finds a hello that the target accepts: the first goes out alone, twice when it meets silence.
  // False when the target answers none; why() says so then.
  bool find_known_good();
  // The survey, if wanted, with further questions asked in its midst (plain HTTP).
  void run(bool survey, std::vector<Question> beside);
  // Both. With many jobs a round trip sooner: the survey's first hellos go out beside the first known-good one;
  // what is refused before that was accepted is asked again. False as of find_known_good().
  bool find_and_run(std::vector<Question> beside);
  // Afterwards: what shows known flaws, in the light of what the survey found, step by step.
  void run_vulnerabilities();
  // Asks once more, between two known-good hellos. Nothing when one of those was not answered.
  std::optional<std::vector<model::Observation>> again(std::vector<Question> questions);

  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  static constexpr const char* again_suffix = "-again";

  Question known_good();
  // Dropped before it could be asked anything: the target, or something before it, counts connections. What
  // is odd may be reset for what it is.
  static bool dropped(const model::Observation& seen);
  bool alive();
  void prepare(bool survey, std::vector<Question> beside);
  bool ask_all();
  void note(const model::Observation& seen);
  // survey_opening.cpp
  // Goes on after the answer to the first candidate.
  bool find_known_good_after(model::Observation seen);
  bool refuses_names();
  void begin_opening();
  void open_with(const model::Observation& seen);
  bool open_again();
  Question named(const model::HelloExchange& hello);
  [[nodiscard]] bool ready() const override;
  Question next() override;
  void answered(const model::Observation& seen) override;
  // A question has its last answer: what that leads to is asked too.
  void decided(const model::Observation& seen);
  // Asks all that waits and what it leads to, stopping for a while wherever the target drops connections.
  void ask_waiting(int width);
  bool go_back();
  static int tries_of(const Question& question);
  void slow_down();
  void save_connections();
  bool recovers();
  [[nodiscard]] std::size_t after_last_acceptance() const;
  // A known-good hello has just been accepted: refusals before it are sound.
  void vouch(bool alive);
  void rest();
  [[nodiscard]] bool asked_enough(const Question& question) const;
  // odd_hellos.cpp
  static std::vector<Question> take_odd(std::vector<Question>& questions);
  void ask_odd(Question question);
  bool accepts(const model::HelloExchange& plain);
  // Now, or when the target has rested.
  bool accepts_in_time(const model::HelloExchange& plain);

  Courier& courier_;
  const probes::SurveyPlan& plan_;
  probes::Enquiry enquiry_;
  bool surveys_ = false;
  std::vector<model::HelloExchange> candidates_;
  std::size_t good_ = 0;
  int asked_good_ = 0;
  std::deque<Question> waiting_;
  std::vector<Question> again_;        // met closing or silence
  bool troubled_ = false;              // nothing more is handed out for now
  bool opening_ = false;               // the first known-good hello is under way
  int may_open_ = 0;                   // hellos that may still go out beside it
  bool opened_badly_ = false;          // and was not accepted
  std::vector<model::Observation> early_;   // answered before that one was
  bool control_out_ = false;           // a known-good hello is under way
  bool doubtful_ = false;              // and was not accepted
  int unvouched_ = 0;                  // answers since the last acceptance
  int got_ = 0;                        // answers that decide, since the last trouble
  int taken_ = 1;                      // and before that; one known-good hello was
  int barren_ = 0;
  bool gone_ = false;                  // the target answers nothing any more
  int width_;                          // hellos in flight
  double rate_ = 0;                    // a second, as found; 0: not found
  base::Milliseconds since_;           // the beginning
  base::Milliseconds pause_{0};        // after the last trouble; doubles
  std::size_t vouched_ = 0;            // refusals in the log before this are sound
  std::string why_;
};

}  // namespace run
