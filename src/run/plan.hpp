// SPDX-License-Identifier: Apache-2.0
// What a run will do, worked out before anything is sent: every check made ready for the target,
// and the epochs in which those that share a control are asked.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/probe.hpp"
#include "model/report.hpp"
#include "probes/survey.hpp"

namespace run {

struct PlannedCheck {
  const model::Check* check = nullptr;
  const model::Probe* probe = nullptr;
  model::Prepared prepared;
};

// Checks whose asks are mutations of one control (probity-judging(7), CONTROLS).
struct Epoch {
  model::Control control;
  std::vector<std::size_t> checks;   // indices into Plan::checks, at most epoch_size
  bool exclusive = false;            // nothing else is asked meanwhile
};

inline constexpr std::size_t epoch_size = 25;

struct Plan {
  std::vector<PlannedCheck> checks;          // in the profile's order, selected or not
  std::vector<Epoch> epochs;
  std::vector<std::size_t> beside_survey;    // asked between known-good hellos
  std::vector<std::size_t> sequences;        // asked one after another, step by step
  bool needs_survey = false;
  bool needs_vulnerabilities = false;        // asked after the survey
  bool needs_http = false;                   // some check leans on the base control
  probes::SurveyPlan survey;
};

// What the user permits besides reads.
struct Permissions {
  bool intrusive = false;
  bool dos = false;
};

// Everything referred to must outlive the plan. Checks not in `selected` are settled as filtered,
// those that need a permission not given as not-authorised.
Plan make_plan(const model::Subject& subject, std::span<const model::Probe> probes,
               const std::set<std::string>& selected, Permissions permissions,
               model::SurveyMode survey = model::SurveyMode::quick, int jobs = 8);

// How many exchanges a sound target will see.
int requests_of(const Plan& plan);

}  // namespace run
