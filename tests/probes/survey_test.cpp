// SPDX-License-Identifier: Apache-2.0
// The survey's steps and what it makes of answers, without a network.
#include "probes/survey.hpp"

#include <algorithm>
#include <set>

#include "tests/catch.hpp"
#include "tests/probes/scripted_server.hpp"

namespace {

using model::HelloExchange;
using model::HelloState;
using model::Observation;
using model::Outcome;
using model::TlsVersion;
using scripted::answered;
using scripted::plan;
using scripted::surveyed;

}  // namespace

TEST_CASE("hellos are of one version and at most 120 suites, and cover every suite, in every mode") {
  const auto mode = GENERATE(model::SurveyMode::quick, model::SurveyMode::full, model::SurveyMode::gentle, model::SurveyMode::exhaustive);
  probes::SurveyPlan of_mode = plan;
  of_mode.mode = mode;
  std::map<TlsVersion, std::set<std::uint32_t>> offered;
  for (const auto& observation : surveyed({{TlsVersion::tls1_2, {0xC030}}}, of_mode)) {
    if (observation.id.starts_with("known-good")) continue;
    const auto& hello = std::get<HelloExchange>(observation.exchange);
    REQUIRE(hello.versions.size() == 1);
    CHECK(hello.suites.size() <= probes::most_suites_in_hello);
    offered[hello.versions.front()].insert(hello.suites.begin(), hello.suites.end());
  }
  for (const auto& [version, name] : model::Words<TlsVersion>::table) {
    const auto all = model::suites_for(version);
    CHECK(offered[version] == std::set<std::uint32_t>(all.begin(), all.end()));
  }
}

TEST_CASE("a sound server is surveyed in fewer than 45 hellos") {
  const std::map<TlsVersion, std::vector<std::uint32_t>> sound = {{TlsVersion::tls1_2, {0xC030, 0xC02F, 0x009F}}};
  const auto seen = surveyed(sound);
  CHECK(seen.size() < 45);
  const auto facts = probes::tls_facts(seen);
  CHECK(facts.alive);
  CHECK(facts.of(TlsVersion::tls1_2).accepted == std::vector<std::uint32_t>{0xC030, 0xC02F, 0x009F});
  CHECK(facts.of(TlsVersion::tls1_2).unanswered.empty());
  CHECK(facts.of(TlsVersion::tls1_1).state == HelloState::refused);
  CHECK(facts.of(TlsVersion::ssl2).state == HelloState::refused);
  CHECK(facts.authentication == std::set<std::string>{"RSA"});
}

TEST_CASE("groups that answer are taken apart until each suite is known") {
  const std::vector<std::uint32_t> weak = {0x0005, 0x000A, 0x002F, 0x0035, 0x003C};
  auto all = weak;
  all.push_back(0xC030);
  const auto facts = probes::tls_facts(surveyed({{TlsVersion::tls1_2, all}, {TlsVersion::tls1_0, weak}}));
  std::set<std::uint32_t> accepted(facts.of(TlsVersion::tls1_2).accepted.begin(), facts.of(TlsVersion::tls1_2).accepted.end());
  CHECK(accepted == std::set<std::uint32_t>(all.begin(), all.end()));
  CHECK(facts.of(TlsVersion::tls1_0).accepted.size() == weak.size());
  CHECK(facts.of(TlsVersion::tls1_0).unanswered.empty());
}

TEST_CASE("hellos taken back go out in fewer, and none of their suites is lost") {
  probes::SurveyPlan full = plan;
  full.listed = {};
  full.mode = model::SurveyMode::full;
  probes::Enquiry enquiry(full);
  std::set<std::uint32_t> wanted;
  std::size_t before = 0;
  std::vector<HelloExchange> dropped = enquiry.first();
  std::erase_if(dropped, [](const HelloExchange& one) { return one.versions.front() != TlsVersion::tls1_2; });
  for (const auto& one : dropped) {
    REQUIRE(enquiry.takes_back(one));
    wanted.insert(one.suites.begin(), one.suites.end());
    ++before;
  }
  std::set<std::uint32_t> offered;
  const auto fewer = enquiry.merged();
  for (const auto& one : fewer) {
    CHECK(one.versions == std::vector{TlsVersion::tls1_2});
    CHECK(one.suites.size() <= probes::most_suites_in_hello);
    offered.insert(one.suites.begin(), one.suites.end());
  }
  CHECK(offered == wanted);
  CHECK(fewer.size() < before);
}

