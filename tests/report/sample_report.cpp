// SPDX-License-Identifier: Apache-2.0
#include "tests/report/sample_report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sample {

namespace {

using model::Cause;
using model::Report;
using model::RequirementVerdict;
using model::Verdict;

// The table of probity-judging(7), ROLL-UP, over the findings that cite a requirement. The runner has the real
// one.
RequirementVerdict rolled_up(const std::vector<const model::Finding*>& citing) {
  const auto any = [&](auto holds) { return std::any_of(citing.begin(), citing.end(), holds); };
  const auto all = [&](auto holds) { return std::all_of(citing.begin(), citing.end(), holds); };
  const auto is = [](Verdict v) { return [v](const auto* f) { return f->verdict == v; }; };
  if (citing.empty()) return RequirementVerdict::not_tested;
  if (any([](const auto* f) {
        return f->verdict == Verdict::fail ||
               (f->verdict == Verdict::warn && f->cause == Cause::assertion);
      }))
    return RequirementVerdict::not_met;
  if (any(is(Verdict::inconclusive))) return RequirementVerdict::undetermined;
  if (any(is(Verdict::waived))) return RequirementVerdict::waived;
  if (all([](const auto* f) { return f->cause == Cause::not_applicable; }))
    return RequirementVerdict::not_applicable;
  if (all(is(Verdict::skipped))) return RequirementVerdict::not_tested;
  if (any(is(Verdict::skipped))) return RequirementVerdict::partly_tested;
  return RequirementVerdict::met;
}

void count(Verdict verdict, model::Summary& summary) {
  switch (verdict) {
    case Verdict::pass:
      ++summary.pass;
      break;
    case Verdict::fail:
      ++summary.fail;
      break;
    case Verdict::warn:
      ++summary.warn;
      break;
    case Verdict::inconclusive:
      ++summary.inconclusive;
      break;
    case Verdict::skipped:
      ++summary.skipped;
      break;
    case Verdict::waived:
      ++summary.waived;
      break;
  }
}

void count(const model::RequirementResult& result, model::Coverage& coverage) {
  if (result.requirement.level != model::Level::must) return;
  switch (result.verdict) {
    case RequirementVerdict::met:
      ++coverage.met;
      break;
    case RequirementVerdict::not_met:
      ++coverage.not_met;
      break;
    case RequirementVerdict::undetermined:
      ++coverage.undetermined;
      break;
    case RequirementVerdict::waived:
      ++coverage.waived;
      break;
    case RequirementVerdict::not_applicable:
      ++coverage.not_applicable;
      break;
    case RequirementVerdict::not_tested:
      ++coverage.not_tested;
      break;
    case RequirementVerdict::partly_tested:
      ++coverage.partly;
      break;
  }
}

int musts(const model::Coverage& c) {
  return c.met + c.partly + c.not_tested + c.not_applicable + c.not_met + c.undetermined + c.waived;
}

void roll_up(Report& report) {
  report.summary = {};
  report.coverage = {};
  report.requirements.clear();
  for (const auto& finding : report.findings) count(finding.verdict, report.summary);
  for (const auto& spec : report.specs) {
    for (const auto& requirement : spec.requirements) {
      model::RequirementResult result;
      result.requirement = requirement;
      std::vector<const model::Finding*> citing;
      for (const auto& finding : report.findings) {
        const auto& cites = finding.check.cites;
        if (std::find(cites.begin(), cites.end(), requirement.id) == cites.end()) continue;
        citing.push_back(&finding);
        result.checks.push_back(finding.check.id);
        result.warnings += finding.verdict == Verdict::warn ? 1 : 0;
      }
      result.verdict = rolled_up(citing);
      count(result, report.coverage);
      report.requirements.push_back(result);
    }
  }
}

Report frame() {
  Report report;
  report.tool = {"probity", "0.1.0", "3.0.17", "7.88.1"};
  report.run.id = "7c1f0b0e-5a0f-4c58-9d0c-000000000000";
  report.run.started = 1'795'442'710;
  report.run.finished = 1'795'442'822;
  report.run.argv = {"probity",
                     "run",
                     "-p",
                     "gp-connect-provider",
                     "--target",
                     "example-int.json",
                     "--kit",
                     "kit",
                     "-o",
                     "out",
                     "https://gp.example.net:8443/A12345/STU3/1/gpconnect"};
  report.run.settings = {{"jobs", "8"},
                         {"rate", "100 requests a second, burst 100"},
                         {"connect timeout", "5 s"},
                         {"exchange timeout", "10 s"},
                         {"deadline", "10 min"},
                         {"evidence", "snippet"}};
  report.profile.id = "gp-connect-provider";
  report.profile.title = "GP Connect provider security";
  report.profile.version = "1.6.0";
  report.profile.digest = "9c1e5b0fd2a54ab7ffb1c8f0e8a3fd6a1b36c6e0a3f3f0a4b1b4a3f5f40b2d11";
  report.profile.specs = {"gp-connect-security"};
  report.profile.parameters = {{"tls13", "warn"}, {"edge", "warn"}};
  report.target = {
      "example-int",
      "https://gp.example.net:8443/A12345/STU3/1/gpconnect",
      {"192.0.2.17", "2001:db8::17"},
      {"Example Health Systems", "ExampleGP", "4.2.1", "integration", "A. Tester", "CR-114"}};
  report.specs = specifications();
  return report;
}

}  // namespace

