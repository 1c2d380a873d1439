// SPDX-License-Identifier: Apache-2.0
// Whose order of suites counts, and the order itself: the accepted suites forward and backward tell
// the first; for the second an order is guessed, and every two neighbours are put to the server,
// the lesser first, until it has confirmed each pair.
#include <algorithm>
#include <map>
#include <set>

#include "probes/survey_parts.hpp"

namespace probes {

namespace {

using model::HelloExchange;
using model::Observation;
using model::Preference;
using model::TlsVersion;

// More questions than this many for each suite, and the order stays unknown.
constexpr std::size_t most_hellos_a_suite = 6;

// What the server chose when it could have chosen the others too.
struct Choice {
  std::uint32_t chosen;
  Suites others;
};

// Only answers to hellos of one version count in which everything that matters was accepted elsewhere.
std::vector<std::pair<const HelloExchange*, const Observation*>> answers(const model::VersionFacts& facts, TlsVersion version,
                                                                         std::span<const Observation> seen) {
  std::vector<std::pair<const HelloExchange*, const Observation*>> out;
  for (const auto& observation : seen)
    if (enumerates(observation) && accepts_hello(observation) && hello_of(observation)->versions.front() == version &&
        hello_of(observation)->suites.size() > 1 && facts.evidence.size() > 1)
      out.emplace_back(hello_of(observation), &observation);
  return out;
}

Suites forward(const model::VersionFacts& facts) {
  Suites out = facts.accepted;
  std::sort(out.begin(), out.end());
  return out;
}

Suites backward(const model::VersionFacts& facts) {
  Suites out = forward(facts);
  std::reverse(out.begin(), out.end());
  return out;
}

HelloExchange both_ways(const SurveyPlan& plan, TlsVersion version, Suites suites) { return hello(plan, version, std::move(suites)); }

// The relation "is preferred to", as far as answers tell it, closed under transitivity.
class Ranking {
 public:
  Ranking(const Suites& suites, const std::vector<Choice>& choices) : suites_(suites), above_(suites.size(), std::vector<bool>(suites.size())) {
    std::map<std::uint32_t, std::size_t> place;
    for (std::size_t i = 0; i < suites_.size(); ++i) place[suites_[i]] = i;
    for (const auto& choice : choices) {
      const auto chosen = place.find(choice.chosen);
      for (const auto other : choice.others)
        if (const auto at = place.find(other); at != place.end() && chosen != place.end()) above_[chosen->second][at->second] = true;
    }
    for (std::size_t k = 0; k < suites_.size(); ++k)
      for (std::size_t i = 0; i < suites_.size(); ++i)
        for (std::size_t j = 0; above_[i][k] && j < suites_.size(); ++j)
          if (above_[k][j]) above_[i][j] = true;
  }

  [[nodiscard]] bool consistent() const {
    for (std::size_t i = 0; i < suites_.size(); ++i)
      if (above_[i][i]) return false;
    return true;
  }

  // What is known, and between equals what was guessed: `suites` came in the guessed order.
  [[nodiscard]] std::vector<std::size_t> best_guess() const {
    std::vector<std::size_t> out;
    std::vector<bool> taken(suites_.size());
    while (out.size() < suites_.size()) {
      for (std::size_t i = 0; i < suites_.size(); ++i) {
        if (taken[i] || beaten(i, taken)) continue;
        taken[i] = true;
        out.push_back(i);
        break;
      }
    }
    return out;
  }

  [[nodiscard]] bool above(std::size_t a, std::size_t b) const { return above_[a][b]; }

 private:
  [[nodiscard]] bool beaten(std::size_t i, const std::vector<bool>& taken) const {
    for (std::size_t j = 0; j < suites_.size(); ++j)
      if (!taken[j] && above_[j][i]) return true;
    return false;
  }