TEST_CASE("silence is not refusal") {
  auto seen = surveyed({{TlsVersion::tls1_2, {0xC030}}});
  for (auto& observation : seen)
    if (std::get<HelloExchange>(observation.exchange).versions.front() == TlsVersion::tls1_1)
      observation.outcome = Outcome::timed_out;
  const auto facts = probes::tls_facts(seen);
  CHECK(facts.of(TlsVersion::tls1_1).state == HelloState::no_answer);
  CHECK(facts.of(TlsVersion::tls1_0).state == HelloState::refused);
}

TEST_CASE("refusals that are not believed decide nothing") {
  auto seen = surveyed({{TlsVersion::tls1_2, {0xC030}}});
  for (auto& observation : seen) observation.believed = false;
  CHECK(probes::tls_facts(seen).of(TlsVersion::tls1_1).state == HelloState::no_answer);
}

TEST_CASE("a later answer outweighs an earlier silence") {
  auto seen = surveyed({{TlsVersion::tls1_2, {0xC030}}});
  auto again = seen;
  for (auto& observation : seen) observation.outcome = Outcome::timed_out;
  seen.insert(seen.end(), again.begin(), again.end());
  CHECK(probes::tls_facts(seen).of(TlsVersion::tls1_1).state == HelloState::refused);
}

TEST_CASE("a suite nobody offered says nothing; another version refuses the one asked for") {
  const HelloExchange hello{plan.origin, "", {TlsVersion::tls1_2}, {0xC030, 0xC02F}};
  Observation seen;
  seen.exchange = hello;
  seen.outcome = Outcome::answered;
  seen.tls.version = TlsVersion::tls1_2;
  seen.tls.suite = 0x0005;
  CHECK_FALSE(probes::accepts_hello(seen));
  CHECK(probes::undecided(seen));
  seen.tls.version = TlsVersion::tls1_1;
  seen.tls.suite = 0xC030;
  CHECK_FALSE(probes::accepts_hello(seen));
  CHECK_FALSE(probes::undecided(seen));
}

TEST_CASE("closing at every hello of a version is told from alerts") {
  auto seen = surveyed({{TlsVersion::tls1_2, {0xC030}}});
  for (auto& observation : seen)
    if (std::get<HelloExchange>(observation.exchange).versions.front() == TlsVersion::ssl3) observation.outcome = Outcome::closed;
  const auto facts = probes::tls_facts(seen);
  CHECK(facts.of(TlsVersion::ssl3).state == HelloState::closed);
  CHECK(facts.of(TlsVersion::tls1_0).state == HelloState::refused);
}

TEST_CASE("protocol_version refuses a version in one hello; any other alert only what was offered") {
  const auto off = [](const char* alert) {
    auto seen = answered(probes::first_hellos(plan).back(), {}, "hello-1");
    std::get<HelloExchange>(seen.exchange) = {plan.origin, "", {TlsVersion::tls1_0}, {0x002F, 0x0035}};
    seen.alert = alert;
    return std::vector{seen};
  };
  CHECK(probes::tls_facts(off("protocol_version")).of(TlsVersion::tls1_0).refused.size() == model::suites_for(TlsVersion::tls1_0).size());
  CHECK(probes::tls_facts(off("handshake_failure")).of(TlsVersion::tls1_0).refused.size() == 2);
}

TEST_CASE("a server's order is found, whatever it is, and a client's is told from it") {
  probes::SurveyPlan full = plan;
  full.mode = model::SurveyMode::full;
  const std::vector<std::uint32_t> odd = {0x0033, 0xC014, 0xCCA8, 0x009F, 0xC030, 0x0039, 0x006B, 0xC02F};
  const auto facts = probes::tls_facts(surveyed({{TlsVersion::tls1_2, odd}}, full)).of(TlsVersion::tls1_2);
  CHECK(facts.preference == model::Preference::server);
  CHECK(facts.ordered);
  CHECK(facts.accepted == odd);
}

