// SPDX-License-Identifier: Apache-2.0
// Which groups (curves, finite fields, hybrids) a server makes its key exchange with.
#include <algorithm>
#include <array>
#include <set>

#include "model/tls_names.hpp"
#include "probes/survey_parts.hpp"

namespace probes {

namespace {

using model::HelloExchange;
using model::Observation;
using model::TlsVersion;
using Groups = std::vector<std::uint16_t>;

constexpr std::array<std::uint16_t, 5> common = {29, 23, 24, 25, 30};

bool is_among(const Groups& groups, std::uint16_t code) { return std::find(groups.begin(), groups.end(), code) != groups.end(); }

bool is_ecdsa(std::uint32_t code) {
  const auto* suite = model::find_suite(code);
  return suite != nullptr && suite->authentication == "ECDSA";
}

// The suite to try groups with. With an ECDSA certificate the groups offered must name its curve
// too (RFC 8422 5.1), so that a group alone says little: an RSA or DSS one comes first.
std::optional<std::uint32_t> carrier_of(const Suites& suites) {
  std::optional<std::uint32_t> out;
  for (const auto code : suites) {
    const auto* suite = model::find_suite(code);
    if (suite == nullptr || !suite->key_exchange.starts_with("ECDHE")) continue;
    if (!is_ecdsa(code)) return code;
    if (!out) out = code;
  }
  return out;
}

HelloExchange with_groups(const HelloExchange& base, Groups groups) {
  HelloExchange out = base;
  out.groups = std::move(groups);
  return out;
}

const Observation* answer_to(const HelloExchange& asked, std::span<const Observation> seen) {
  const Observation* out = nullptr;
  for (const auto& observation : seen)
    if (!is_known_good(observation) && hello_of(observation) != nullptr && *hello_of(observation) == asked) out = &observation;
  return out;
}

// The group of the key exchange that this answer shows; 0 for none.
std::uint16_t chosen_in(const Observation& seen) {
  const auto& asked = *hello_of(seen);
  if (!accepts_hello(seen)) return 0;
  const std::uint16_t shown = seen.tls.flight ? seen.tls.flight->group : 0;
  if (is_among(asked.groups, shown)) return shown;
  // Below 1.3 the group stands in a later message, which is not always read; one was offered.
  return seen.tls.version != TlsVersion::tls1_3 && asked.groups.size() == 1 ? asked.groups.front() : std::uint16_t{0};
}

Groups rare_groups() {
  Groups out;
  for (const auto& group : model::all_groups())
    if (!group.tls13_only && std::find(common.begin(), common.end(), group.code) == common.end()) out.push_back(group.code);
  return out;
}

// The curve of the certificate that the carrier shows: nothing when that is not known yet, 0 when the
// key is on no curve that TLS names.
std::optional<std::uint16_t> curve_of_key(const HelloExchange& flight, std::span<const Observation> seen) {
  const auto* shown = answer_to(flight, seen);
  if (shown == nullptr) return std::nullopt;
  if (!shown->tls.server || !shown->tls.server->key.starts_with("EC ")) return std::uint16_t{0};
  std::string name = shown->tls.server->key.substr(3);
  if (name == "prime256v1" || name == "P-256") name = "secp256r1";
  if (name == "prime192v1") name = "secp192r1";
  const auto* group = model::find_group(name);
  return group == nullptr ? std::uint16_t{0} : group->code;
}

// The five that servers have go alone; the rest together, and alone only when one of them is there.
void ask_alone(const HelloExchange& base, std::span<const Observation> seen, std::vector<HelloExchange>& hellos) {
  for (const auto code : common) {
    hellos.push_back(with_groups(base, {code}));
    hellos.back().whole_flight = code == common.front();   // in the place of a flight of its own
  }
  const HelloExchange rare = with_groups(base, rare_groups());
  const auto* seen_rare = answer_to(rare, seen);
  hellos.push_back(rare);
  if (seen_rare == nullptr || !accepts_hello(*seen_rare)) return;
  for (const auto code : rare.groups) hellos.push_back(with_groups(base, {code}));
}

// Each group before the certificate's curve, and the answer read as far as it tells which was taken.
// Where the server takes its key's curve all the same, the group is asked for without it: not every
// server holds the certificate against the groups.
void ask_beside(std::uint16_t curve, HelloExchange base, std::span<const Observation> seen, std::vector<HelloExchange>& hellos) {
  base.whole_flight = true;
  hellos.push_back(with_groups(base, {curve}));
  Groups hidden;
  const auto ask = [&](Groups groups) {
    std::erase(groups, curve);
    if (groups.empty()) return;
    const HelloExchange one = [&] {
      Groups both = groups;
      both.push_back(curve);
      return with_groups(base, both);
    }();
    hellos.push_back(one);
    const auto* answer = answer_to(one, seen);
    if (answer == nullptr) return;
    if (chosen_in(*answer) == curve) hidden.insert(hidden.end(), groups.begin(), groups.end());
  };
  for (const auto code : common) ask({code});
  ask(rare_groups());
  for (const auto code : rare_groups()) {
    const auto taken = [&](const Observation& one) { return hello_of(one) != nullptr && hello_of(one)->groups.size() > 2 && is_among(rare_groups(), chosen_in(one)); };
    if (code != curve && std::any_of(seen.begin(), seen.end(), taken)) ask({code});
  }
  if (hidden.empty()) return;
  const HelloExchange without_curve = with_groups(base, hidden);
  hellos.push_back(without_curve);
  const auto* answer = answer_to(without_curve, seen);
  if (answer == nullptr || !accepts_hello(*answer)) return;
  for (const auto code : hidden) hellos.push_back(with_groups(base, {code}));
}

// A HelloRetryRequest names the group it wants: hands of groups are taken apart like suites.
void ask_13(const SurveyPlan& plan, const model::TlsFacts& facts, std::span<const Observation> seen, std::vector<HelloExchange>& hellos) {
  Suites of_13 = found(seen, TlsVersion::tls1_3);
  if (of_13.empty()) return;
  of_13.resize(1);
  std::array<Groups, 4> hands;
  for (std::size_t i = 0; i < model::all_groups().size(); ++i) hands[i % hands.size()].push_back(model::all_groups()[i].code);
  for (auto& hand : hands) {
    std::erase_if(hand, [&](std::uint16_t code) { return is_among(facts.groups, code); });
    if (!hand.empty()) hellos.push_back(with_groups(hello(plan, TlsVersion::tls1_3, of_13), hand));
  }
}

void learn_post_quantum(model::TlsFacts& facts, const Observation& seen, std::uint16_t chosen) {
  const bool yes = accepts_hello(seen);
  for (const auto code : hello_of(seen)->groups) {
    const auto* group = model::find_group(code);
    if (group == nullptr || !group->post_quantum) continue;
    if (code == chosen) set_feature(facts, "post-quantum-group", true, seen, std::string(group->name));
    if (!yes) set_feature(facts, "post-quantum-group", false, seen);
  }
}

}  // namespace

bool asks_groups(const SurveyPlan& plan) {
  return plan.mode == model::SurveyMode::full || plan.mode == model::SurveyMode::exhaustive;
}

bool shown_by_group(const SurveyPlan& plan, TlsVersion version, std::uint32_t suite, std::span<const Observation> seen) {
  const auto carrier = carrier_of(found(seen, version));
  if (!carrier || *carrier != suite || is_ecdsa(suite)) return false;
  const auto* answer = answer_to(with_groups(flight_hello(plan, version, suite), {common.front()}), seen);
  return answer == nullptr || accepts_hello(*answer);
}

std::vector<HelloExchange> group_hellos(const SurveyPlan& plan, const model::TlsFacts& facts, std::span<const Observation> seen, bool begun) {
  std::vector<HelloExchange> hellos;
  const auto version = highest_below_13(facts);
  const auto carrier = version ? carrier_of(found(seen, *version)) : std::nullopt;
  // A better carrier may still be found.
  if (carrier && (begun || !is_ecdsa(*carrier))) {
    const HelloExchange base = hello(plan, *version, {*carrier});
    const auto curve = is_ecdsa(*carrier) ? curve_of_key(flight_hello(plan, *version, *carrier), seen) : std::uint16_t{0};
    if (curve && *curve != 0) ask_beside(*curve, base, seen, hellos);
    if (curve && *curve == 0) ask_alone(base, seen, hellos);
  }
  if (begun) ask_13(plan, facts, seen, hellos);
  return hellos;
}

void learn_groups(model::TlsFacts& facts, std::span<const Observation> seen) {
  std::set<std::uint16_t> accepted;
  const std::string name = usual_name(seen);
  for (const auto& observation : seen) {
    const auto* asked = hello_of(observation);
    if (asked == nullptr || is_known_good(observation) || asked->server_name != name || asked->groups.empty() || undecided(observation)) continue;
    const std::uint16_t chosen = chosen_in(observation);
    if (chosen != 0) accepted.insert(chosen);
    learn_post_quantum(facts, observation, chosen);
  }
  for (const auto& group : model::all_groups())
    if (accepted.contains(group.code)) facts.groups.push_back(group.code);
}

}  // namespace probes
