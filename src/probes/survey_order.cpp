// SPDX-License-Identifier: Apache-2.0
// Whose order of suites counts, and the order itself: the accepted suites forward and backward tell
// the first; for the second an order is guessed, and every two neighbours are put to the server,
// the lesser first, until it has confirmed each pair.
#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "probes/suite_ranking.hpp"
#include "probes/survey_parts.hpp"

namespace probes {

namespace {

using model::HelloExchange;
using model::Observation;
using model::Preference;
using model::TlsVersion;

// More questions than this many for each suite, and the order stays unknown.
constexpr std::size_t most_hellos_a_suite = 6;

using Answers = std::vector<std::pair<const HelloExchange*, const Observation*>>;

// Only answers to hellos of one version count in which everything that matters was accepted elsewhere.
Answers answers(const model::VersionFacts& facts, TlsVersion version, std::span<const Observation> seen) {
  Answers out;
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

std::vector<HelloExchange> both_ways(const SurveyPlan& plan, TlsVersion version, const model::VersionFacts& facts) {
  return {hello(plan, version, forward(facts)), hello(plan, version, backward(facts))};
}

std::vector<Choice> choices_of(const model::VersionFacts& facts, TlsVersion version, std::span<const Observation> seen) {
  std::vector<Choice> out;
  for (const auto& [asked, observation] : answers(facts, version, seen)) out.push_back({observation->tls.suite, without(asked->suites, {observation->tls.suite})});
  return out;
}

// Orders that servers are set up with, as what to sort by.
using Place = std::array<int, 5>;

int rank_of(const model::Suite& suite) { return suite.usual_rank == 0 ? 1000 : suite.usual_rank; }

// OpenSSL's own, in which a cipher list that names no groups expands.
Place usual_place(const model::Suite& suite) { return {rank_of(suite)}; }

// Lists of groups, AES-GCM before the rest and ECDHE before DHE (AESGCM+EECDH:AESGCM+EDH:AES256+EECDH:...).
Place grouped_place(const model::Suite& suite) {
  return {suite.encryption.find("GCM") == std::string_view::npos, !suite.key_exchange.starts_with("ECDHE"), rank_of(suite)};
}

// Mozilla's lists: ECDHE first, AES-128 before AES-256 before ChaCha20, ECDSA before RSA.
Place short_keys_place(const model::Suite& suite) {
  return {suite.encryption.find("CBC") != std::string_view::npos, !suite.key_exchange.starts_with("ECDHE"), suite.encryption.starts_with("CHACHA20"), suite.bits,
          suite.authentication != "ECDSA"};
}

Place place_of(std::uint32_t code, Place (*place)(const model::Suite&)) {
  const auto* suite = model::find_suite(code);
  return suite == nullptr ? Place{1000} : place(*suite);
}

Suites sorted(const model::VersionFacts& facts, Place (*place)(const model::Suite&)) {
  Suites out = forward(facts);
  std::stable_sort(out.begin(), out.end(), [&](std::uint32_t a, std::uint32_t b) { return place_of(a, place) < place_of(b, place); });
  return out;
}

// What another version's order says of these suites; those it does not have come last.
Suites like(const Suites& known, const model::VersionFacts& facts) {
  Suites out;
  for (const auto suite : known)
    if (contains(facts.accepted, suite)) out.push_back(suite);
  for (const auto suite : sorted(facts, usual_place))
    if (!contains(out, suite)) out.push_back(suite);
  return out;
}

std::size_t contradicted(const Suites& order, const std::vector<Choice>& choices) {
  std::size_t out = 0;
  for (const auto& choice : choices) {
    const auto chosen = std::find(order.begin(), order.end(), choice.chosen);
    out += static_cast<std::size_t>(std::count_if(order.begin(), chosen, [&](std::uint32_t before) { return contains(choice.others, before); }));
  }
  return out;
}

// The orders that agree best with what the server has chosen so far.
std::vector<Suites> guesses(const model::VersionFacts& facts, const std::vector<Choice>& choices, const Suites& of_another_version) {
  std::vector<Suites> out;
  if (!of_another_version.empty()) out.push_back(like(of_another_version, facts));
  for (const auto place : {usual_place, grouped_place, short_keys_place}) out.push_back(sorted(facts, place));
  std::size_t least = contradicted(out.front(), choices);
  for (const auto& order : out) least = std::min(least, contradicted(order, choices));
  std::erase_if(out, [&](const Suites& order) { return contradicted(order, choices) > least; });
  return out;
}

// Each two neighbours of an order that were not put to the server yet.
std::vector<Suites> open_pairs(const Suites& guess, const std::vector<Choice>& choices) {
  std::vector<Suites> out;
  const Ranking ranking(guess, choices);
  if (!ranking.consistent()) return out;
  const auto order = ranking.best_guess();
  for (std::size_t i = 0; i + 1 < order.size(); ++i) {
    if (ranking.above(order[i], order[i + 1])) continue;
    // The lesser first, so that a server that follows its client betrays itself.
    out.push_back({guess[order[i + 1]], guess[order[i]]});
  }
  return out;
}

// Whether a single suite stands before all ChaCha20 suites of the list in this hello's order.
Preference preference_of(const model::VersionFacts& facts, TlsVersion version, std::span<const Observation> seen,
                         std::vector<std::string>& evidence) {
  std::optional<std::uint32_t> first;
  std::optional<std::uint32_t> last;
  const SurveyPlan nowhere;
  const auto both = both_ways(nowhere, version, facts);
  const Suites& ahead = both.front().suites;
  const Suites& behind = both.back().suites;
  for (const auto& [asked, observation] : answers(facts, version, seen)) {
    if (asked->suites == ahead) first = observation->tls.suite;
    if (asked->suites == behind) last = observation->tls.suite;
    if (asked->suites == ahead || asked->suites == behind) evidence.push_back(observation->id);
  }
  if (!first || !last || ahead == behind) return Preference::not_tested;
  if (*first == *last) return Preference::server;
  return *first == ahead.front() && *last == behind.front() ? Preference::client : Preference::unclear;
}

const Observation* among(const Answers& all, std::uint32_t former, std::uint32_t latter) {
  const Observation* out = nullptr;
  for (const auto& [asked, observation] : all) {
    if (observation->tls.suite != former || !contains(asked->suites, latter)) continue;
    out = observation;
    const auto& suites = asked->suites;
    if (std::find(suites.begin(), suites.end(), latter) < std::find(suites.begin(), suites.end(), former)) break;
  }
  return out;
}

bool wanted(const SurveyPlan& plan, TlsVersion version) {
  return version != TlsVersion::ssl2 && (plan.mode != model::SurveyMode::quick || version == TlsVersion::tls1_2);
}

}  // namespace

Suites lesser_first(const Suites& suites) {
  std::vector<std::pair<Place, std::uint32_t>> placed;
  placed.reserve(suites.size());
  for (const auto code : suites) placed.emplace_back(place_of(code, grouped_place), code);
  std::stable_sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) { return b.first < a.first; });
  Suites out;
  out.reserve(suites.size());
  for (const auto& [place, code] : placed) out.push_back(code);
  return out;
}