TEST_CASE("an order that the groups of suites show already costs nothing more, and has its evidence") {
  probes::SurveyPlan full = plan;
  full.listed = {};
  full.mode = model::SurveyMode::full;
  const auto seen = surveyed({{TlsVersion::tls1_2, {0xC030, 0xC02F, 0x009F}}}, full);
  const auto facts = probes::tls_facts(seen).of(TlsVersion::tls1_2);
  CHECK(facts.preference == model::Preference::server);
  CHECK(facts.accepted == std::vector<std::uint32_t>{0xC030, 0xC02F, 0x009F});
  // Forward, backward, and the two groups that chose: no twos beside those both ways.
  CHECK(facts.order_evidence.size() == 4);
  CHECK(std::none_of(seen.begin(), seen.end(), [](const Observation& one) { return std::get<HelloExchange>(one.exchange).suites.size() == 2; }));
}

TEST_CASE("two suites of which the one named first is always taken are in the client's order") {
  probes::SurveyPlan full = plan;
  full.listed = {};
  full.mode = GENERATE(model::SurveyMode::full, model::SurveyMode::quick);
  const auto follows = [](const HelloExchange& hello, std::string id) {
    Observation seen = answered(hello, {}, std::move(id));
    if (hello.versions.front() != TlsVersion::tls1_2) return seen;
    const auto at = std::find_if(hello.suites.begin(), hello.suites.end(), [](std::uint32_t suite) { return suite == 0xC030 || suite == 0xC02F; });
    if (at == hello.suites.end()) return seen;
    seen.outcome = Outcome::answered;
    seen.alert.clear();
    seen.tls.version = TlsVersion::tls1_2;
    seen.tls.suite = *at;
    return seen;
  };
  const auto facts = probes::tls_facts(scripted::surveyed_by(follows, full)).of(TlsVersion::tls1_2);
  CHECK(facts.accepted.size() == 2);
  CHECK(facts.preference == model::Preference::client);
}

TEST_CASE("a suite accepted once and refused another time is a contradiction") {
  auto seen = surveyed({{TlsVersion::tls1_2, {0xC030, 0xC02F}}});
  CHECK(probes::tls_facts(seen).contradictions.empty());
  for (const auto& observation : seen)
    if (std::get<HelloExchange>(observation.exchange).suites == std::vector<std::uint32_t>{0xC030}) {
      Observation other = observation;
      other.outcome = Outcome::refused;
      other.alert = "handshake_failure";
      seen.push_back(other);
      break;
    }
  REQUIRE(probes::tls_facts(seen).contradictions.size() == 1);
  CHECK(probes::tls_facts(seen).contradictions.front().find("accepted once, refused another time") != std::string::npos);
}

TEST_CASE("what a known-good hello was accepted with is not refused") {
  auto seen = surveyed({});
  seen.front() = answered(probes::known_good_hellos(plan).front(), {{TlsVersion::tls1_2, {0xC030}}}, "known-good-01");
  const auto facts = probes::tls_facts(seen);
  CHECK(facts.of(TlsVersion::tls1_2).state == HelloState::no_answer);
  CHECK(facts.of(TlsVersion::tls1_2).unanswered == model::CodeSet{0xC030});
  CHECK(facts.of(TlsVersion::tls1_1).state == HelloState::refused);
  CHECK(facts.contradictions.size() == 1);
}

TEST_CASE("an SSLv2 server's list is read whole") {
  Observation seen;
  seen.id = "hello-1";
  seen.exchange = HelloExchange{plan.origin, "", {TlsVersion::ssl2}, model::suites_for(TlsVersion::ssl2)};
  seen.outcome = Outcome::answered;
  seen.tls.version = TlsVersion::ssl2;
  seen.tls.suite = 0x0700C0;
  seen.tls.ssl2_kinds = {0x0700C0, 0x010080};
  const auto facts = probes::tls_facts(std::vector{seen}).of(TlsVersion::ssl2);
  CHECK(facts.accepted == std::vector<std::uint32_t>{0x010080, 0x0700C0});
  CHECK(facts.unanswered.empty());
}
