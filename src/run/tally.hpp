// SPDX-License-Identifier: Apache-2.0
// From judged checks to requirements, a run verdict, a sentence and an exit code:
// probity-judging(7), ROLL-UP and EXIT CODES.
// Pure; the tables are tested row by row.
#pragma once

#include <string>
#include <vector>

#include "model/profile.hpp"
#include "model/report.hpp"

namespace run {

enum class FailOn { must, should, never };

struct Gate {
  FailOn fail_on = FailOn::must;
  bool tolerate_inconclusive = false;
  bool require_complete = false;
  bool cut_short = false;       // deadline or budget ended the run
  std::string cut_by;           // which, in words
};

// probity-judging(7), ROLL-UP: the first line that holds. `findings` are those of the checks that cite it.
model::RequirementVerdict rolled_up(const model::Requirement& requirement, std::span<const model::Finding* const> findings);

// A broken assertion is a failure at MUST and a warning below.
void apply_level(model::Finding& finding);

// Fills requirements, summary, coverage, verdict, sentence, run.exit and the findings' `red` from
// report.findings. Does not touch exits above 3.
void tally(const model::Profile& profile, const Gate& gate, model::Report& report);

}  // namespace run
