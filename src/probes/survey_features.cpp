// SPDX-License-Identifier: Apache-2.0
// What a handshake shows beside version and suite: finite-field parameters, extensions, signalling
// values, sessions. Each is one hello made of what the server is known to accept, or one handshake.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "model/tls_names.hpp"
#include "probes/survey_parts.hpp"

namespace probes {

namespace {

using model::HelloExchange;
using model::Observation;
using model::Outcome;
using model::TlsVersion;

// One suite for each key exchange and key type: their parameters and chains may differ.
Suites one_of_each(const Suites& suites) {
  std::set<std::string> kinds;
  Suites out;
  for (const auto code : suites)
    if (kinds.insert(kind_of(code)).second) out.push_back(code);
  return out;
}

bool has(const model::FlightSeen& flight, std::uint16_t extension) {
  return std::find(flight.extensions.begin(), flight.extensions.end(), extension) != flight.extensions.end();
}

void learn_dh(model::TlsFacts& facts, const model::FlightSeen& flight, const Observation& seen) {
  if (flight.dh_bits == 0) return;
  const std::string name = model::known_prime(flight.dh_prime);
  const bool weak = !model::prime_weakness(name).empty();
  const bool worse = !facts.dh || flight.dh_bits < facts.dh->bits || (weak && flight.dh_bits == facts.dh->bits);
  if (!worse) return;
  facts.dh = {flight.dh_bits, name.empty() ? flight.dh_prime : name, seen.id};
}

void learn_flight(model::TlsFacts& facts, const Observation& seen) {
  const auto& flight = *seen.tls.flight;
  set_feature(facts, "compression", flight.compressed, seen);
  set_feature(facts, "secure-renegotiation", has(flight, 0xFF01), seen);
  set_feature(facts, "extended-master-secret", has(flight, 23), seen);
  set_feature(facts, "session-ticket", has(flight, 35), seen);
  // A server that gives a ticket leaves the id empty (RFC 5077 3.4), which says nothing of other clients.
  if (flight.session_id || !has(flight, 35)) set_feature(facts, "session-id", flight.session_id, seen);
  if (const auto* suite = model::find_suite(seen.tls.suite); suite != nullptr && suite->encryption.ends_with("CBC"))
    set_feature(facts, "encrypt-then-mac", has(flight, 22), seen);
  if (flight.complete) set_feature(facts, "ocsp-stapling", flight.stapled, seen);
  learn_dh(facts, flight, seen);
}

void learn_fallback(model::TlsFacts& facts, const Observation& seen) {
  if (seen.outcome == Outcome::refused && seen.believed) {
    set_feature(facts, "fallback-scsv", seen.alert == "inappropriate_fallback", seen, seen.alert);
  } else if (accepts_hello(seen)) {
    set_feature(facts, "fallback-scsv", false, seen);
  }
}

// By handshakes that were completed.
void learn_session(model::TlsFacts& facts, const model::HandshakeExchange& asked, const Observation& seen) {
  const bool by_id = asked.resumes == model::Resumption::session_id;
  const std::string name = by_id ? "resumes-session-id" : asked.only == TlsVersion::tls1_3 ? "resumes-psk" : "resumes-ticket";
  switch (seen.tls.session) {
    case model::Session::resumed: return set_feature(facts, name, true, seen);
    case model::Session::offered: return set_feature(facts, name, false, seen, "a full handshake instead");
    case model::Session::withheld: return set_feature(facts, name, false, seen, "none was given");
    case model::Session::none: break;
  }
}

void learn_renegotiation(model::TlsFacts& facts, const Observation& seen) {
  const auto how = seen.tls.renegotiation;
  if (how == model::Renegotiation::none || how == model::Renegotiation::ignored) return;
  const std::string how_refused = seen.detail.empty() ? std::string(word(how)) : seen.detail;
  const bool begun = how == model::Renegotiation::begun;
  set_feature(facts, "client-renegotiation", begun, seen, begun ? "" : how_refused);
}

void learn_handshake(model::TlsFacts& facts, const Observation& seen) {
  const auto* asked = std::get_if<model::HandshakeExchange>(&seen.exchange);
  if (asked == nullptr || (seen.outcome != Outcome::answered && seen.tls.session != model::Session::withheld)) return;
  if (asked->resumes != model::Resumption::none) learn_session(facts, *asked, seen);
  if (asked->renegotiates) learn_renegotiation(facts, seen);
}

}  // namespace

std::vector<HelloExchange> feature_hellos(const SurveyPlan& plan, const model::TlsFacts& facts, std::span<const Observation> seen, bool begun) {
  std::vector<HelloExchange> hellos;
  if (!begun && facts.of(TlsVersion::tls1_2).accepted.empty()) return hellos;
  if (const auto version = highest_below_13(facts)) {
    const bool with_groups = asks_groups(plan);
    for (const auto suite : one_of_each(found(seen, *version)))
      if (!with_groups || !shown_by_group(plan, *version, suite, seen)) hellos.push_back(flight_hello(plan, *version, suite));
  }
  // A fallback is from the highest version to one below it that the server has too.
  std::vector<TlsVersion> on;
  for (const auto candidate : {TlsVersion::tls1_3, TlsVersion::tls1_2, TlsVersion::tls1_1, TlsVersion::tls1_0})
    if (!facts.of(candidate).accepted.empty()) on.push_back(candidate);
  if (begun && on.size() > 1) {
    Suites suites = {found(seen, on[1]).front()};
    suites.push_back(model::fallback_scsv);
    hellos.push_back(hello(plan, on[1], std::move(suites)));
  }
  if (asks_groups(plan))
    for (auto& one : group_hellos(plan, facts, seen, begun)) hellos.push_back(std::move(one));
  for (auto& one : name_hellos(plan, facts, seen)) hellos.push_back(std::move(one));
  return hellos;
}

void learn_features(model::TlsFacts& facts, std::span<const Observation> seen) {
  const std::string name = usual_name(seen);
  for (const auto& observation : seen) {
    learn_handshake(facts, observation);
    const auto* asked = hello_of(observation);
    if (asked == nullptr || !is_plain(*asked) || is_known_good(observation) || asked->versions.size() != 1 || asked->server_name != name) continue;
    if (asked->whole_flight && accepts_hello(observation) && observation.tls.flight) learn_flight(facts, observation);
    if (contains(asked->suites, model::fallback_scsv)) learn_fallback(facts, observation);
  }
  learn_groups(facts, seen);
  learn_names(facts, seen);
}

std::vector<model::HandshakeExchange> session_handshakes(const SurveyPlan& plan) {
  std::vector<model::HandshakeExchange> out;
  const auto ask = [&](TlsVersion version, model::Resumption resumes) {
    out.push_back({plan.origin, plan.server_name, "", version, resumes, resumes == model::Resumption::none});
  };
  ask(TlsVersion::tls1_2, model::Resumption::session_id);
  ask(TlsVersion::tls1_2, model::Resumption::ticket);
  ask(TlsVersion::tls1_3, model::Resumption::ticket);
  ask(TlsVersion::tls1_2, model::Resumption::none);   // renegotiates
  return out;
}

}  // namespace probes