std::vector<HelloExchange> telling_hellos(const SurveyPlan& plan) {
  return {hello(plan, TlsVersion::tls1_2, {0x009F, 0xC02F}), hello(plan, TlsVersion::tls1_2, {0xC02F, 0xC030})};
}

std::vector<HelloExchange> order_hellos(const SurveyPlan& plan, const model::TlsFacts& facts, TlsVersion version,
                                        std::span<const Observation> seen) {
  const model::VersionFacts& of_version = facts.of(version);
  if (!wanted(plan, version) || of_version.accepted.size() < 2) return {};
  std::vector<HelloExchange> hellos = both_ways(plan, version, of_version);
  const auto choices = choices_of(of_version, version, seen);
  const bool enough = choices.size() > most_hellos_a_suite * of_version.accepted.size();
  const bool clients = of_version.preference == Preference::client || of_version.preference == Preference::unclear;
  if (of_version.ordered || clients || enough) return hellos;
  const model::VersionFacts& newest = facts.of(TlsVersion::tls1_2);
  auto orders = guesses(of_version, choices, newest.ordered ? newest.accepted : Suites{});
  // With room for it, guesses that are as good as each other are put to the server at once.
  if (plan.width < spacious) orders.resize(1);
  for (const auto& order : orders)
    for (auto& pair : open_pairs(order, choices)) hellos.push_back(hello(plan, version, std::move(pair)));
  return hellos;
}

const Observation* shows_before(const model::VersionFacts& facts, TlsVersion version, std::span<const Observation> seen,
                                std::uint32_t former, std::uint32_t latter) {
  return among(answers(facts, version, seen), former, latter);
}

void learn_order(model::TlsFacts& facts, std::span<const Observation> seen) {
  for (auto& [version, of_version] : facts.versions) {
    if (of_version.accepted.size() < 2 || version == TlsVersion::ssl2) continue;   // SSLv2 lists, and chooses nothing
    of_version.preference = preference_of(of_version, version, seen, of_version.order_evidence);
    if (of_version.preference != Preference::server) continue;
    const Suites suites = forward(of_version);
    const Ranking ranking(suites, choices_of(of_version, version, seen));
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
    for (const auto at : order) of_version.accepted.push_back(suites[at]);
    auto& evidence = of_version.order_evidence;
    const Answers all = answers(of_version, version, seen);
    for (std::size_t i = 0; i + 1 < order.size(); ++i)
      if (const auto* shown = among(all, suites[order[i]], suites[order[i + 1]]);
          shown != nullptr && std::find(evidence.begin(), evidence.end(), shown->id) == evidence.end())
        evidence.push_back(shown->id);
  }
}

}  // namespace probes
