// SPDX-License-Identifier: Apache-2.0
// What a run leaves in the report besides its findings: facts, credentials, clock, observations.
#pragma once

#include <string>

#include "model/report.hpp"
#include "run/ledger.hpp"

namespace run {

// Fills the report from what was seen, and hides the target's patient numbers in it. The last that is asked of
// ledger and courier: their answers and log are handed over.
void summarise(const Plan& plan, const model::Subject& subject, Ledger& ledger, Courier& courier, model::Report& report);

// In a command a patient's number becomes a variable, so that the line still runs.
std::string without_numbers(std::string line, const model::Target& target);

}  // namespace run
