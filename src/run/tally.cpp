// SPDX-License-Identifier: Apache-2.0
#include "run/tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"

namespace run {

namespace {

using model::Cause;
using model::Exit;
using model::Finding;
using model::Level;
using model::RequirementVerdict;
using model::RunVerdict;
using model::Verdict;

bool broken(const Finding& finding, Level level) {
  if (finding.verdict == Verdict::fail) return true;
  // Failures below MUST stand as warnings; on a SHOULD or MAY row they break it all the same.
  return level != Level::must && finding.verdict == Verdict::warn && finding.cause == Cause::assertion;
}

void count(const Finding& finding, model::Summary& summary) {
  switch (finding.verdict) {
    case Verdict::pass: ++summary.pass; return;
    case Verdict::fail: ++summary.fail; return;
    case Verdict::warn: ++summary.warn; return;
    case Verdict::inconclusive: ++summary.inconclusive; return;
    case Verdict::skipped: ++summary.skipped; return;
    case Verdict::waived: ++summary.waived; return;
  }
}

void count(RequirementVerdict verdict, model::Coverage& coverage) {
  switch (verdict) {
    case RequirementVerdict::met: ++coverage.met; return;
    case RequirementVerdict::partly_tested: ++coverage.partly; return;
    case RequirementVerdict::not_tested: ++coverage.not_tested; return;
    case RequirementVerdict::not_applicable: ++coverage.not_applicable; return;
    case RequirementVerdict::not_met: ++coverage.not_met; return;
    case RequirementVerdict::undetermined: ++coverage.undetermined; return;
    case RequirementVerdict::waived: ++coverage.waived; return;
  }
}

bool cites_level(const model::Profile& profile, const Finding& finding, Level level) {
  return std::any_of(finding.check.cites.begin(), finding.check.cites.end(), [&](const std::string& id) {
    const auto* requirement = profile.requirement(id);
    return requirement != nullptr && requirement->level == level;
  });
}

// Whether this finding alone makes the exit code non-zero.
bool is_red(const model::Report& report, const model::Profile& profile, const Finding& finding, const Gate& gate) {
  if (finding.verdict == Verdict::fail) return gate.fail_on != FailOn::never;
  if (finding.verdict == Verdict::warn)
    return gate.fail_on == FailOn::should && finding.cause == Cause::assertion &&
           cites_level(profile, finding, Level::should);
  // What blocked them all is one red case of its own.
  const bool told_by_block = finding.cause == Cause::blocked_by && !report.blocked_by.empty();
  if (finding.verdict == Verdict::inconclusive)
    return finding.check.level == Level::must && !told_by_block && !gate.tolerate_inconclusive;
  return false;
}

void roll_up(const model::Profile& profile, model::Report& report) {
  std::map<std::string, std::vector<const Finding*>> by_requirement;
  for (const auto& finding : report.findings)
    for (const auto& id : finding.check.cites) by_requirement[id].push_back(&finding);
  report.requirements.clear();
  report.coverage = {};
  for (const auto& spec : profile.specs) {
    for (const auto& requirement : spec.requirements) {
      const auto& findings = by_requirement[requirement.id];
      model::RequirementResult result;
      result.requirement = requirement;
      result.verdict = rolled_up(requirement, findings);
      for (const auto* finding : findings) {
        result.checks.push_back(finding->check.id);
        if (finding->verdict == Verdict::warn) ++result.warnings;
      }
      if (requirement.level == Level::must) count(result.verdict, report.coverage);
      report.requirements.push_back(std::move(result));
    }
  }
}

// MUST rows that are open for another reason than a question to a person (--require-complete).
std::vector<std::string> incomplete_rows(const model::Report& report) {
  std::vector<std::string> rows;
  for (const auto& row : report.requirements) {
    const bool open = row.verdict == RequirementVerdict::not_tested || row.verdict == RequirementVerdict::partly_tested;
    if (!open || row.requirement.level != Level::must) continue;
    const bool only_manual = !row.checks.empty() && std::all_of(row.checks.begin(), row.checks.end(), [&](const auto& id) {
      const auto* finding = model::find_finding(report, id);
      return finding->verdict != Verdict::skipped || finding->cause == Cause::manual ||
             finding->cause == Cause::not_applicable;
    });
    if (!only_manual) rows.push_back(row.requirement.id);
  }
  return rows;
}

struct Outcome {
  RunVerdict verdict;
  Exit exit;
};

Outcome decide(const Gate& gate, model::Report& report) {
  const auto& summary = report.summary;
  const auto red_with = [&](Verdict verdict) {
    return std::any_of(report.findings.begin(), report.findings.end(),
                       [&](const Finding& f) { return f.verdict == verdict && f.red; });
  };
  // --fail-on never takes the failures out of the exit code, and leaves what else would raise it.
  const bool failed = summary.fail > 0 || red_with(Verdict::warn);
  if (failed && gate.fail_on != FailOn::never) return {RunVerdict::non_conformant, Exit::non_conformant};
  const bool must_inconclusive = std::any_of(report.findings.begin(), report.findings.end(), [](const Finding& f) {
    return f.verdict == Verdict::inconclusive && f.check.level == Level::must;
  });
  const auto open = gate.require_complete ? incomplete_rows(report) : std::vector<std::string>{};
  if (gate.cut_short && report.blocked_by.empty()) report.blocked_by = gate.cut_by + " before every check was made";
  if (!open.empty() && report.blocked_by.empty())
    report.blocked_by = "--require-complete: not fully tested: " + base::join(open, ", ");
  // A run is not over while something that it made may be on the target.
  const bool left = std::any_of(report.created.begin(), report.created.end(),
                                [](const model::Created& created) { return created.state != "removed" && created.state != "never-there"; });
  const bool incomplete = (must_inconclusive && !gate.tolerate_inconclusive) || gate.cut_short || !open.empty() || left;
  if (incomplete) {
    report.blocked_red = !report.blocked_by.empty();
    return {failed ? RunVerdict::non_conformant : RunVerdict::incomplete, Exit::incomplete};
  }
  if (failed) return {RunVerdict::non_conformant, Exit::conformant};
  const bool judged = summary.pass + summary.warn + summary.waived > 0;
  return judged ? Outcome{RunVerdict::conformant, Exit::conformant} : Outcome{RunVerdict::nothing_run, Exit::nothing_run};
}

// The MUST requirements of a verdict by name, when they are few enough to be read.
std::string must_rows(const model::Report& report, RequirementVerdict verdict) {
  constexpr std::size_t readable = 6;
  std::vector<std::string> ids;
  for (const auto& row : report.requirements)
    if (row.verdict == verdict && row.requirement.level == Level::must) ids.push_back(row.requirement.id);
  return ids.size() > readable ? "" : " (" + base::join(ids, ", ") + ")";
}

std::string coverage_in_words(const model::Report& report) {
  std::vector<std::string> parts;
  const auto add = [&](int n, const char* what, RequirementVerdict verdict) {
    if (n > 0) parts.push_back(fmt::format("{} {}{}", n, what, must_rows(report, verdict)));
  };
  add(report.coverage.partly, "partly tested", RequirementVerdict::partly_tested);
  add(report.coverage.not_tested, "not tested", RequirementVerdict::not_tested);
  add(report.coverage.not_applicable, "not applicable", RequirementVerdict::not_applicable);
  add(report.coverage.undetermined, "undetermined", RequirementVerdict::undetermined);
  add(report.coverage.waived, "waived", RequirementVerdict::waived);
  if (parts.empty()) return "";
  return "; MUST requirements: " + base::join(parts, ", ");
}

std::string names_of(const model::Report& report, RequirementVerdict verdict) {
  constexpr std::size_t shown = 8;
  std::vector<std::string> ids;
  for (const auto& row : report.requirements)
    if (row.verdict == verdict) ids.push_back(row.requirement.id);
  if (ids.size() <= shown) return base::join(ids, ", ");
  return base::join(std::span(ids).first(shown), ", ") + fmt::format(" and {} more", ids.size() - shown);
}

std::string sentence_for(const model::Report& report, const std::string& cut_by) {
  const auto& s = report.summary;
  const int all = s.pass + s.fail + s.warn + s.inconclusive + s.skipped + s.waived;
  const int judged = s.pass + s.fail + s.warn + s.waived;
  switch (report.verdict) {
    case RunVerdict::conformant:
      return fmt::format("Conformant as far as tested: nothing non-conformant in {} of {} checks{}.", judged, all,
                         coverage_in_words(report));
    case RunVerdict::non_conformant:
      return fmt::format("Not conformant: {} not met ({}), after {} of {} checks{}.",
                         base::counted(static_cast<std::size_t>(std::count_if(
                                           report.requirements.begin(), report.requirements.end(),
                                           [](const auto& r) { return r.verdict == RequirementVerdict::not_met; })),
                                       "requirement"),
                         names_of(report, RequirementVerdict::not_met), judged, all, coverage_in_words(report));
    case RunVerdict::incomplete: {
      const std::string open = (cut_by.empty() ? "" : cut_by + "; ") + base::counted(static_cast<std::size_t>(s.inconclusive), "check");
      if (judged == 0) return fmt::format("Incomplete: {} could not be decided, and none of {} reached a verdict{}.", open, all, coverage_in_words(report));
      return fmt::format("Incomplete: {} could not be decided; nothing non-conformant in the {} of {} that were{}.", open, judged, all,
                         coverage_in_words(report));
    }
    case RunVerdict::nothing_run: return s.inconclusive > 0 ? fmt::format("Nothing was run to an end: of {} checks {} could not be decided and {} were skipped.",
                                                                               all, s.inconclusive, s.skipped)
                                                                 : fmt::format("Nothing was run: all {} checks were skipped.", all);
  }
  return "";
}

}  // namespace

RequirementVerdict rolled_up(const model::Requirement& requirement, std::span<const Finding* const> findings) {
  const auto any = [&](auto holds) {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding* f) { return holds(*f); });
  };
  const auto all = [&](auto holds) {
    return !findings.empty() &&
           std::all_of(findings.begin(), findings.end(), [&](const Finding* f) { return holds(*f); });
  };
  const auto skipped = [](const Finding& f) { return f.verdict == Verdict::skipped; };
  const auto not_applicable = [](const Finding& f) {
    return f.verdict == Verdict::skipped && f.cause == Cause::not_applicable;
  };
  if (any([&](const Finding& f) { return broken(f, requirement.level); })) return RequirementVerdict::not_met;
  if (any([](const Finding& f) { return f.verdict == Verdict::inconclusive; })) return RequirementVerdict::undetermined;
  if (any([](const Finding& f) { return f.verdict == Verdict::waived; })) return RequirementVerdict::waived;
  if (all(not_applicable)) return RequirementVerdict::not_applicable;
  if (findings.empty() || all(skipped)) return RequirementVerdict::not_tested;
  if (any([&](const Finding& f) { return skipped(f) && !not_applicable(f); })) return RequirementVerdict::partly_tested;
  return RequirementVerdict::met;
}

void apply_level(Finding& finding) {
  if (finding.verdict == Verdict::fail && finding.check.level != Level::must) finding.verdict = Verdict::warn;
}

void tally(const model::Profile& profile, const Gate& gate, model::Report& report) {
  report.summary = {};
  for (auto& finding : report.findings) {
    finding.red = is_red(report, profile, finding, gate);
    count(finding, report.summary);
  }
  roll_up(profile, report);
  const Outcome outcome = decide(gate, report);
  report.verdict = outcome.verdict;
  report.run.exit = outcome.exit;
  report.sentence = sentence_for(report, gate.cut_by);
}

}  // namespace run
