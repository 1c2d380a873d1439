// SPDX-License-Identifier: Apache-2.0
// How a survey is asked: its beginning beside the known-good hello, and how many round trips it takes.
#include "run/survey_phase.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/support/fake_wire.hpp"

namespace {

using model::HelloExchange;
using model::HelloState;
using model::Observation;
using model::Outcome;
using model::TlsVersion;
using Suites = std::vector<std::uint32_t>;

// What openssl's cipher list for GP Connect gives with an RSA key, in an order that servers are set up with.
const Suites conformant = {0xC030, 0xC02F, 0x009F, 0x009E, 0xC028, 0xC014, 0xC0A3, 0xC09F, 0x006B, 0x0039};

Observation said(Outcome outcome, std::string alert = "") {
  Observation seen;
  seen.side = model::Side::target;
  seen.layer = model::Layer::tls;
  seen.outcome = outcome;
  seen.alert = std::move(alert);
  return seen;
}

// OpenSSL's usual groups; suites without ECDHE need none.
bool has_a_group(const HelloExchange& hello, std::uint32_t suite) {
  const bool ecdhe = model::find_suite(suite)->key_exchange == "ECDHE";
  return !ecdhe || hello.groups.empty() ||
         std::any_of(hello.groups.begin(), hello.groups.end(), [](std::uint16_t group) { return group == 23 || group == 24 || group == 25 || group == 29 || group == 30; });
}

// A server with suites of its own order in each version.
Observation answer_of(const std::map<TlsVersion, Suites>& server, const HelloExchange& hello) {
  for (const auto version : hello.versions) {
    const auto at = server.find(version);
    if (at == server.end()) continue;
    for (const auto suite : at->second) {
      if (std::find(hello.suites.begin(), hello.suites.end(), suite) == hello.suites.end() || !has_a_group(hello, suite)) continue;
      Observation seen = said(Outcome::answered);
      seen.tls.version = version;
      seen.tls.suite = suite;
      return seen;
    }
  }
  const bool on = std::any_of(hello.versions.begin(), hello.versions.end(), [&](TlsVersion version) { return server.contains(version); });
  return said(Outcome::refused, on || hello.versions.front() < TlsVersion::tls1_0 ? "handshake_failure" : "protocol_version");
}

class Bench {
 public:
  using Target = std::function<Observation(const HelloExchange&)>;

  explicit Bench(Target target, int jobs = 8, int most = 10000)
      : wire([target = std::move(target)](const model::Exchange& exchange) { return target(std::get<HelloExchange>(exchange)); }),
        courier(wire, pace(jobs, most), "01234567-89ab-4cde-8f01-23456789abcd", {}, [] { return 1800000000; }) {
    plan.origin = {true, "host", 443};
    plan.server_name = "host";
    plan.mode = model::SurveyMode::full;
    plan.width = jobs;
    wire.latency = base::Milliseconds{50};
  }

  bool survey() {
    run::SurveyPhase phase(courier, plan);
    const bool found = phase.find_and_run({});
    why = phase.why();
    facts = probes::tls_facts(courier.log());
    return found;
  }

  [[nodiscard]] const HelloExchange& sent(std::size_t at) const { return std::get<HelloExchange>(wire.sent().at(at)); }
  [[nodiscard]] std::size_t rounds() const { return static_cast<std::size_t>(wire.now().count() / wire.latency.count()); }
  [[nodiscard]] bool asked_again() const {
    return std::any_of(courier.log().begin(), courier.log().end(), [](const Observation& seen) { return seen.id.ends_with("-again"); });
  }

  support::FakeWire wire;
  probes::SurveyPlan plan;
  run::Courier courier;
  std::string why;
  model::TlsFacts facts;

 private:
  static run::Pace pace(int jobs, int most) {
    run::Pace out;
    out.jobs = jobs;
    out.max_requests = most;
    return out;
  }
};

}  // namespace

