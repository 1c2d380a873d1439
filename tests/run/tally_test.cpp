// SPDX-License-Identifier: Apache-2.0
// probity-judging(7), ROLL-UP and EXIT CODES, row by row.
#include "run/tally.hpp"

#include "tests/catch.hpp"

namespace {

using model::Cause;
using model::Exit;
using model::Level;
using model::RequirementVerdict;
using model::RunVerdict;
using model::Verdict;

model::Finding finding(Verdict verdict, Cause cause = Cause::none, Level level = Level::must) {
  model::Finding out;
  out.check.id = "area.check";
  out.check.cites = {"R-1"};
  out.check.level = level;
  out.verdict = verdict;
  out.cause = cause;
  return out;
}

RequirementVerdict rolled(Level level, std::vector<model::Finding> findings) {
  model::Requirement requirement;
  requirement.id = "R-1";
  requirement.level = level;
  std::vector<const model::Finding*> pointers;
  for (const auto& f : findings) pointers.push_back(&f);
  return run::rolled_up(requirement, pointers);
}

model::Profile profile_with(Level level) {
  model::Profile profile;
  model::Specification spec;
  model::Requirement requirement;
  requirement.id = "R-1";
  requirement.level = level;
  spec.requirements = {requirement};
  profile.specs = {spec};
  return profile;
}

model::Report tallied(Level level, std::vector<model::Finding> findings, run::Gate gate = {}) {
  model::Report report;
  for (std::size_t i = 0; i < findings.size(); ++i) findings[i].check.id = "area.check-" + std::to_string(i);
  report.findings = std::move(findings);
  run::tally(profile_with(level), gate, report);
  return report;
}

}  // namespace

TEST_CASE("roll-up: the first line that holds") {
  const auto pass = finding(Verdict::pass);
  const auto fail = finding(Verdict::fail, Cause::assertion);
  const auto broken_warn = finding(Verdict::warn, Cause::assertion);
  const auto deviation = finding(Verdict::warn, Cause::deviation);
  const auto open = finding(Verdict::inconclusive, Cause::timeout);
  const auto waived = finding(Verdict::waived, Cause::waiver);
  const auto absent = finding(Verdict::skipped, Cause::not_applicable);
  const auto no_input = finding(Verdict::skipped, Cause::needs_input);
  const auto manual = finding(Verdict::skipped, Cause::manual);

  CHECK(rolled(Level::must, {fail, open, pass}) == RequirementVerdict::not_met);
  CHECK(rolled(Level::should, {broken_warn, pass}) == RequirementVerdict::not_met);
  CHECK(rolled(Level::may, {broken_warn, pass}) == RequirementVerdict::not_met);
  CHECK(rolled(Level::must, {broken_warn, pass}) == RequirementVerdict::met);
  CHECK(rolled(Level::should, {deviation, pass}) == RequirementVerdict::met);
  CHECK(rolled(Level::must, {open, waived, pass}) == RequirementVerdict::undetermined);
  CHECK(rolled(Level::must, {waived, pass}) == RequirementVerdict::waived);
  CHECK(rolled(Level::must, {absent, absent}) == RequirementVerdict::not_applicable);
  CHECK(rolled(Level::must, {}) == RequirementVerdict::not_tested);
  CHECK(rolled(Level::must, {no_input, absent}) == RequirementVerdict::not_tested);
  CHECK(rolled(Level::may, {manual}) == RequirementVerdict::not_tested);
  CHECK(rolled(Level::must, {pass, no_input}) == RequirementVerdict::partly_tested);
  CHECK(rolled(Level::must, {pass, manual}) == RequirementVerdict::partly_tested);
  CHECK(rolled(Level::must, {pass, absent}) == RequirementVerdict::met);
  CHECK(rolled(Level::must, {pass, deviation}) == RequirementVerdict::met);
}

TEST_CASE("a broken assertion is a failure at MUST and a warning below") {
  auto must = finding(Verdict::fail, Cause::assertion, Level::must);
  auto should = finding(Verdict::fail, Cause::assertion, Level::should);
  run::apply_level(must);
  run::apply_level(should);
  CHECK(must.verdict == Verdict::fail);
  CHECK(should.verdict == Verdict::warn);
  CHECK(should.cause == Cause::assertion);
}

