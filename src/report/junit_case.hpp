// SPDX-License-Identifier: Apache-2.0
// What one finding becomes in JUnit: green, failure, error or skipped, with which words.
#pragma once

#include <string>

#include "model/report.hpp"

namespace report {

struct JunitOutcome {
  enum class Kind { green, failure, error, skipped };
  Kind kind = Kind::green;
  std::string type;     // failure and error: conformance.fail, conformance.inconclusive.timeout
  std::string message;  // one line, at most 200 bytes
  std::string text;     // of failure, error, skipped; its first line is the message
  std::string out;      // system-out: a warning that does not turn the case red
};

JunitOutcome junit_outcome(const model::Report& report, const model::Finding& finding);

// The case `preflight`: whether the run could start, or what stopped it.
JunitOutcome junit_preflight(const model::Report& report);

// "token.rejects-expired expired-token-is-refused": no verdict, severity, URL or date, at most 120
// bytes. CI history keys on it.
std::string junit_name(const model::Check& check);

}  // namespace report
