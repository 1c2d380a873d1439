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

TEST_CASE("a sound server is surveyed in six round trips and 41 hellos, with many jobs in two round trips") {
  const auto jobs = GENERATE(8, 64);
  Bench bench([](const HelloExchange& hello) { return answer_of({{TlsVersion::tls1_2, conformant}}, hello); }, jobs);
  REQUIRE(bench.survey());
  CHECK(bench.facts.of(TlsVersion::tls1_2).accepted == conformant);
  CHECK(bench.facts.of(TlsVersion::tls1_2).ordered);
  CHECK(bench.facts.of(TlsVersion::tls1_0).state == HelloState::refused);
  CHECK(bench.rounds() == (jobs == 8 ? 6 : 2));
  CHECK(bench.wire.sent().size() <= (jobs == 8 ? 41U : 80U));
  CHECK(bench.wire.most_in_flight() <= jobs);
  CHECK(bench.sent(0) == probes::known_good_hellos(bench.plan).front());
  // The first known-good hello goes out alone, but where many jobs are wanted.
  CHECK(bench.wire.sent_at().at(1).count() == (jobs == 8 ? 50 : 0));
}

TEST_CASE("what was refused beside a known-good hello that was not accepted is asked again beside one that was") {
  const auto jobs = GENERATE(8, 64);
  Bench bench([](const HelloExchange& hello) { return answer_of({{TlsVersion::tls1_0, {0x0035, 0x002F, 0x000A}}}, hello); }, jobs);
  REQUIRE(bench.survey());
  CHECK(bench.asked_again() == (jobs == 64));
  CHECK(bench.facts.of(TlsVersion::tls1_0).accepted == Suites{0x0035, 0x002F, 0x000A});
  CHECK(bench.facts.of(TlsVersion::tls1_2).state == HelloState::refused);
  CHECK(bench.facts.of(TlsVersion::tls1_2).unanswered.empty());
}

// What the first burst meets: the known-good hello and all of the survey's first ones.
TEST_CASE("a target that is not ready for the first burst is not judged by it") {
  const auto how = GENERATE(Outcome::refused, Outcome::timed_out, Outcome::closed);
  std::size_t burst = 0;
  std::size_t answers = 0;
  Bench bench([&](const HelloExchange& hello) {
    return ++answers <= burst ? said(how, how == Outcome::refused ? "internal_error" : "") : answer_of({{TlsVersion::tls1_2, conformant}}, hello);
  }, 64);
  burst = 1 + probes::first_hellos(bench.plan).size();
  REQUIRE(bench.survey());
  CHECK(bench.facts.of(TlsVersion::tls1_2).accepted == conformant);
  CHECK(bench.facts.of(TlsVersion::tls1_2).unanswered.empty());
  CHECK(bench.facts.of(TlsVersion::tls1_0).state == HelloState::refused);
}

// A front that refuses while the server behind it wakes up, and answers the first connection late.
TEST_CASE("refusals that came before the known-good hello was accepted are asked again") {
  const Suites all = {0x0035, 0x002F};
  bool awake = false;
  Bench bench([&](const HelloExchange& hello) {
    const bool first = hello.versions.size() > 1;
    awake = awake || first;
    return awake ? answer_of({{TlsVersion::tls1_2, conformant}, {TlsVersion::tls1_1, all}, {TlsVersion::tls1_0, all}}, hello) : said(Outcome::refused, "handshake_failure");
  }, 64);
  bench.wire.latency_of = [](const model::Exchange& exchange) {
    return base::Milliseconds{std::get<HelloExchange>(exchange).versions.size() > 1 ? 900 : 50};
  };
  REQUIRE(bench.survey());
  CHECK(bench.facts.of(TlsVersion::tls1_2).accepted == conformant);
  CHECK(bench.facts.of(TlsVersion::tls1_1).accepted.size() == 2);
  CHECK(bench.facts.of(TlsVersion::tls1_0).accepted.size() == 2);
}

