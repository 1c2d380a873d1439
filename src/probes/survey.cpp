// SPDX-License-Identifier: Apache-2.0
#include "probes/survey.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace probes {

namespace {

using model::HelloExchange;
using model::HelloState;
using model::Observation;
using model::Outcome;
using model::TlsVersion;

using Suites = std::vector<std::uint32_t>;

HelloExchange hello(const SurveyPlan& plan, std::vector<TlsVersion> versions, Suites suites) {
  return {plan.origin, plan.server_name, std::move(versions), std::move(suites)};
}

// Cuts into pieces of about equal size, none above the limit.
std::vector<Suites> pieces(const Suites& suites) {
  const std::size_t count = (suites.size() + most_suites_in_hello - 1) / most_suites_in_hello;
  std::vector<Suites> out;
  for (std::size_t i = 0; i < count; ++i) {
    const auto begin = suites.begin() + static_cast<std::ptrdiff_t>(suites.size() * i / count);
    const auto end = suites.begin() + static_cast<std::ptrdiff_t>(suites.size() * (i + 1) / count);
    out.emplace_back(begin, end);
  }
  return out;
}

Suites without(const Suites& suites, const Suites& removed) {
  Suites out;
  for (const auto suite : suites)
    if (std::find(removed.begin(), removed.end(), suite) == removed.end()) out.push_back(suite);
  return out;
}

const HelloExchange* hello_of(const Observation& seen) { return std::get_if<HelloExchange>(&seen.exchange); }

bool is_known_good(const Observation& seen) { return std::string_view(seen.id).starts_with(known_good_prefix); }

void learn_authentication(model::TlsFacts& facts, const Observation& seen) {
  if (const auto* suite = model::find_suite(seen.tls.suite); suite != nullptr && accepts_hello(seen))
    for (const auto* known : {"RSA", "ECDSA", "DSS"})
      if (suite->authentication == known) facts.authentication.insert(known);
  if (!seen.tls.server) return;
  const std::string_view key = seen.tls.server->key;
  if (key.starts_with("RSA")) facts.authentication.insert("RSA");
  if (key.starts_with("EC")) facts.authentication.insert("ECDSA");
  if (key.starts_with("DSA")) facts.authentication.insert("DSS");
}

// What one answer decides about its version's suites.
void learn(model::VersionFacts& facts, const HelloExchange& asked, const Observation& seen) {
  facts.observations.push_back(seen.id);
  for (const auto suite : asked.suites) facts.unanswered.insert(suite);
  if (accepts_hello(seen)) {
    if (!facts.evidence.contains(seen.tls.suite)) facts.accepted.push_back(seen.tls.suite);
    facts.evidence.emplace(seen.tls.suite, seen.id);
  } else if (!undecided(seen)) {
    facts.refused.insert(asked.suites.begin(), asked.suites.end());
  }
}

void conclude(model::VersionFacts& facts, bool only_closed) {
  for (const auto suite : facts.accepted) facts.refused.erase(suite);
  for (const auto suite : facts.accepted) facts.unanswered.erase(suite);
  for (const auto suite : facts.refused) facts.unanswered.erase(suite);
  if (!facts.accepted.empty()) {
    facts.state = HelloState::accepted;
  } else if (!facts.unanswered.empty()) {
    facts.state = HelloState::no_answer;
  } else {
    facts.state = only_closed ? HelloState::closed : HelloState::refused;
  }
}

}  // namespace

bool accepts_hello(const Observation& seen) {
  const auto* asked = hello_of(seen);
  if (asked == nullptr || seen.outcome != Outcome::answered || !seen.tls.version) return false;
  const auto& versions = asked->versions;
  return std::find(versions.begin(), versions.end(), *seen.tls.version) != versions.end() &&
         std::find(asked->suites.begin(), asked->suites.end(), seen.tls.suite) != asked->suites.end();
}

bool undecided(const Observation& seen) {
  if (!seen.believed) return true;
  if (seen.outcome == Outcome::refused || seen.outcome == Outcome::closed) return false;
  if (seen.outcome != Outcome::answered || !seen.tls.version) return true;
  const auto* asked = hello_of(seen);
  if (asked == nullptr) return true;
  // A ServerHello of another version refuses the one asked for; one with a suite nobody offered
  // says nothing.
  const auto& versions = asked->versions;
  return std::find(versions.begin(), versions.end(), *seen.tls.version) != versions.end() && !accepts_hello(seen);
}

