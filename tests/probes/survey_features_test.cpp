// SPDX-License-Identifier: Apache-2.0
// What the survey makes of groups, names, sessions and primes, without a network.
#include <algorithm>
#include <set>

#include "model/tls_names.hpp"
#include "tests/catch.hpp"
#include "tests/probes/scripted_server.hpp"

namespace {

using model::HelloExchange;
using model::Observation;
using model::Outcome;
using model::TlsVersion;
using scripted::answered;
using scripted::plan;
using scripted::surveyed;

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
  probes::Enquiry enquiry(full);
  auto waiting = enquiry.first();
  for (std::size_t n = 0; n < waiting.size(); ++n) {
    seen.push_back(by_ecdsa(HelloExchange(waiting[n]), order, holds_certificate, "hello-" + std::to_string(n + 1)));
    for (auto& hello : enquiry.take(seen.back())) waiting.push_back(std::move(hello));
    for (auto& hello : enquiry.more(seen)) waiting.push_back(std::move(hello));
  }
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
