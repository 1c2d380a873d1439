// SPDX-License-Identifier: Apache-2.0
// What the answers to the survey's hellos mean.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "probes/survey_parts.hpp"
#include "probes/vulnerabilities.hpp"

namespace probes {

namespace {

using model::HelloExchange;
using model::HelloState;
using model::Observation;
using model::Outcome;
using model::TlsVersion;

void learn_authentication(model::TlsFacts& facts, const Observation& seen, const std::string& name) {
  // Under another name another server may answer.
  if (const auto* asked = hello_of(seen); asked != nullptr && asked->server_name != name) return;
  if (const auto* suite = model::find_suite(seen.tls.suite); suite != nullptr && accepts_hello(seen))
    for (const auto* known : {"RSA", "ECDSA", "DSS"})
      if (suite->authentication == known) facts.authentication.insert(known);
  if (!seen.tls.server) return;
  const std::string_view key = seen.tls.server->key;
  if (key.starts_with("RSA")) facts.authentication.insert("RSA");
  if (key.starts_with("EC")) facts.authentication.insert("ECDSA");
  if (key.starts_with("DSA")) facts.authentication.insert("DSS");
}

void accept(model::VersionFacts& facts, std::uint32_t suite, const std::string& id) {
  if (facts.evidence.emplace(suite, id).second) facts.accepted.push_back(suite);
}

// What one answer decides about its version's suites.
void learn(model::VersionFacts& facts, const HelloExchange& asked, const Observation& seen) {
  facts.observations.push_back(seen.id);
  facts.unanswered.insert(asked.suites.begin(), asked.suites.end());
  if (accepts_hello(seen)) {
    accept(facts, seen.tls.suite, seen.id);
    // SSLv2 lists what both sides have, and has no other answer.
    for (const auto kind : seen.tls.ssl2_kinds)
      if (contains(asked.suites, kind)) accept(facts, kind, seen.id);
    if (asked.versions.front() == TlsVersion::ssl2) facts.refused.insert(asked.suites.begin(), asked.suites.end());
  } else if (!undecided(seen)) {
    facts.refused.insert(asked.suites.begin(), asked.suites.end());
  }
}

void conclude(model::VersionFacts& facts, TlsVersion version, bool only_closed, bool version_refused, bool asked) {
  const auto all = model::suites_for(version);
  if (version_refused && facts.accepted.empty()) facts.refused.insert(all.begin(), all.end());
  std::sort(facts.accepted.begin(), facts.accepted.end());
  model::CodeSet accepted;
  accepted.insert(facts.accepted.begin(), facts.accepted.end());
  facts.refused.erase(accepted);
  facts.unanswered.erase(accepted);
  facts.unanswered.erase(facts.refused);
  if (!facts.accepted.empty()) {
    facts.state = HelloState::accepted;
  } else if (!facts.unanswered.empty()) {
    facts.state = asked ? HelloState::no_answer : HelloState::not_tested;
  } else {
    facts.state = only_closed ? HelloState::closed : HelloState::refused;
  }
}

bool asks_suites(const Observation& seen, const std::string& name) {
  const auto* asked = hello_of(seen);
  return asked != nullptr && is_plain(*asked) && asked->server_name == name && asked->versions.size() == 1 && asked->groups.empty() && !contains(asked->suites, model::fallback_scsv);
}

void contradict(model::TlsFacts& facts, std::set<std::string>& told, TlsVersion version, std::uint32_t suite) {
  const std::string what = fmt::format("{} {}", word(version), model::suite_name(suite));
  if (told.insert(what).second) facts.contradictions.push_back(what + ": accepted once, refused another time");
}

// What a known-good hello was accepted with, and every other hello refused: a front that is at times too busy
// to let hellos in, say. It is not decided.
void reconsider_refusals(model::TlsFacts& facts, std::set<std::string>& told, std::span<const Observation> observations) {
  for (const auto& seen : observations) {
    if (!is_known_good(seen) || !accepts_hello(seen)) continue;
    const auto at = facts.versions.find(*seen.tls.version);
    if (at == facts.versions.end() || !at->second.refused.contains(seen.tls.suite)) continue;
    at->second.refused.erase({seen.tls.suite});
    at->second.unanswered.insert(seen.tls.suite);
    if (at->second.accepted.empty()) at->second.state = HelloState::no_answer;
    contradict(facts, told, at->first, seen.tls.suite);
  }
}

// A hello refused although it held a suite that was accepted elsewhere: several machines behind one
// address, or a server that trips over its own choice.
void find_contradictions(model::TlsFacts& facts, std::span<const Observation> observations) {
  std::set<std::string> told;
  reconsider_refusals(facts, told, observations);
  const std::string name = usual_name(observations);
  for (const auto& seen : observations) {
    if (!asks_suites(seen, name) || seen.outcome != Outcome::refused || !seen.believed) continue;
    const auto* asked = hello_of(seen);
    const TlsVersion version = asked->versions.front();
    const auto& of_version = facts.of(version);
    for (const auto suite : asked->suites) {
      if (!contains(of_version.accepted, suite)) continue;
      contradict(facts, told, version, suite);
    }
  }
}

}  // namespace

std::optional<TlsVersion> highest_below_13(const model::TlsFacts& facts) {
  for (const auto version : {TlsVersion::tls1_2, TlsVersion::tls1_1, TlsVersion::tls1_0})
    if (!facts.of(version).accepted.empty()) return version;
  return std::nullopt;
}

Suites found(std::span<const Observation> seen, TlsVersion version) {
  Suites out;
  for (const auto& observation : seen)
    if (enumerates(observation) && accepts_hello(observation) && observation.tls.version == version && !contains(out, observation.tls.suite))
      out.push_back(observation.tls.suite);
  return out;
}

HelloExchange flight_hello(const SurveyPlan& plan, TlsVersion version, std::uint32_t suite) {
  HelloExchange out = hello(plan, version, {suite});
  out.whole_flight = true;
  return out;
}

void set_feature(model::TlsFacts& facts, const std::string& name, bool yes, const Observation& seen, std::string detail) {
  using State = model::Feature::State;
  auto& feature = facts.features[name];
  if (feature.state == State::yes && !yes) return;
  feature = {yes ? State::yes : State::no, std::move(detail), seen.id};
}

model::Judgement in_contradiction(model::Judgement judgement, const model::TlsFacts& tls) {
  judgement.verdict = model::Verdict::inconclusive;
  judgement.cause = model::Cause::ambiguous;
  judgement.because = tls.contradictions.front() + "; several machines may answer under this address, each must be surveyed";
  return judgement;
}

model::TlsFacts tls_facts(std::span<const Observation> observations) {
  model::TlsFacts facts;
  std::set<TlsVersion> alerted;
  std::set<TlsVersion> refused;
  std::set<TlsVersion> left;   // at least one hello did
  const std::string name = usual_name(observations);
  for (const auto& seen : observations) {
    learn_authentication(facts, seen, name);
    const auto* asked = hello_of(seen);
    if (asked == nullptr) continue;
    if (is_known_good(seen)) facts.alive = facts.alive || accepts_hello(seen);
    if (!enumerates(seen)) continue;
    const TlsVersion version = asked->versions.front();
    learn(facts.versions[version], *asked, seen);
    if (seen.outcome != Outcome::closed && !undecided(seen)) alerted.insert(version);
    if (refuses_version(seen)) refused.insert(version);
    if (seen.outcome != Outcome::not_sent) left.insert(version);
  }
  for (auto& [version, of_version] : facts.versions)
    conclude(of_version, version, !alerted.contains(version), refused.contains(version), left.contains(version));
  find_contradictions(facts, observations);
  learn_features(facts, observations);
  learn_order(facts, observations);
  learn_vulnerabilities(facts, observations);
  return facts;
}

}  // namespace probes