  const Suites& suites_;
  std::vector<std::vector<bool>> above_;
};

// The order most servers have: OpenSSL's own, in which a cipher list that names groups expands.
Suites guessed(const model::VersionFacts& facts) {
  Suites out = forward(facts);
  const auto rank = [](std::uint32_t code) {
    const auto* suite = model::find_suite(code);
    return suite == nullptr || suite->usual_rank == 0 ? 1000 : suite->usual_rank;
  };
  std::stable_sort(out.begin(), out.end(), [&](std::uint32_t a, std::uint32_t b) { return rank(a) < rank(b); });
  return out;
}

std::vector<Choice> choices_of(const model::VersionFacts& facts, TlsVersion version, std::span<const Observation> seen) {
  std::vector<Choice> out;
  for (const auto& [asked, observation] : answers(facts, version, seen)) out.push_back({observation->tls.suite, without(asked->suites, {observation->tls.suite})});
  return out;
}

// Whether a single suite stands before all ChaCha20 suites of the list in this hello's order.
Preference preference_of(const model::VersionFacts& facts, TlsVersion version, std::span<const Observation> seen,
                         std::vector<std::string>& evidence) {
  std::optional<std::uint32_t> first;
  std::optional<std::uint32_t> last;
  const SurveyPlan nowhere;
  const Suites ahead = both_ways(nowhere, version, forward(facts)).suites;
  const Suites behind = both_ways(nowhere, version, backward(facts)).suites;
  for (const auto& [asked, observation] : answers(facts, version, seen)) {
    if (asked->suites == ahead) first = observation->tls.suite;
    if (asked->suites == behind) last = observation->tls.suite;
    if (asked->suites == ahead || asked->suites == behind) evidence.push_back(observation->id);
  }
  if (!first || !last || ahead == behind) return Preference::not_tested;
  if (*first == *last) return Preference::server;
  return *first == ahead.front() && *last == behind.front() ? Preference::client : Preference::unclear;
}

bool wanted(const SurveyPlan& plan, TlsVersion version) {
  return version != TlsVersion::ssl2 && (plan.mode != model::SurveyMode::quick || version == TlsVersion::tls1_2);
}

}  // namespace

std::vector<HelloExchange> order_hellos(const SurveyPlan& plan, const model::TlsFacts& facts, std::span<const Observation> seen) {
  std::vector<HelloExchange> hellos;
  for (const auto& [version, of_version] : facts.versions) {
    if (!wanted(plan, version) || of_version.accepted.size() < 2) continue;
    hellos.push_back(both_ways(plan, version, forward(of_version)));
    hellos.push_back(both_ways(plan, version, backward(of_version)));
    const bool enough = answers(of_version, version, seen).size() > most_hellos_a_suite * of_version.accepted.size();
    const bool clients = of_version.preference == Preference::client || of_version.preference == Preference::unclear;
    if (of_version.ordered || clients || enough) continue;
    const Suites guess = guessed(of_version);
    const Ranking ranking(guess, choices_of(of_version, version, seen));
    if (!ranking.consistent()) continue;
    const auto order = ranking.best_guess();
    for (std::size_t i = 0; i + 1 < order.size(); ++i) {
      if (ranking.above(order[i], order[i + 1])) continue;
      // The lesser first, so that a server that follows its client betrays itself.
      hellos.push_back(hello(plan, version, {guess[order[i + 1]], guess[order[i]]}));
    }
  }
  return hellos;
}

void learn_order(model::TlsFacts& facts, std::span<const Observation> seen) {
  for (auto& [version, of_version] : facts.versions) {
    if (of_version.accepted.size() < 2) continue;
    of_version.preference = preference_of(of_version, version, seen, of_version.order_evidence);
    if (of_version.preference != Preference::server) continue;
    const Suites guess = guessed(of_version);
    const Ranking ranking(guess, choices_of(of_version, version, seen));
    if (!ranking.consistent()) {
      of_version.preference = Preference::unclear;
      continue;
    }
    const auto order = ranking.best_guess();
    bool proved = true;
    for (std::size_t i = 0; i + 1 < order.size(); ++i) proved = proved && ranking.above(order[i], order[i + 1]);
    of_version.ordered = proved;
    if (!proved) continue;
    of_version.accepted.clear();
    for (const auto at : order) of_version.accepted.push_back(guess[at]);
    for (const auto& [asked, observation] : answers(of_version, version, seen))
      if (asked->suites.size() == 2) of_version.order_evidence.push_back(observation->id);
  }
}

}  // namespace probes