TEST_CASE("exit codes 0 to 3") {
  const auto pass = finding(Verdict::pass);
  const auto fail = finding(Verdict::fail, Cause::assertion);
  const auto open = finding(Verdict::inconclusive, Cause::timeout);
  const auto low_open = finding(Verdict::inconclusive, Cause::timeout, Level::should);
  const auto skipped = finding(Verdict::skipped, Cause::needs_input);
  const auto broken_should = finding(Verdict::warn, Cause::assertion, Level::should);

  SECTION("0: nothing failed or stayed open") {
    const auto report = tallied(Level::must, {pass, skipped});
    CHECK(report.run.exit == Exit::conformant);
    CHECK(report.verdict == RunVerdict::conformant);
    CHECK(report.coverage.partly == 1);
    CHECK_THAT(report.sentence, ContainsSubstring("1 of 2 checks"));
    CHECK_THAT(report.sentence, ContainsSubstring("1 partly tested (R-1)"));
  }
  SECTION("0: an inconclusive check below MUST does not matter") {
    CHECK(tallied(Level::should, {pass, low_open}).run.exit == Exit::conformant);
  }
  SECTION("1: an unwaived fail, before anything open") {
    const auto report = tallied(Level::must, {fail, open});
    CHECK(report.run.exit == Exit::non_conformant);
    CHECK(report.verdict == RunVerdict::non_conformant);
    CHECK(report.findings[0].red);
  }
  SECTION("2: a MUST check is inconclusive") {
    const auto report = tallied(Level::must, {pass, open});
    CHECK(report.run.exit == Exit::incomplete);
    CHECK(report.findings[1].red);
    CHECK_FALSE(report.findings[0].red);
  }
  SECTION("2: the deadline cut the run, and one case says so") {
    run::Gate gate;
    gate.cut_short = true;
    gate.cut_by = "the deadline passed";
    const auto report = tallied(Level::must, {pass}, gate);
    CHECK(report.run.exit == Exit::incomplete);
    CHECK(report.blocked_red);
    CHECK_FALSE(report.blocked_by.empty());
  }
  SECTION("3: nothing could run") {
    const auto report = tallied(Level::must, {skipped});
    CHECK(report.run.exit == Exit::nothing_run);
    CHECK(report.verdict == RunVerdict::nothing_run);
  }
  SECTION("--fail-on should: a broken SHOULD row") {
    run::Gate gate;
    CHECK(tallied(Level::should, {pass, broken_should}, gate).run.exit == Exit::conformant);
    gate.fail_on = run::FailOn::should;
    const auto report = tallied(Level::should, {pass, broken_should}, gate);
    CHECK(report.run.exit == Exit::non_conformant);
    CHECK(report.findings[1].red);
  }
  SECTION("--fail-on never turns 1 into 0 and nothing else") {
    run::Gate gate;
    gate.fail_on = run::FailOn::never;
    const auto report = tallied(Level::must, {fail}, gate);
    CHECK(report.run.exit == Exit::conformant);
    CHECK(report.verdict == RunVerdict::non_conformant);
    CHECK_FALSE(report.findings[0].red);
    CHECK(tallied(Level::must, {pass, open}, gate).run.exit == Exit::incomplete);
    // A failure hides nothing else that is wrong.
    const auto both = tallied(Level::must, {fail, open}, gate);
    CHECK(both.run.exit == Exit::incomplete);
    CHECK(both.verdict == RunVerdict::non_conformant);
    CHECK(both.findings[1].red);
  }
  SECTION("--inconclusive tolerate removes only that cause of 2") {
    run::Gate gate;
    gate.tolerate_inconclusive = true;
    const auto report = tallied(Level::must, {pass, open}, gate);
    CHECK(report.run.exit == Exit::conformant);
    CHECK_FALSE(report.findings[1].red);
    gate.cut_short = true;
    gate.cut_by = "the deadline passed";
    CHECK(tallied(Level::must, {pass, open}, gate).run.exit == Exit::incomplete);
    gate.cut_short = false;
    CHECK(tallied(Level::must, {open}, gate).run.exit == Exit::nothing_run);
  }
  SECTION("--require-complete: MUST rows open for another reason than a question to a person") {
    run::Gate gate;
    gate.require_complete = true;
    CHECK(tallied(Level::must, {pass}, gate).run.exit == Exit::conformant);
    CHECK(tallied(Level::must, {pass, finding(Verdict::skipped, Cause::manual)}, gate).run.exit == Exit::conformant);
    const auto report = tallied(Level::must, {pass, skipped}, gate);
    CHECK(report.run.exit == Exit::incomplete);
    CHECK_THAT(report.blocked_by, ContainsSubstring("R-1"));
  }
}

TEST_CASE("a check blocked by another is not red itself") {
  model::Report report;
  report.blocked_by = "no answer";
  report.findings = {finding(Verdict::inconclusive, Cause::blocked_by)};
  run::tally(profile_with(Level::must), {}, report);
  CHECK(report.run.exit == Exit::incomplete);
  CHECK_FALSE(report.findings[0].red);
  CHECK(report.blocked_red);
}
