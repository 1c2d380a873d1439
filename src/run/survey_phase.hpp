// SPDX-License-Identifier: Apache-2.0
// Asking the TLS survey's hellos so that their refusals can be believed: between hellos that the
// target accepts, and again, narrower and slower, where it closed, reset or said nothing.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model/probe.hpp"
#include "probes/survey.hpp"
#include "run/courier.hpp"

namespace run {

class SurveyPhase {
 public:
  SurveyPhase(Courier& courier, const probes::SurveyPlan& plan);

  // Finds a hello that the target accepts: the first goes out alone, twice when it meets silence.
  // False when the target answers none; why() says so then.
  bool find_known_good();
  // The survey, if wanted, with further questions asked in its midst (plain HTTP).
  void run(bool survey, std::vector<Question> beside);
  // Asks once more, between two known-good hellos. Nothing when one of those was not answered.
  std::optional<std::vector<model::Observation>> again(std::vector<Question> questions);

  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  Question known_good();
  bool alive();
  Question named(const model::HelloExchange& hello);
  // Asks until everything is decided or has been asked often enough.
  void burst(std::vector<Question> questions);
  // Asks all, stopping for a while wherever the target drops connections; returns what is to be
  // asked again.
  std::vector<Question> ask_carefully(std::vector<Question> questions);
  // A known-good hello has just been accepted: refusals before it are sound.
  void vouch(bool alive);
  void rest();
  [[nodiscard]] bool asked_enough(const Question& question) const;

  Courier& courier_;
  const probes::SurveyPlan& plan_;
  std::vector<model::HelloExchange> candidates_;
  std::size_t good_ = 0;
  int asked_good_ = 0;
  int barren_ = 0;
  bool gone_ = false;    // the target answers nothing any more
  int asked_ = 0;
  int width_ = 0;                      // hellos in flight; 0: as many as --jobs allows
  base::Milliseconds pause_{0};        // after the last trouble; doubles
  std::size_t vouched_ = 0;            // refusals in the log before this are sound
  std::string why_;
};

}  // namespace run