TEST_CASE("a sound server is surveyed in five round trips and 40 hellos, with many jobs in two round trips") {
  const auto jobs = GENERATE(8, 64);
  Bench bench([](const HelloExchange& hello) { return answer_of({{TlsVersion::tls1_2, conformant}}, hello); }, jobs);
  REQUIRE(bench.survey());
  CHECK(bench.facts.of(TlsVersion::tls1_2).accepted == conformant);
  CHECK(bench.facts.of(TlsVersion::tls1_2).ordered);
  CHECK(bench.facts.of(TlsVersion::tls1_0).state == HelloState::refused);
  CHECK(bench.rounds() == (jobs == 8 ? 5 : 2));
  CHECK(bench.wire.sent().size() <= (jobs == 8 ? 40U : 80U));
  CHECK(bench.wire.most_in_flight() <= jobs);
  CHECK(bench.sent(0) == probes::known_good_hellos(bench.plan).front());
  CHECK(bench.wire.sent_at().at(1) == bench.wire.sent_at().at(0));
}

TEST_CASE("what was refused beside a known-good hello that was not accepted is asked again beside one that was") {
  Bench bench([](const HelloExchange& hello) { return answer_of({{TlsVersion::tls1_0, {0x0035, 0x002F, 0x000A}}}, hello); });
  REQUIRE(bench.survey());
  CHECK(bench.asked_again());
  CHECK(bench.facts.of(TlsVersion::tls1_0).accepted == Suites{0x0035, 0x002F, 0x000A});
  CHECK(bench.facts.of(TlsVersion::tls1_2).state == HelloState::refused);
  CHECK(bench.facts.of(TlsVersion::tls1_2).unanswered.empty());
}

// A front that lets nobody in for a moment, then all: its refusals are no answers of the server's.
TEST_CASE("refusals of a front that begins to let hellos in count for nothing") {
  int answers = 0;
  Bench bench([&](const HelloExchange& hello) {
    return ++answers <= 8 ? said(Outcome::refused, "internal_error") : answer_of({{TlsVersion::tls1_2, conformant}}, hello);
  });
  REQUIRE(bench.survey());
  CHECK(bench.facts.of(TlsVersion::tls1_2).accepted == conformant);
}

TEST_CASE("silence at first is asked again before the target is given up") {
  int answers = 0;
  Bench bench([&](const HelloExchange& hello) {
    return ++answers <= 8 ? said(Outcome::timed_out) : answer_of({{TlsVersion::tls1_2, conformant}}, hello);
  });
  REQUIRE(bench.survey());
  CHECK(bench.facts.of(TlsVersion::tls1_2).accepted == conformant);
  CHECK(bench.facts.of(TlsVersion::tls1_2).unanswered.empty());
}

TEST_CASE("a dead target is given up after one burst and one more hello, and so is one that is no TLS") {
  const bool dead = GENERATE(true, false);
  Bench bench([&](const HelloExchange&) { return said(dead ? Outcome::unreachable : Outcome::answered); });
  CHECK_FALSE(bench.survey());
  CHECK(bench.wire.sent().size() == (dead ? 9 : 8));
  CHECK(bench.why.find(dead ? "not accepted" : "no TLS") != std::string::npos);
  CHECK(bench.facts.of(TlsVersion::tls1_2).state != HelloState::refused);
}

TEST_CASE("a survey that is cut at once decides nothing") {
  Bench bench([](const HelloExchange& hello) { return answer_of({{TlsVersion::tls1_2, conformant}}, hello); }, 8, 0);
  CHECK_FALSE(bench.survey());
  CHECK(bench.wire.sent().empty());
  CHECK(bench.facts.of(TlsVersion::tls1_0).state == HelloState::no_answer);
}

TEST_CASE("a server that follows its client is told from one with an order of its own") {
  const auto follows = [](const HelloExchange& hello) {
    if (hello.versions.back() != TlsVersion::tls1_2) return said(Outcome::refused, "protocol_version");
    for (const auto suite : hello.suites) {
      if (std::find(conformant.begin(), conformant.end(), suite) == conformant.end()) continue;
      Observation seen = said(Outcome::answered);
      seen.tls.version = TlsVersion::tls1_2;
      seen.tls.suite = suite;
      return seen;
    }
    return said(Outcome::refused, "handshake_failure");
  };
  const auto jobs = GENERATE(8, 64);
  Bench bench(follows, jobs);
  REQUIRE(bench.survey());
  CHECK(bench.facts.of(TlsVersion::tls1_2).accepted.size() == conformant.size());
  CHECK(bench.facts.of(TlsVersion::tls1_2).preference == model::Preference::client);
}
