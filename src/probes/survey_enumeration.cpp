// SPDX-License-Identifier: Apache-2.0
// Which suites each version has: groups that answer are taken apart, groups that stay odd are asked
// for in smaller ones.
#include <algorithm>
#include <array>
#include <map>

#include "probes/survey_parts.hpp"

namespace probes {

namespace {

using model::HelloExchange;
using model::Observation;
using model::Outcome;
using model::SurveyMode;
using model::TlsVersion;

constexpr std::size_t hands_at_least = 12;   // measured: fewer cost rounds, more cost connections
// A group that meets closing, silence or an odd alert is asked for again in pieces of this size.
constexpr std::size_t narrow = 30;
constexpr std::size_t few = 8;
constexpr std::array old_versions = {TlsVersion::tls1_1, TlsVersion::tls1_0, TlsVersion::ssl3};

// Listed suites first, then the likely ones, then all others, usual ones before odd ones.
Suites by_likelihood(const SurveyPlan& plan, TlsVersion version) {
  Suites rest = without(model::suites_for(version), plan.listed);
  const auto rank = [](std::uint32_t code) {
    const auto* suite = model::find_suite(code);
    constexpr int after_all = 1000;
    return std::pair(!suite->likely, suite->usual_rank == 0 ? after_all : suite->usual_rank);
  };
  std::stable_sort(rest.begin(), rest.end(), [&](std::uint32_t a, std::uint32_t b) { return rank(a) < rank(b); });
  Suites out = plan.listed;
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

std::size_t likely_in(const SurveyPlan& plan, const Suites& suites) {
  const auto end = std::find_if(suites.begin() + static_cast<std::ptrdiff_t>(plan.listed.size()), suites.end(),
                                [](std::uint32_t code) { return !model::find_suite(code)->likely; });
  return static_cast<std::size_t>(end - suites.begin());
}

// The groups of a version in which all its suites are asked for at first.
std::vector<Suites> groups_of(const SurveyPlan& plan, TlsVersion version) {
  const Suites all = by_likelihood(plan, version);
  if (plan.mode == SurveyMode::exhaustive) return pieces(all, 1);
  if (version != TlsVersion::tls1_2 || plan.mode == SurveyMode::gentle) return pieces(all);
  std::size_t alone = plan.listed.size();
  std::vector<Suites> out;
  if (plan.mode == SurveyMode::full || plan.listed.empty()) {
    alone = likely_in(plan, all);
    const Suites likely(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(alone));
    out = dealt(likely, std::max(hands_at_least, static_cast<std::size_t>(plan.width)));
  } else {
    out = pieces(plan.listed, 1);
  }
  for (auto& piece : pieces(Suites(all.begin() + static_cast<std::ptrdiff_t>(alone), all.end()))) out.push_back(std::move(piece));
  return out;
}

// Alerts that say "none of these", rather than "I could not cope with that".
bool plain_refusal(const Observation& seen) {
  return seen.outcome == Outcome::refused &&
         (seen.alert == "handshake_failure" || seen.alert == "insufficient_security" || refuses_version(seen));
}

bool another_version(const Observation& seen) {
  return seen.outcome == Outcome::answered && seen.tls.version && !undecided(seen) && !accepts_hello(seen);
}

// Smaller groups for one that was refused in an odd way; none when it is small enough.
std::vector<Suites> narrowed(const Observation& seen, const Suites& suites) {
  if (seen.outcome == Outcome::timed_out || seen.outcome == Outcome::unreachable || seen.outcome == Outcome::not_sent) return {};
  if (suites.size() > narrow) return pieces(suites, narrow);
  // Closing is how some servers refuse; an alert of another meaning, or a suite nobody offered, is
  // a server that trips over one of them.
  if (seen.outcome == Outcome::closed || suites.size() > few) return {};
  return pieces(suites, 1);
}

struct Version {
  Suites accepted;
  bool refused = false;                                  // by the alert protocol_version
  std::map<std::string, const Observation*> last;        // by hello: a later answer outweighs
};

}  // namespace

std::vector<HelloExchange> first_hellos(const SurveyPlan& plan) {
  std::vector<HelloExchange> hellos;
  for (auto& group : groups_of(plan, TlsVersion::tls1_2)) hellos.push_back(hello(plan, TlsVersion::tls1_2, std::move(group)));
  if (plan.mode == SurveyMode::exhaustive) {
    for (auto& group : pieces(model::suites_for(TlsVersion::tls1_3), 1)) hellos.push_back(hello(plan, TlsVersion::tls1_3, std::move(group)));
  } else {
    hellos.push_back(hello(plan, TlsVersion::tls1_3, model::suites_for(TlsVersion::tls1_3)));
  }
  // An old version is asked for with its likely suites first: protocol_version refuses it whole.
  for (const auto version : old_versions) {
    auto groups = groups_of(plan, version);
    const std::size_t count = plan.mode == SurveyMode::exhaustive ? groups.size() : 1;
    for (std::size_t i = 0; i < count; ++i) hellos.push_back(hello(plan, version, std::move(groups[i])));
  }
  hellos.push_back(hello(plan, TlsVersion::ssl2, model::suites_for(TlsVersion::ssl2)));
  return hellos;
}

std::vector<HelloExchange> enumeration_hellos(const SurveyPlan& plan, std::span<const Observation> seen) {
  std::map<TlsVersion, Version> versions;
  for (const auto& observation : seen) {
    if (!enumerates(observation)) continue;
    auto& version = versions[hello_of(observation)->versions.front()];
    version.last[model::fingerprint(observation.exchange)] = &observation;
    if (accepts_hello(observation)) version.accepted.push_back(observation.tls.suite);
    version.refused = version.refused || refuses_version(observation);
  }
  std::vector<HelloExchange> hellos;
  for (auto& [version, known] : versions) {
    if (version == TlsVersion::ssl2) continue;  // lists its kinds in one answer
    const bool off = known.refused && known.accepted.empty();
    for (const auto& [print, observation] : known.last) {
      const Suites& suites = hello_of(*observation)->suites;
      if (suites.size() < 2) continue;
      std::vector<Suites> next;
      if (accepts_hello(*observation)) {
        const Suites rest = without(suites, {observation->tls.suite});
        const std::size_t cut = plan.mode == SurveyMode::full ? static_cast<std::size_t>(std::max(1, plan.width / 8)) : 1;
        // Suites known to be accepted were offered together for the sake of their order.
        if (!without(rest, known.accepted).empty()) next = dealt(rest, cut);
      } else if (!off && !plain_refusal(*observation) && !another_version(*observation) && observation->believed) {
        // Where a version shows no life at all, its likely suites are worth the trouble, no others.
        const bool worth_it = !known.accepted.empty() || suites.front() == hello(plan, version, groups_of(plan, version).front()).suites.front();
        if (worth_it) next = narrowed(*observation, suites);
      }
      for (auto& group : next) hellos.push_back(hello(plan, version, std::move(group)));
    }
    if (!off && std::find(old_versions.begin(), old_versions.end(), version) != old_versions.end())
      for (auto& group : groups_of(plan, version)) hellos.push_back(hello(plan, version, std::move(group)));
  }
  return hellos;
}

}  // namespace probes
