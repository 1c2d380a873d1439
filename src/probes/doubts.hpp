// SPDX-License-Identifier: Apache-2.0
// Reasons why an answer may not mean what its status says, found by comparing it with the answer to
// the good request.
#pragma once

#include "model/probe.hpp"

namespace probes {

// The answer to the check's own control, latest first; null when there is none yet.
const model::Observation* control_answer(const model::Trial& trial);

// Turns a verdict into inconclusive where the answer was not the application's (another product than
// the one that answers the good request), or where the target's clock explains it.
void apply_doubts(model::Judgement& judgement, const model::Trial& trial, const model::Observation& seen);

}  // namespace probes