std::vector<HelloExchange> known_good_hellos(const SurveyPlan& plan) {
  // Today's suites first; then what any TLS 1.2 server may have; RSA key transport last.
  static const Suites modern = {0x1302, 0x1303, 0x1301, 0xC02C, 0xC030, 0xC02B, 0xC02F, 0xCCA9, 0xCCA8, 0xC024, 0xC028,
                                0xC023, 0xC027, 0xC00A, 0xC014, 0xC009, 0xC013, 0x009F, 0x009E, 0x006B, 0x0067, 0x0039,
                                0x0033, 0x00A3, 0x00A2, 0x009D, 0x009C, 0x003D, 0x003C, 0x0035, 0x002F};
  Suites broad = modern;
  for (const auto suite : plan.listed)
    if (std::find(broad.begin(), broad.end(), suite) == broad.end() && broad.size() < most_suites_in_hello)
      broad.push_back(suite);
  Suites old = {0x0005, 0x0004, 0x000A, 0xC012, 0xC011, 0x0016, 0x0009};
  old.insert(old.begin(), broad.begin() + 3, broad.end());
  std::vector<HelloExchange> hellos = {hello(plan, {TlsVersion::tls1_2, TlsVersion::tls1_3}, broad),
                                       hello(plan, {TlsVersion::tls1_0}, old), hello(plan, {TlsVersion::ssl3}, old)};
  // A server may have nothing but an exotic suite of TLS 1.2.
  for (auto& piece : pieces(without(model::suites_for(TlsVersion::tls1_2), broad)))
    hellos.push_back(hello(plan, {TlsVersion::tls1_2}, std::move(piece)));
  return hellos;
}

std::vector<HelloExchange> first_hellos(const SurveyPlan& plan) {
  std::vector<HelloExchange> hellos;
  for (const auto suite : plan.listed) hellos.push_back(hello(plan, {TlsVersion::tls1_2}, {suite}));
  for (auto& piece : pieces(without(model::suites_for(TlsVersion::tls1_2), plan.listed)))
    hellos.push_back(hello(plan, {TlsVersion::tls1_2}, std::move(piece)));
  hellos.push_back(hello(plan, {TlsVersion::tls1_3}, model::suites_for(TlsVersion::tls1_3)));
  for (const auto version : {TlsVersion::tls1_1, TlsVersion::tls1_0, TlsVersion::ssl3}) {
    if (!plan.listed.empty()) hellos.push_back(hello(plan, {version}, plan.listed));
    for (auto& piece : pieces(without(model::suites_for(version), plan.listed)))
      hellos.push_back(hello(plan, {version}, std::move(piece)));
  }
  hellos.push_back(hello(plan, {TlsVersion::ssl2}, model::suites_for(TlsVersion::ssl2)));
  return hellos;
}

std::vector<HelloExchange> further_hellos(std::span<const Observation> seen) {
  std::set<std::string> asked;
  for (const auto& observation : seen)
    if (hello_of(observation) != nullptr) asked.insert(model::fingerprint(observation.exchange));
  std::vector<HelloExchange> hellos;
  for (const auto& observation : seen) {
    const auto* group = hello_of(observation);
    // SSLv2 lists its kinds in one answer; known-good hellos are no enumeration.
    if (group == nullptr || is_known_good(observation) || group->suites.size() < 2 || !accepts_hello(observation) ||
        group->versions.front() == TlsVersion::ssl2)
      continue;
    HelloExchange rest = *group;
    rest.suites = without(group->suites, {observation.tls.suite});
    if (asked.insert(model::fingerprint(rest)).second) hellos.push_back(std::move(rest));
  }
  return hellos;
}

model::TlsFacts tls_facts(std::span<const Observation> observations) {
  model::TlsFacts facts;
  std::set<TlsVersion> alerted;
  for (const auto& seen : observations) {
    learn_authentication(facts, seen);
    const auto* asked = hello_of(seen);
    if (asked == nullptr) continue;
    if (is_known_good(seen)) {
      facts.alive = facts.alive || accepts_hello(seen);
      continue;
    }
    if (asked->versions.size() != 1) continue;
    learn(facts.versions[asked->versions.front()], *asked, seen);
    if (seen.outcome != Outcome::closed && !undecided(seen)) alerted.insert(asked->versions.front());
  }
  for (auto& [version, of_version] : facts.versions) conclude(of_version, !alerted.contains(version));
  return facts;
}

}  // namespace probes
