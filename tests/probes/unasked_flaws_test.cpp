// SPDX-License-Identifier: Apache-2.0
// A flaw that the survey could not ask for: skipped only where the target cannot have it.
#include "probes/families.hpp"
#include "tests/catch.hpp"

namespace {

using model::Cause;
using model::HelloState;
using model::TlsVersion;
using model::Verdict;
using Versions = std::map<TlsVersion, HelloState>;

model::Judgement judged(const char* name, const Versions& versions) {
  model::TlsFacts facts;
  for (const auto& [version, state] : versions) facts.versions[version].state = state;
  facts.vulnerabilities["poodle"] = {model::Feature::State::no, "", ""};   // something was asked
  model::Check check;
  check.with = {{"name", name}};
  const model::Target target{};
  const model::Profile profile{};
  const model::Subject subject{profile, target, {}};
  const model::Prepared prepared{};
  return probes::tls_vulnerability.judge({check, subject, prepared, {}, facts, {}});
}

}  // namespace

TEST_CASE("what a target cannot be asked is skipped only where it cannot have it") {
  struct Row {
    const char* name;
    Versions versions;
    Verdict verdict;
    Cause cause;
  };
  const Versions ssl3 = {{TlsVersion::ssl3, HelloState::accepted}};
  const Versions ssl3_silent = {{TlsVersion::ssl3, HelloState::no_answer}, {TlsVersion::tls1_3, HelloState::accepted}};
  const Versions only_13 = {{TlsVersion::ssl3, HelloState::refused}, {TlsVersion::tls1_3, HelloState::accepted}};
  const Versions cut = {{TlsVersion::ssl3, HelloState::accepted}, {TlsVersion::tls1_2, HelloState::accepted}};
  const Row rows[] = {{"robot", ssl3, Verdict::inconclusive, Cause::capability},
                      {"heartbleed", ssl3, Verdict::inconclusive, Cause::capability},
                      {"ticketbleed", ssl3, Verdict::inconclusive, Cause::capability},
                      {"grease-intolerance", ssl3, Verdict::inconclusive, Cause::capability},
                      {"poodle-over-tls", ssl3, Verdict::skipped, Cause::not_applicable},
                      {"robot", ssl3_silent, Verdict::inconclusive, Cause::capability},
                      {"robot", only_13, Verdict::skipped, Cause::not_applicable},
                      {"heartbleed", only_13, Verdict::skipped, Cause::not_applicable},
                      {"grease-intolerance", only_13, Verdict::inconclusive, Cause::deadline},
                      {"robot", cut, Verdict::inconclusive, Cause::deadline}};
  for (const auto& row : rows) {
    const auto judgement = judged(row.name, row.versions);
    CAPTURE(row.name, judgement.because);
    CHECK(judgement.verdict == row.verdict);
    CHECK(judgement.cause == row.cause);
  }
}
