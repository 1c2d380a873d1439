// SPDX-License-Identifier: Apache-2.0
// The tables of words.hpp: what each verdict, cause and severity is called and means.
#include "report/words.hpp"

namespace report {

using model::Cause;
using model::RequirementVerdict;
using model::RunVerdict;
using model::Severity;
using model::Verdict;
using model::WaiverState;

std::string_view shape(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "✓";
    case Verdict::fail:
      return "✕";
    case Verdict::warn:
      return "!";
    case Verdict::inconclusive:
      return "?";
    case Verdict::skipped:
      return "–";
    case Verdict::waived:
      return "⊘";
  }
  return "?";
}

std::string_view shape(RequirementVerdict verdict) {
  switch (verdict) {
    case RequirementVerdict::met:
      return "✓";
    case RequirementVerdict::not_met:
      return "✕";
    case RequirementVerdict::undetermined:
      return "?";
    case RequirementVerdict::partly_tested:
      return "◐";
    case RequirementVerdict::not_tested:
      return "–";
    case RequirementVerdict::not_applicable:
      return "○";
    case RequirementVerdict::waived:
      return "⊘";
  }
  return "?";
}

std::string_view shape(RunVerdict verdict) {
  switch (verdict) {
    case RunVerdict::conformant:
      return "✓";
    case RunVerdict::non_conformant:
      return "✕";
    case RunVerdict::incomplete:
      return "?";
    case RunVerdict::nothing_run:
      return "–";
  }
  return "?";
}

std::string_view label(RequirementVerdict verdict) {
  switch (verdict) {
    case RequirementVerdict::met:
      return "met";
    case RequirementVerdict::not_met:
      return "not met";
    case RequirementVerdict::undetermined:
      return "undetermined";
    case RequirementVerdict::partly_tested:
      return "partly tested";
    case RequirementVerdict::not_tested:
      return "not tested";
    case RequirementVerdict::not_applicable:
      return "not applicable";
    case RequirementVerdict::waived:
      return "waived";
  }
  return "?";
}

std::string_view label(RunVerdict verdict) {
  switch (verdict) {
    case RunVerdict::conformant:
      return "Conformant";
    case RunVerdict::non_conformant:
      return "Not conformant";
    case RunVerdict::incomplete:
      return "Incomplete";
    case RunVerdict::nothing_run:
      return "Nothing was run";
  }
  return "?";
}

std::string_view label(WaiverState state) {
  switch (state) {
    case WaiverState::applied:
      return "applied";
    case WaiverState::unneeded:
      return "no longer needed: the check passes";
    case WaiverState::expired:
      return "expired: no longer applied";
    case WaiverState::unused:
      return "unused: names no check of this run";
  }
  return "?";
}

std::string_view label(Cause cause) {
  switch (cause) {
    case Cause::none:
      return "";
    case Cause::assertion:
      return "a rule was broken";
    case Cause::deviation:
      return "not as specified";
    case Cause::timeout:
      return "no answer in time";
    case Cause::network:
      return "answered by something on the way";
    case Cause::control:
      return "known-good exchange not accepted";
    case Cause::capability:
      return "our side could not send it";
    case Cause::ambiguous:
      return "the answer does not decide it";
    case Cause::blocked_by:
      return "blocked by another failure";
    case Cause::deadline:
      return "the deadline cut it";
    case Cause::tool:
      return "a defect of probity";
    case Cause::needs_input:
      return "not given what it needs";
    case Cause::not_applicable:
      return "not applicable here";
    case Cause::not_authorised:
      return "needs authorisation";
    case Cause::manual:
      return "not examined by this tool";
    case Cause::filtered:
      return "left out by the selection";
    case Cause::waiver:
      return "waived";
  }
  return "?";
}

std::string_view meaning(Cause cause) {
  switch (cause) {
    case Cause::none:
      return "";
    case Cause::assertion:
      return "The target broke the rule the check looks at.";
    case Cause::deviation:
      return "The target did the safe thing, but not in the way the text asks for.";
    case Cause::timeout:
      return "The question was sent and no answer came in time.";
    case Cause::network:
      return "An intermediary or the network answered instead of the target.";
    case Cause::control:
      return "The same exchange without the mutation was not accepted, so a refusal proves "
             "nothing.";
    case Cause::capability:
      return "Our own side could not send what the check asks.";
    case Cause::ambiguous:
      return "The answer can be read both ways.";
    case Cause::blocked_by:
      return "Another failure makes this question unanswerable.";
    case Cause::deadline:
      return "The run's deadline passed before the question was asked.";
    case Cause::tool:
      return "probity itself went wrong here; please report it.";
    case Cause::needs_input:
      return "The target file or the kit lacks something this check needs.";
    case Cause::not_applicable:
      return "The target does not have what the check is about.";
    case Cause::not_authorised:
      return "The check changes state or loads the target, and the run was not authorised to.";
    case Cause::manual:
      return "A person has to examine this.";
    case Cause::filtered:
      return "The selection of this run left it out.";
    case Cause::waiver:
      return "A waiver in force covers the finding; the real outcome is kept beside it.";
  }
  return "";
}

std::string_view meaning(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "Evidence shows that the target does what the check asks.";
    case Verdict::fail:
      return "Evidence shows that the target breaks a MUST.";
    case Verdict::warn:
      return "Evidence shows that a SHOULD is not met, or that a refusal was not as specified.";
    case Verdict::inconclusive:
      return "We tried and cannot tell. Never to be read as a pass.";
    case Verdict::skipped:
      return "We chose not to try, or were not given what the check needs.";
    case Verdict::waived:
      return "Would be fail, warn or inconclusive, but a waiver in force covers it.";
  }
  return "";
}

std::string_view meaning(RequirementVerdict verdict) {
  switch (verdict) {
    case RequirementVerdict::met:
      return "Every check that cites it ran, and none failed or stayed open.";
    case RequirementVerdict::not_met:
      return "At least one check that cites it failed.";
    case RequirementVerdict::undetermined:
      return "None failed, but at least one check is inconclusive.";
    case RequirementVerdict::partly_tested:
      return "What ran speaks for it; some checks were skipped.";
    case RequirementVerdict::not_tested:
      return "No check that cites it ran.";
    case RequirementVerdict::not_applicable:
      return "The target does not have what it is about.";
    case RequirementVerdict::waived:
      return "A waiver in force covers what speaks against it.";
  }
  return "";
}

std::string_view meaning(Severity severity) {
  switch (severity) {
    case Severity::critical:
      return "Whoever reaches the port can read or change records.";
    case Severity::high:
      return "A control that keeps strangers out does not work.";
    case Severity::medium:
      return "A rule is broken that other controls still cover.";
    case Severity::low:
      return "A deviation without a direct way to abuse it.";
    case Severity::info:
      return "A fact worth knowing; nothing is broken.";
  }
  return "";
}

std::string_view who_acts(const model::Finding& finding) {
  switch (finding.cause) {
    case Cause::assertion:
    case Cause::deviation:
      return "supplier";
    case Cause::timeout:
    case Cause::network:
    case Cause::blocked_by:
      return "environment";
    default:
      return "tester";
  }
}

}  // namespace report
