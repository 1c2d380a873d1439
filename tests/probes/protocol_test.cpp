// SPDX-License-Identifier: Apache-2.0
// What becomes of a version's check by what the survey found.
#include "probes/families.hpp"
#include "tests/catch.hpp"
#include "tests/probes/identity_scene.hpp"

namespace {

using model::Cause;
using model::HelloState;
using model::TlsVersion;
using model::Verdict;
using Kind = model::Expectation::Kind;

model::Judgement judged(HelloState state, Kind expects, std::vector<std::string> contradictions = {}) {
  scene::Scene scene;
  scene.tls.contradictions = std::move(contradictions);
  auto& facts = scene.tls.versions[TlsVersion::tls1_1];
  facts.state = state;
  facts.observations = {"hello-1"};
  return scene.judge(probes::protocol, scene::check({{"version", "TLSv1.1"}}, expects), {});
}

}  // namespace

TEST_CASE("a version passes when it is refused, and fails when it is refused but wanted") {
  CHECK(judged(HelloState::refused, Kind::refused).verdict == Verdict::pass);
  CHECK(judged(HelloState::closed, Kind::refused).verdict == Verdict::pass);
  CHECK(judged(HelloState::refused, Kind::accepted).verdict == Verdict::fail);
  CHECK(judged(HelloState::no_answer, Kind::refused).verdict == Verdict::inconclusive);
  CHECK(judged(HelloState::not_tested, Kind::refused).verdict == Verdict::inconclusive);
}

TEST_CASE("a refusal by an address that contradicts itself is neither a pass nor a failure") {
  const std::vector<std::string> told = {"TLSv1.2 TLS_X: accepted once, refused another time"};
  for (const auto expects : {Kind::refused, Kind::accepted}) {
    const auto judgement = judged(HelloState::refused, expects, told);
    CHECK(judgement.verdict == Verdict::inconclusive);
    CHECK(judgement.cause == Cause::ambiguous);
    CHECK(judgement.because.find(told.front()) == 0);
  }
}
