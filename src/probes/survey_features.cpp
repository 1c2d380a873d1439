// SPDX-License-Identifier: Apache-2.0
// What a handshake shows beside version and suite: groups, finite-field parameters, extensions and
// signalling values. Each is one hello made of what the server is known to accept.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "model/tls_names.hpp"
#include "probes/survey_parts.hpp"

namespace probes {

namespace {

using model::Feature;
using model::HelloExchange;
using model::Observation;
using model::Outcome;
using model::SurveyMode;
using model::TlsVersion;

constexpr std::array below_13 = {TlsVersion::tls1_2, TlsVersion::tls1_1, TlsVersion::tls1_0};

// The highest version below 1.3 that is on; SSLv3 knows no extensions.
std::optional<TlsVersion> highest(const model::TlsFacts& facts) {
  for (const auto version : below_13)
    if (!facts.of(version).accepted.empty()) return version;
  return std::nullopt;
}

// In the order in which they were found, so that what is asked of them does not change as more is known.
Suites found(std::span<const Observation> seen, TlsVersion version) {
  Suites out;
  for (const auto& observation : seen)
    if (enumerates(observation) && accepts_hello(observation) && observation.tls.version == version && !contains(out, observation.tls.suite))
      out.push_back(observation.tls.suite);
  return out;
}

// The suite to try groups with. With an ECDSA certificate the groups offered must name its curve
// too (RFC 8422 5.1), so that a group alone says nothing: an RSA or DSS one comes first.
std::optional<std::uint32_t> for_groups(const Suites& suites) {
  std::optional<std::uint32_t> out;
  for (const auto code : suites) {
    const auto* suite = model::find_suite(code);
    if (suite == nullptr || !suite->key_exchange.starts_with("ECDHE")) continue;
    if (suite->authentication != "ECDSA") return code;
    if (!out) out = code;
  }
  return out;
}

// One suite for each key exchange and key type: their parameters and chains may differ.
Suites one_of_each(const Suites& suites) {
  std::set<std::string> kinds;
  Suites out;
  for (const auto code : suites)
    if (const auto* suite = model::find_suite(code); suite != nullptr && kinds.insert(suite->key_exchange + suite->authentication).second)
      out.push_back(code);
  return out;
}

// The five that servers have go alone; the rest together, and alone only when one of them is there.
void ask_curves(const HelloExchange& base, std::span<const Observation> seen, std::vector<HelloExchange>& hellos) {
  constexpr std::array<std::uint16_t, 5> common = {29, 23, 24, 25, 30};
  HelloExchange rare = base;
  for (const auto& group : model::all_groups())
    if (!group.tls13_only && std::find(common.begin(), common.end(), group.code) == common.end()) rare.groups.push_back(group.code);
  const auto ask = [&](std::uint16_t code) {
    hellos.push_back(base);
    hellos.back().groups = {code};
  };
  std::for_each(common.begin(), common.end(), ask);
  const bool some = std::any_of(seen.begin(), seen.end(), [&](const Observation& observation) {
    return accepts_hello(observation) && *hello_of(observation) == rare;
  });
  if (some) std::for_each(rare.groups.begin(), rare.groups.end(), ask);
  hellos.push_back(std::move(rare));
}

void ask_groups(const SurveyPlan& plan, const model::TlsFacts& facts, std::span<const Observation> seen,
                std::vector<HelloExchange>& hellos) {
  const auto highest_below = highest(facts);
  const auto carrier = highest_below ? for_groups(found(seen, *highest_below)) : std::nullopt;
  if (carrier) ask_curves(hello(plan, *highest_below, {*carrier}), seen, hellos);
  Suites of_13 = found(seen, TlsVersion::tls1_3);
  if (of_13.empty()) return;
  of_13.resize(1);
  // A HelloRetryRequest names the group it wants: hands of groups are taken apart like suites.
  std::array<std::vector<std::uint16_t>, 4> hands;
  for (std::size_t i = 0; i < model::all_groups().size(); ++i) hands[i % hands.size()].push_back(model::all_groups()[i].code);
  for (auto& hand : hands) {
    std::erase_if(hand, [&](std::uint16_t code) { return std::find(facts.groups.begin(), facts.groups.end(), code) != facts.groups.end(); });
    if (hand.empty()) continue;
    hellos.push_back(hello(plan, TlsVersion::tls1_3, of_13));
    hellos.back().groups = hand;
  }
}

void set(model::TlsFacts& facts, const std::string& name, bool yes, const Observation& seen, std::string detail = "") {
  auto& feature = facts.features[name];
  if (feature.state == Feature::State::yes && !yes) return;  // one suite that shows it is enough
  feature = {yes ? Feature::State::yes : Feature::State::no, std::move(detail), seen.id};
}

bool has(const model::FlightSeen& flight, std::uint16_t extension) {
  return std::find(flight.extensions.begin(), flight.extensions.end(), extension) != flight.extensions.end();
}

void learn_dh(model::TlsFacts& facts, const model::FlightSeen& flight, const Observation& seen) {
  if (flight.dh_bits == 0 || (facts.dh && facts.dh->bits <= flight.dh_bits)) return;
  const std::string name = model::known_prime(flight.dh_prime);
  facts.dh = {flight.dh_bits, name.empty() ? flight.dh_prime : name, seen.id};
}

void learn_flight(model::TlsFacts& facts, const Observation& seen) {
  const auto& flight = *seen.tls.flight;
  set(facts, "compression", flight.compressed, seen);
  set(facts, "secure-renegotiation", has(flight, 0xFF01), seen);
  set(facts, "extended-master-secret", has(flight, 23), seen);
  set(facts, "session-ticket", has(flight, 35), seen);
  set(facts, "session-id", flight.session_id, seen);
  if (const auto* suite = model::find_suite(seen.tls.suite); suite != nullptr && suite->encryption.ends_with("CBC"))
    set(facts, "encrypt-then-mac", has(flight, 22), seen);
  if (flight.complete) set(facts, "ocsp-stapling", flight.stapled, seen);
  learn_dh(facts, flight, seen);
}

void learn_groups(model::TlsFacts& facts, const HelloExchange& asked, const Observation& seen, std::set<std::uint16_t>& accepted) {
  if (undecided(seen)) return;
  const bool yes = accepts_hello(seen);
  std::uint16_t chosen = yes && seen.tls.flight ? seen.tls.flight->group : 0;
  // Below 1.3 the group stands in a later message, which is not read for this; one was offered.
  if (yes && seen.tls.version != TlsVersion::tls1_3 && asked.groups.size() == 1) chosen = asked.groups.front();
  if (std::find(asked.groups.begin(), asked.groups.end(), chosen) != asked.groups.end()) accepted.insert(chosen);
  for (const auto code : asked.groups) {
    const auto* group = model::find_group(code);
    if (group == nullptr || !group->post_quantum) continue;
    if (code == chosen) set(facts, "post-quantum-group", true, seen, std::string(group->name));
    if (!yes) set(facts, "post-quantum-group", false, seen);
  }
}

void learn_fallback(model::TlsFacts& facts, const Observation& seen) {
  if (seen.outcome == Outcome::refused && seen.believed) {
    set(facts, "fallback-scsv", seen.alert == "inappropriate_fallback", seen, seen.alert);
  } else if (accepts_hello(seen)) {
    set(facts, "fallback-scsv", false, seen);
  }
}

}  // namespace

std::vector<HelloExchange> feature_hellos(const SurveyPlan& plan, const model::TlsFacts& facts, std::span<const Observation> seen) {
  std::vector<HelloExchange> hellos;
  const auto version = highest(facts);
  if (version) {
    for (const auto suite : one_of_each(found(seen, *version))) {
      hellos.push_back(hello(plan, *version, {suite}));
      hellos.back().whole_flight = true;
    }
  }
  // A fallback is from the highest version to one below it that the server has too.
  std::vector<TlsVersion> on;
  for (const auto candidate : {TlsVersion::tls1_3, TlsVersion::tls1_2, TlsVersion::tls1_1, TlsVersion::tls1_0})
    if (!facts.of(candidate).accepted.empty()) on.push_back(candidate);
  if (on.size() > 1) {
    Suites suites = {found(seen, on[1]).front()};
    suites.push_back(model::fallback_scsv);
    hellos.push_back(hello(plan, on[1], std::move(suites)));
  }
  if (plan.mode == SurveyMode::full || plan.mode == SurveyMode::exhaustive) ask_groups(plan, facts, seen, hellos);
  return hellos;
}

void learn_features(model::TlsFacts& facts, std::span<const Observation> seen) {
  std::set<std::uint16_t> groups;
  for (const auto& observation : seen) {
    const auto* asked = hello_of(observation);
    if (asked == nullptr || is_known_good(observation) || asked->versions.size() != 1) continue;
    if (asked->whole_flight && accepts_hello(observation) && observation.tls.flight) learn_flight(facts, observation);
    if (!asked->groups.empty()) learn_groups(facts, *asked, observation, groups);
    if (contains(asked->suites, model::fallback_scsv)) learn_fallback(facts, observation);
  }
  for (const auto& group : model::all_groups())
    if (groups.contains(group.code)) facts.groups.push_back(group.code);
}

}  // namespace probes
