// SPDX-License-Identifier: Apache-2.0
// Asking the TLS survey's hellos so that their refusals can be believed: beside known-good hellos,
// and again, one at a time, where a burst left silences.
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
  std::optional<model::Observation> again(const Question& question);

  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  Question known_good();
  bool alive();
  Question named(const model::HelloExchange& hello);
  // One burst with its known-good hellos; what stays undecided is asked again, one at a time.
  void burst(std::vector<Question> questions);

  Courier& courier_;
  const probes::SurveyPlan& plan_;
  std::vector<model::HelloExchange> candidates_;
  std::size_t good_ = 0;
  int asked_good_ = 0;
  int asked_ = 0;
  std::string why_;
};

}  // namespace run
