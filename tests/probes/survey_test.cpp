// SPDX-License-Identifier: Apache-2.0
// The survey's steps and what it makes of answers, without a network.
#include "probes/survey.hpp"

#include <algorithm>
#include <set>

#include "model/tls_names.hpp"
#include "tests/catch.hpp"

namespace {

using model::HelloExchange;
using model::HelloState;
using model::Observation;
using model::Outcome;
using model::TlsVersion;

const probes::SurveyPlan plan{{true, "host", 443}, "host", {0xC030, 0xC02F, 0x009F}};

// What a server that accepts some suites of some versions says to a hello.
Observation answered(const HelloExchange& hello, const std::map<TlsVersion, std::vector<std::uint32_t>>& accepts,
                     std::string id) {
  Observation seen;
  seen.id = std::move(id);
  seen.exchange = hello;
  seen.outcome = Outcome::refused;
  seen.alert = "handshake_failure";
  for (const auto version : hello.versions) {
    const auto at = accepts.find(version);
    if (at == accepts.end()) continue;
    for (const auto suite : at->second) {
      if (std::find(hello.suites.begin(), hello.suites.end(), suite) == hello.suites.end()) continue;
      seen.outcome = Outcome::answered;
      seen.tls.version = version;
      seen.tls.suite = suite;
      return seen;
    }
  }
  return seen;
}

std::vector<Observation> surveyed(const std::map<TlsVersion, std::vector<std::uint32_t>>& accepts,
                                  const probes::SurveyPlan& how = plan) {
  std::vector<Observation> seen;
  seen.push_back(answered(probes::known_good_hellos(how).front(), accepts, "known-good-01"));
  auto hellos = probes::first_hellos(how);
  int n = 0;
  while (!hellos.empty()) {
    for (const auto& hello : hellos) seen.push_back(answered(hello, accepts, "hello-" + std::to_string(++n)));
    hellos = probes::further_hellos(how, seen);
  }
  return seen;
}

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

namespace {

// A server with one suite and an ECDSA key on P-256, which it never uses without the client naming the
// curve; it takes the first group of its own order.
Observation by_ecdsa(const HelloExchange& hello, const std::vector<std::uint16_t>& order, bool holds_certificate, std::string id) {
  Observation seen = answered(hello, {{TlsVersion::tls1_2, {0xC02B}}}, std::move(id));
  if (seen.outcome != Outcome::answered) return seen;
  const auto offers = [&](std::uint16_t group) {
    return hello.groups.empty() || std::find(hello.groups.begin(), hello.groups.end(), group) != hello.groups.end();
  };
  const auto chosen = std::find_if(order.begin(), order.end(), offers);
  if (chosen == order.end() || (holds_certificate && !offers(23))) {
    seen.outcome = Outcome::refused;
    seen.alert = "handshake_failure";
    seen.tls = {};
    return seen;
  }
  if (!hello.whole_flight) return seen;
  seen.tls.flight = model::FlightSeen{};
  seen.tls.flight->group = *chosen;
  seen.tls.server = model::CertificateFacts{};
  seen.tls.server->key = "EC prime256v1";
  return seen;
}

std::set<std::uint16_t> groups_by_ecdsa(const std::vector<std::uint16_t>& order, bool holds_certificate) {
  probes::SurveyPlan full = plan;
  full.mode = model::SurveyMode::full;
  std::vector<Observation> seen;
  auto hellos = probes::first_hellos(full);
  for (int n = 0; !hellos.empty(); hellos = probes::further_hellos(full, seen))
    for (const auto& hello : hellos) seen.push_back(by_ecdsa(hello, order, holds_certificate, "hello-" + std::to_string(++n)));
  const auto groups = probes::tls_facts(seen).groups;
  return {groups.begin(), groups.end()};
}

}  // namespace

TEST_CASE("behind an ECDSA certificate each group is asked for beside its curve") {
  CHECK(groups_by_ecdsa({29, 24, 25, 23}, true) == std::set<std::uint16_t>{23, 24, 25, 29});
  CHECK(groups_by_ecdsa({26, 23}, true) == std::set<std::uint16_t>{23, 26});
  // What is below the curve in the server's order is never taken while the curve must be offered.
  CHECK(groups_by_ecdsa({29, 23, 24}, true) == std::set<std::uint16_t>{23, 29});
  // A server that does not hold its certificate against the groups takes the others alone.
  CHECK(groups_by_ecdsa({23, 29, 24}, false) == std::set<std::uint16_t>{23, 24, 29});
}

TEST_CASE("no name and an unknown one are asked about, and change nothing else") {
  const auto has_name = [](const HelloExchange& hello, const std::string& name) { return hello.server_name == name; };
  std::vector<Observation> seen = surveyed({{TlsVersion::tls1_2, {0xC030, 0xC02F}}});
  int unnamed = 0;
  for (auto& observation : seen) {
    const auto& hello = std::get<HelloExchange>(observation.exchange);
    if (has_name(hello, "")) ++unnamed;
    if (!has_name(hello, "probity.invalid")) continue;
    observation.outcome = Outcome::refused;
    observation.alert = "unrecognized_name";
  }
  CHECK(unnamed == 1);
  const auto facts = probes::tls_facts(seen);
  using State = model::Feature::State;
  CHECK(facts.feature("answers-without-sni").state == State::yes);
  CHECK(facts.feature("answers-unknown-name").state == State::no);
  CHECK(facts.feature("answers-unknown-name").detail == "refused with the alert unrecognized_name");
  CHECK(facts.feature("sni-warning").state == State::no);
  CHECK(facts.contradictions.empty());
}

TEST_CASE("a warning about the name is told, whichever name it was") {
  const auto name = GENERATE("probity.invalid", "host");
  std::vector<Observation> seen = surveyed({{TlsVersion::tls1_2, {0xC030, 0xC02F}}});
  for (auto& observation : seen) {
    const auto& hello = std::get<HelloExchange>(observation.exchange);
    if (!hello.whole_flight || observation.outcome != Outcome::answered) continue;
    observation.tls.flight = model::FlightSeen{};
    if (hello.server_name == name) observation.tls.flight->warning = "unrecognized_name";
  }
  const auto warning = probes::tls_facts(seen).feature("sni-warning");
  CHECK(warning.state == model::Feature::State::yes);
  CHECK(warning.detail == std::string("for ") + name);
}

TEST_CASE("handshakes tell whether sessions are resumed and clients may renegotiate") {
  std::vector<Observation> seen;
  for (const auto& handshake : probes::session_handshakes(plan)) {
    Observation one;
    one.exchange = handshake;
    one.outcome = Outcome::answered;
    if (handshake.resumes == model::Resumption::session_id) {
      one.outcome = Outcome::not_sent;
      one.tls.session = model::Session::withheld;
    } else if (handshake.only == TlsVersion::tls1_3) {
      one.outcome = Outcome::refused;
    } else if (handshake.resumes == model::Resumption::ticket) {
      one.tls.session = model::Session::resumed;
    } else {
      one.tls.renegotiation = model::Renegotiation::closed;
    }
    seen.push_back(one);
  }
  const auto facts = probes::tls_facts(seen);
  using State = model::Feature::State;
  CHECK(facts.feature("resumes-session-id").state == State::no);
  CHECK(facts.feature("resumes-ticket").state == State::yes);
  CHECK(facts.feature("resumes-psk").state == State::unknown);
  CHECK(facts.feature("client-renegotiation").state == State::no);
  CHECK(facts.feature("client-renegotiation").detail == "closed");
}

TEST_CASE("primes are known by name, and the flawed among them as such") {
  model::HelloExchange hello = probes::known_good_hellos(plan).back();
  hello.versions = {TlsVersion::tls1_2};
  hello.suites = {0x009F};
  hello.whole_flight = true;
  Observation seen = answered(hello, {{TlsVersion::tls1_2, {0x009F}}}, "hello-1");
  seen.tls.flight = model::FlightSeen{};
  seen.tls.flight->dh_bits = 2048;
  seen.tls.flight->dh_prime = "0b7835722cb619827610c2549fdda5587421686c4409a13865e76225522ddcc9";
  const auto dh = probes::tls_facts(std::vector{seen}).dh;
  REQUIRE(dh);
  CHECK(dh->prime == "RFC 5114 group 24");
  CHECK_FALSE(model::prime_weakness(dh->prime).empty());
  CHECK(model::prime_weakness("RFC 7919 ffdhe2048").empty());
}
