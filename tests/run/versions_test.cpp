// SPDX-License-Identifier: Apache-2.0
// Checks bound to a protocol version: not-applicable where nobody gets in by it, and nowhere else.
#include "tests/run/bench.hpp"

using namespace bench;
using model::TlsVersion;

namespace {

const run::Selection expired = only({"identity.rejects-expired", "identity.rejects-expired-over-tls-1-3"});

Observation hung_up(Outcome outcome) {
  Observation seen;
  seen.outcome = outcome;
  seen.side = model::Side::target;
  seen.layer = model::Layer::tls;
  if (outcome == Outcome::refused) seen.alert = "protocol_version";
  return seen;
}

// A sound provider at TLS 1.2; what it says at 1.3, the test says.
struct Provider {
  std::function<Observation(const model::HttpExchange&)> at_13;

  Observation operator()(const model::HttpExchange& http) const {
    if (http.only == TlsVersion::tls1_3) return at_13(http);
    return sound(http, TlsVersion::tls1_2);
  }

  static Observation sound(const model::HttpExchange& http, TlsVersion version) {
    Observation seen = http.credential == "valid" ? good() : hung_up(Outcome::refused);
    seen.tls.certificate_requested = true;
    seen.tls.version = version;
    seen.tls.leaf_sent = "leaf of " + http.credential;
    seen.tls.verify_sent = true;
    return seen;
  }
};

model::Report judged(std::function<Observation(const model::HttpExchange&)> at_13) {
  Bench bench(Provider{std::move(at_13)});
  for (const auto kind : {model::CredentialKind::valid, model::CredentialKind::expired}) {
    model::CredentialInfo info;
    info.kind = kind;
    info.label = model::word(kind);
    info.leaf.sha256 = "leaf of " + info.label;
    if (kind == model::CredentialKind::valid) bench.credentials.clear();
    bench.credentials.push_back(info);
  }
  auto report = bench.run(expired);
  CHECK(finding(report, "identity.rejects-expired").verdict == Verdict::pass);
  return report;
}

void check(const model::Report& report, Verdict verdict, Cause cause) {
  const auto& seen = finding(report, "identity.rejects-expired-over-tls-1-3");
  CAPTURE(seen.because);
  CHECK(model::word(seen.verdict) == model::word(verdict));
  CHECK(model::word(seen.cause) == model::word(cause));
}

model::RequirementVerdict row(const model::Report& report, const char* id) {
  for (const auto& requirement : report.requirements)
    if (requirement.requirement.id == id) return requirement.verdict;
  return model::RequirementVerdict::undetermined;
}

}  // namespace

TEST_CASE("a version that is not spoken: its checks do not apply, and the requirement is judged by the other") {
  const auto report = judged([](const auto&) { return hung_up(Outcome::refused); });
  check(report, Verdict::skipped, Cause::not_applicable);
  CHECK(finding(report, "identity.rejects-expired-over-tls-1-3").because == "the target does not speak TLSv1.3");
  CHECK(finding(report, "identity.rejects-expired").control == "metadata@TLSv1.2");
}

TEST_CASE("a version that is spoken is judged for itself") {
  const auto sound = judged([](const auto& http) { return Provider::sound(http, TlsVersion::tls1_3); });
  check(sound, Verdict::pass, Cause::none);
  const auto served = judged([](const auto& http) {
    Observation seen = good();
    seen.tls = Provider::sound(http, TlsVersion::tls1_3).tls;
    return seen;
  });
  check(served, Verdict::fail, Cause::assertion);
  CHECK(row(served, "GPC-MA-3") == model::RequirementVerdict::not_met);
  CHECK(served.run.exit == Exit::non_conformant);
}

TEST_CASE("a bare close is believed when it comes twice") {
  check(judged([](const auto&) { return hung_up(Outcome::closed); }), Verdict::skipped, Cause::not_applicable);
  int asked = 0;
  const auto once = judged([&](const auto& http) {
    return ++asked == 1 ? hung_up(Outcome::closed) : Provider::sound(http, TlsVersion::tls1_3);
  });
  check(once, Verdict::pass, Cause::none);
}

TEST_CASE("a control that fails behind the ServerHello, or in silence, is a failed control") {
  check(judged([](const auto& http) {
          Observation seen = hung_up(Outcome::refused);
          seen.tls = Provider::sound(http, TlsVersion::tls1_3).tls;
          return seen;
        }), Verdict::inconclusive, Cause::control);
  check(judged([](const auto&) { return hung_up(Outcome::timed_out); }), Verdict::inconclusive, Cause::control);
}

TEST_CASE("a version that the run has seen spoken is spoken") {
  // The kept connection of the base control negotiates it; bound to it, the target hangs up.
  Bench bench([](const model::HttpExchange& http) {
    if (http.only == TlsVersion::tls1_3) return hung_up(Outcome::refused);
    return Provider::sound(http, http.only ? TlsVersion::tls1_2 : TlsVersion::tls1_3);
  });
  bench.credentials.front().leaf.sha256 = "leaf of valid";
  model::CredentialInfo bad;
  bad.kind = model::CredentialKind::expired;
  bad.label = "expired";
  bad.leaf.sha256 = "leaf of expired";
  bench.credentials.push_back(bad);
  const auto report = bench.run(expired);
  check(report, Verdict::inconclusive, Cause::control);
  CHECK(report.run.exit == Exit::incomplete);
}
