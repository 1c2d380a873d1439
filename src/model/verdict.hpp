// SPDX-License-Identifier: Apache-2.0
// The words in which a run is judged: probity-judging(7). Level, severity, verdict and cause are
// four things and never share a field.
#pragma once

#include <array>

#include "model/words.hpp"

namespace model {

enum class Level { must, should, may };
enum class Severity { critical, high, medium, low, info };
// Which permission a check needs: reads are always allowed.
enum class Risk { read, intrusive, dos };

enum class Verdict { pass, fail, warn, inconclusive, skipped, waived };

// Why a verdict is not a pass. "We could not test" is inconclusive; "we chose not to, or were not
// given what it needs" is skipped.
enum class Cause {
  none,
  assertion,       // a rule was broken
  deviation,       // refused, but not as specified
  timeout,         // asked, no answer
  network,         // an intermediary or the network answered instead
  control,         // the known-good exchange was not accepted
  capability,      // our own side could not send it
  ambiguous,       // the answer does not decide the question
  blocked_by,      // another check's failure makes this one unanswerable
  deadline,
  tool,
  needs_input,
  not_applicable,
  not_authorised,
  manual,
  filtered,
  waiver,
};

enum class RequirementVerdict {
  not_met,
  undetermined,
  waived,
  not_applicable,
  not_tested,
  partly_tested,
  met,
};

enum class RunVerdict { conformant, non_conformant, incomplete, nothing_run };

// probity-judging(7), EXIT CODES. The numbers are the contract.
enum class Exit : int {
  conformant = 0,
  non_conformant = 1,
  incomplete = 2,
  nothing_run = 3,
  usage = 64,
  bad_data = 65,
  no_input = 66,
  unreachable = 69,
  internal = 70,
  cannot_create = 73,
  io = 74,
  not_authorised = 77,
  config = 78,
  interrupted = 130,
  terminated = 143,
};

template <>
struct Words<Level> {
  static constexpr std::pair<Level, std::string_view> table[] = {
      {Level::must, "MUST"}, {Level::should, "SHOULD"}, {Level::may, "MAY"}};
};
template <>
struct Words<Severity> {
  static constexpr std::pair<Severity, std::string_view> table[] = {{Severity::critical, "critical"},
                                                                    {Severity::high, "high"},
                                                                    {Severity::medium, "medium"},
                                                                    {Severity::low, "low"},
                                                                    {Severity::info, "info"}};
};
template <>
struct Words<Risk> {
  static constexpr std::pair<Risk, std::string_view> table[] = {
      {Risk::read, "read"}, {Risk::intrusive, "intrusive"}, {Risk::dos, "dos"}};
};
template <>
struct Words<Verdict> {
  static constexpr std::pair<Verdict, std::string_view> table[] = {
      {Verdict::pass, "pass"},   {Verdict::fail, "fail"},
      {Verdict::warn, "warn"},   {Verdict::inconclusive, "inconclusive"},
      {Verdict::skipped, "skipped"}, {Verdict::waived, "waived"}};
};
template <>
struct Words<Cause> {
  static constexpr std::pair<Cause, std::string_view> table[] = {
      {Cause::none, ""},
      {Cause::assertion, "assertion"},
      {Cause::deviation, "deviation"},
      {Cause::timeout, "timeout"},
      {Cause::network, "network"},
      {Cause::control, "control"},
      {Cause::capability, "capability"},
      {Cause::ambiguous, "ambiguous"},
      {Cause::blocked_by, "blocked-by"},
      {Cause::deadline, "deadline"},
      {Cause::tool, "tool"},
      {Cause::needs_input, "needs-input"},
      {Cause::not_applicable, "not-applicable"},
      {Cause::not_authorised, "not-authorised"},
      {Cause::manual, "manual"},
      {Cause::filtered, "filtered"},
      {Cause::waiver, "waiver"}};
};
template <>
struct Words<RequirementVerdict> {
  static constexpr std::pair<RequirementVerdict, std::string_view> table[] = {
      {RequirementVerdict::not_met, "not-met"},
      {RequirementVerdict::undetermined, "undetermined"},
      {RequirementVerdict::waived, "waived"},
      {RequirementVerdict::not_applicable, "not-applicable"},
      {RequirementVerdict::not_tested, "not-tested"},
      {RequirementVerdict::partly_tested, "partly-tested"},
      {RequirementVerdict::met, "met"}};
};
template <>
struct Words<RunVerdict> {
  static constexpr std::pair<RunVerdict, std::string_view> table[] = {
      {RunVerdict::conformant, "conformant"},
      {RunVerdict::non_conformant, "non-conformant"},
      {RunVerdict::incomplete, "incomplete"},
      {RunVerdict::nothing_run, "nothing-run"}};
};

}  // namespace model