// Whatever counts connections need not take them in their order.
TEST_CASE("a known-good hello that is dropped among others is asked again after a rest") {
  int answers = 0;
  Bench bench([&](const HelloExchange& hello) {
    Observation dropped = said(Outcome::closed);
    dropped.detail = "reset";
    return ++answers == 1 ? dropped : answer_of({{TlsVersion::tls1_3, {0x1302}}}, hello);
  }, 64);
  REQUIRE(bench.survey());
  CHECK(bench.facts.of(TlsVersion::tls1_3).accepted == Suites{0x1302});
  CHECK(bench.wire.now() >= base::Milliseconds{1000});
}

TEST_CASE("a target that drops every connection is said to do that, not to refuse every suite") {
  const auto jobs = GENERATE(8, 64);
  Bench bench([](const HelloExchange&) {
    Observation dropped = said(Outcome::closed);
    dropped.detail = "reset";
    return dropped;
  }, jobs);
  CHECK_FALSE(bench.survey());
  CHECK(bench.why.find("closes the connection at every TLS hello") != std::string::npos);
  CHECK(bench.facts.of(TlsVersion::tls1_2).state != HelloState::refused);
}

TEST_CASE("a hello that was accepted beside a known-good one that was not takes its place") {
  Bench bench([](const HelloExchange& hello) {
    return hello.versions.size() > 1 ? said(Outcome::refused, "protocol_version") : answer_of({{TlsVersion::tls1_3, {0x1302}}}, hello);
  }, 64);
  REQUIRE(bench.survey());
  CHECK(bench.facts.of(TlsVersion::tls1_3).accepted == Suites{0x1302});
}

TEST_CASE("a dead target is given up at once, and so is one that is no TLS") {
  const bool dead = GENERATE(true, false);
  const auto jobs = GENERATE(8, 64);
  Bench bench([&](const HelloExchange&) { return said(dead ? Outcome::unreachable : Outcome::answered); }, jobs);
  CHECK_FALSE(bench.survey());
  const std::size_t burst = jobs == 8 ? 1 : 1 + probes::first_hellos(bench.plan).size();
  CHECK(bench.wire.sent().size() == burst + (dead ? 1 : 0));
  CHECK(bench.why.find(dead ? "not accepted" : "no TLS") != std::string::npos);
  CHECK(bench.facts.of(TlsVersion::tls1_2).state != HelloState::refused);
}

TEST_CASE("a survey that is cut at once decides nothing, and says what cut it") {
  const auto jobs = GENERATE(8, 64);
  Bench bench([](const HelloExchange& hello) { return answer_of({{TlsVersion::tls1_2, conformant}}, hello); }, jobs, 0);
  CHECK_FALSE(bench.survey());
  CHECK(bench.wire.sent().empty());
  CHECK(bench.facts.of(TlsVersion::tls1_0).state == HelloState::not_tested);
  CHECK(bench.why == "all that --max-requests allows was sent before a known-good TLS hello was answered");
}

// By place, whatever the hello: no order of the server's own.
TEST_CASE("a server that chooses by place in the client's list is not said to have an order of its own") {
  const auto place = GENERATE(0, 1, 2, -1);   // -1: the last
  const auto jobs = GENERATE(8, 64);
  const auto by_place = [&](const HelloExchange& hello) {
    if (hello.versions.back() != TlsVersion::tls1_2) return said(Outcome::refused, "protocol_version");
    Suites shared;
    for (const auto suite : hello.suites)
      if (std::find(conformant.begin(), conformant.end(), suite) != conformant.end() && has_a_group(hello, suite)) shared.push_back(suite);
    if (shared.empty()) return said(Outcome::refused, "handshake_failure");
    Observation seen = said(Outcome::answered);
    seen.tls.version = TlsVersion::tls1_2;
    seen.tls.suite = place < 0 ? shared.back() : shared[std::min<std::size_t>(static_cast<std::size_t>(place), shared.size() - 1)];
    return seen;
  };
  Bench bench(by_place, jobs);
  REQUIRE(bench.survey());
  const auto& facts = bench.facts.of(TlsVersion::tls1_2);
  CHECK(facts.accepted.size() == conformant.size());
  CHECK_FALSE(facts.ordered);
  CHECK(facts.preference == (place == 0 ? model::Preference::client : model::Preference::unclear));
}