Report report() {
  Report report = frame();
  report.verdict = model::RunVerdict::non_conformant;
  report.run.exit = model::Exit::non_conformant;
  report.run.authorisation = "CAB-2291, integration environment only";
  report.run.notes = {"The certificate `valid` ends in 21 days (2026-12-14).",
                      "The run was cut by its deadline; 1 check was not asked."};
  report.findings = findings();
  report.observations = observations();
  report.facts = facts();
  report.credentials = {
      {"valid", model::CredentialKind::valid, model::Layer::http, model::Outcome::answered, "", 200,
       model::CertificateFacts{"CN=ssp.example.nhs.uk,O=Example",
                               "CN=Example SubCA,O=Example",
                               "ssp.example.nhs.uk",
                               {"ssp.example.nhs.uk"},
                               "1001",
                               1'767'225'600,
                               1'797'206'400,
                               "RSA 2048",
                               "sha256WithRSAEncryption",
                               "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a", ""}},
      {"",
       model::CredentialKind::none,
       model::Layer::tls,
       model::Outcome::refused,
       "handshake_failure",
       0,
       {}},
      {"expired",
       model::CredentialKind::expired,
       model::Layer::http,
       model::Outcome::answered,
       "",
       200,
       {}},
      {"wrong-fqdn",
       model::CredentialKind::wrong_fqdn,
       model::Layer::tls,
       model::Outcome::refused,
       hostile("alert"),
       0,
       {}},
      {"untrusted-ca",
       model::CredentialKind::untrusted_ca,
       model::Layer::tls,
       model::Outcome::refused,
       "unknown_ca",
       0,
       {}},
      {"other-client",
       model::CredentialKind::other_client,
       model::Layer::http,
       model::Outcome::answered,
       "",
       403,
       {}}};
  report.waivers = {
      {"identity.refuses-lookalike-ca", model::WaiverState::applied, Verdict::fail,
       "Replaced with the June release", "J. Owner", "CR-114", "2026-09-01", "2027-01-31"},
      {"token.rejects-absent", model::WaiverState::unneeded, Verdict::pass, "Fixed in 4.2",
       "J. Owner", "CR-101", "2026-06-01", "2026-12-01"},
      {"identity.refuses-expired", model::WaiverState::expired, Verdict::fail, "Clock fault in 4.1",
       "J. Owner", "CR-97", "2026-03-01", "2026-08-31"}};
  roll_up(report);
  report.sentence = fmt::format(
      "not conformant: {} of {} MUST requirements are not met, {} could not be determined",
      report.coverage.not_met, musts(report.coverage), report.coverage.undetermined);
  report.requests_sent = 41;
  report.connections_opened = 63;
  return report;
}

Report large_report(int checks) {
  Report report = frame();
  const auto base = findings();
  const auto seen = observations();
  report.facts = facts();
  for (int i = 0; i < checks; ++i) {
    auto finding = base[9 + static_cast<std::size_t>(i) % 6];
    finding.check.id += fmt::format(".case-{}", i);
    finding.verdict = i % 10 == 0 ? Verdict::fail : Verdict::pass;
    finding.cause = i % 10 == 0 ? Cause::assertion : Cause::none;
    finding.red = i % 10 == 0;
    finding.observations = {finding.check.id + "-1"};
    auto observation = seen[static_cast<std::size_t>(i) % 2 == 0 ? 11 : 17];
    observation.id = finding.observations.front();
    observation.excerpt += std::string(600, 'x');
    report.observations.push_back(observation);
    report.findings.push_back(finding);
  }
  roll_up(report);
  report.run.complete = true;
  report.verdict = model::RunVerdict::non_conformant;
  report.sentence = fmt::format("{} of {} MUST requirements are not met", report.coverage.not_met,
                                musts(report.coverage));
  return report;
}

Report unreachable() {
  Report report = frame();
  report.run.exit = model::Exit::unreachable;
  report.preflight =
      base::Error{base::Trouble::unreachable, "connection refused by 192.0.2.17",
                  "gp.example.net:8443", "is the service started, and the port right?"};
  report.sentence = "nothing was run: gp.example.net:8443 could not be reached";
  return report;
}

Report blocked() {
  Report report = frame();
  report.verdict = model::RunVerdict::incomplete;
  report.run.exit = model::Exit::incomplete;
  report.run.complete = true;
  report.blocked_by =
      "the control metadata was not accepted: HTTP 403 with credential valid (certificate "
      "2026-01-01 to 2026-12-14, clocks agree); try: probity doctor "
      "https://gp.example.net:8443/A12345/STU3/1/gpconnect";
  report.blocked_red = true;
  report.findings = findings();
  for (auto& finding : report.findings) {
    finding.verdict = Verdict::inconclusive;
    finding.cause = Cause::blocked_by;
    finding.observed = finding.because = "";
    finding.observations.clear();
    finding.red = false;
  }
  roll_up(report);
  report.sentence =
      fmt::format("incomplete: nothing failed, but {} MUST requirements could not be determined",
                  report.coverage.undetermined);
  return report;
}

}  // namespace sample
