// SPDX-License-Identifier: Apache-2.0
// One run against one target: preflight, TLS survey, base control, epochs, confirmations, report.
// The only floor that talks to the wire; every judgement is a probe's.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "model/report.hpp"
#include "run/courier.hpp"
#include "run/journal.hpp"
#include "run/plan.hpp"
#include "run/tally.hpp"
#include "wire/wire.hpp"

namespace run {

// What is known before the checks begin: the first line of a run is made from it.
struct Introduction {
  std::optional<model::CertificateFacts> certificate;
  int requests = 0;
  std::string problem;   // why checks cannot be made, "" when all is well: the first thing to say
  std::string repeat;    // the command that shows it again, or ""
};

struct RunSettings {
  Pace pace;
  Gate gate;
  std::string run_id;
  std::string rerun;                              // the command of this run, to which --only CHECK can be added
  Journal* journal = nullptr;                     // for checks that create something; without one they do not
  std::string no_credential_hint;                 // why there is no valid credential, and what to do; "" if there is one
  std::function<bool()> interrupted;
  std::function<base::EpochSeconds()> clock;
  std::function<void(const Introduction&)> introduce;
  std::function<void(int sent, int planned)> progress;
};

// Runs the plan and fills findings, observations, facts, credentials, counts, verdict and exit of
// the report; who and when is the caller's. Never throws for what the target does.
void run_plan(const Plan& plan, const model::Subject& subject, wire::Wire& wire, const RunSettings& settings,
              model::Report& report);

}  // namespace run
