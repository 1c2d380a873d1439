// SPDX-License-Identifier: Apache-2.0
// Which suites each version has: groups that answer are taken apart, groups that stay odd are asked
// for in smaller ones.
#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "probes/survey_parts.hpp"

namespace probes {

namespace {

using model::HelloExchange;
using model::Observation;
using model::Outcome;
using model::SurveyMode;
using model::TlsVersion;

constexpr std::size_t families = 6;
constexpr std::size_t parallel = 16;         // from this width on, rounds are saved rather than connections
constexpr std::size_t big = 60;              // a group that should have been refused
// A group that meets closing, silence or an odd alert is asked for again in pieces of this size.
constexpr std::size_t narrow = 30;
constexpr std::size_t few = 20;              // and in the end alone
constexpr std::size_t least_piece = 8;
constexpr std::array old_versions = {TlsVersion::tls1_1, TlsVersion::tls1_0, TlsVersion::ssl3};

// Listed suites first, then the likely ones, then all others, usual ones before odd ones.
Suites by_likelihood(const SurveyPlan& plan, TlsVersion version) {
  struct Ranked {
    bool unlikely;
    int rank;
    std::uint32_t code;
  };
  std::vector<Ranked> rest;
  for (const auto code : without(model::suites_for(version), plan.listed)) {
    const auto* suite = model::find_suite(code);
    constexpr int after_all = 1000;
    rest.push_back({!suite->likely, suite->usual_rank == 0 ? after_all : suite->usual_rank, code});
  }
  std::stable_sort(rest.begin(), rest.end(), [](const Ranked& a, const Ranked& b) { return std::tie(a.unlikely, a.rank) < std::tie(b.unlikely, b.rank); });
  Suites out = plan.listed;
  for (const auto& one : rest) out.push_back(one.code);
  return out;
}

std::size_t likely_in(const SurveyPlan& plan, const Suites& suites) {
  const auto end = std::find_if(suites.begin() + static_cast<std::ptrdiff_t>(plan.listed.size()), suites.end(),
                                [](std::uint32_t code) { return !model::find_suite(code)->likely; });
  return static_cast<std::size_t>(end - suites.begin());
}

// What stands together in the lists that servers are set up with: of a family, a server with one key has four
// or fewer.
std::size_t family_of(std::uint32_t code) {
  const auto* suite = model::find_suite(code);
  const bool ecdhe = suite->key_exchange == "ECDHE";
  const bool old = suite->encryption == "RC4" || suite->encryption.find("DES") != std::string_view::npos;
  if (old) return 5;
  if (!ecdhe && suite->key_exchange != "DHE") return 4;
  if (suite->mac != "AEAD") return ecdhe ? 2 : 3;
  return suite->encryption == "AES_GCM" ? 0 : 1;
}

// Neighbours together: what a server chooses among them tells its order too. With few hellos in flight, by
// family, so that no chain is long. With many, evenly; the last third is seldom there, and goes in hands of
// twice the size.
std::vector<Suites> hands(const Suites& likely, std::size_t width) {
  std::vector<Suites> out;
  if (width < parallel) {
    std::array<Suites, families> by_family;
    for (const auto code : likely) by_family[family_of(code)].push_back(code);
    for (const auto& family : by_family)
      for (auto& hand : pieces(lesser_first(family))) out.push_back(std::move(hand));
    return out;
  }
  const std::size_t count = std::min(width, std::max<std::size_t>(1, likely.size()));
  const std::size_t size = (likely.size() + count - 1) / count;
  const auto cut = likely.begin() + static_cast<std::ptrdiff_t>(likely.size() * 2 / 3);
  out = pieces(Suites(likely.begin(), cut), size);
  for (auto& hand : pieces(Suites(cut, likely.end()), 2 * size)) out.push_back(std::move(hand));
  return out;
}

// The groups of a version in which all its suites are asked for at first.
std::vector<Suites> groups_of(const SurveyPlan& plan, TlsVersion version) {
  const Suites all = by_likelihood(plan, version);
  if (plan.mode == SurveyMode::exhaustive) return pieces(all, 1);
  if (version != TlsVersion::tls1_2 || plan.mode == SurveyMode::gentle) {
    auto groups = pieces(all);
    for (auto& group : groups) group = lesser_first(group);
    return groups;
  }
  std::size_t alone = plan.listed.size();
  std::vector<Suites> out;
  if (plan.mode == SurveyMode::full || plan.listed.empty()) {
    alone = likely_in(plan, all);
    out = hands(Suites(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(alone)), static_cast<std::size_t>(std::max(1, plan.width)));
  } else {
    out = pieces(plan.listed, 1);
  }
  for (auto& piece : pieces(Suites(all.begin() + static_cast<std::ptrdiff_t>(alone), all.end()))) out.push_back(std::move(piece));
  return out;
}

// The rest of a group whose best suite is known. One chain costs the fewest connections and shows the
// order of all that is in it.
std::vector<Suites> rest_of_group(const Suites& rest, std::size_t width) {
  if (width < parallel) return {rest};
  const std::size_t count = rest.size() > big ? width / 2 : std::max<std::size_t>(1, std::min(width, rest.size()) / least_piece);
  return pieces(rest, (rest.size() + count - 1) / count);
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

}  // namespace

std::vector<HelloExchange> first_hellos(const SurveyPlan& plan) {
  std::vector<HelloExchange> hellos;
  for (auto& group : groups_of(plan, TlsVersion::tls1_2)) hellos.push_back(hello(plan, TlsVersion::tls1_2, std::move(group)));
  if (plan.mode == SurveyMode::full && plan.width >= spacious)
    for (auto& one : telling_hellos(plan)) hellos.push_back(std::move(one));
  if (plan.mode == SurveyMode::exhaustive) {
    for (auto& group : pieces(model::suites_for(TlsVersion::tls1_3), 1)) hellos.push_back(hello(plan, TlsVersion::tls1_3, std::move(group)));
  } else {
    hellos.push_back(hello(plan, TlsVersion::tls1_3, lesser_first(model::suites_for(TlsVersion::tls1_3))));
  }
  // An old version is asked for with its likely suites first: protocol_version refuses it whole.
  for (const auto version : old_versions) {
    auto groups = groups_of(plan, version);
    // Of SSLv3 OpenSSL says handshake_failure, which refuses no more than was offered.
    const bool at_once = plan.mode == SurveyMode::exhaustive ||
                         (plan.mode == SurveyMode::full && version == TlsVersion::ssl3 && plan.width >= static_cast<int>(parallel));
    const std::size_t count = at_once ? groups.size() : 1;
    for (std::size_t i = 0; i < count; ++i) hellos.push_back(hello(plan, version, std::move(groups[i])));
  }
  hellos.push_back(hello(plan, TlsVersion::ssl2, model::suites_for(TlsVersion::ssl2)));
  return hellos;
}

const std::vector<Suites>& Enquiry::groups(TlsVersion version) {
  const auto [at, missing] = groups_.try_emplace(version);
  if (missing) at->second = groups_of(plan_, version);
  return at->second;
}

// Where a version shows no life at all, its likely suites are worth the trouble, no others.
bool Enquiry::worth_it(const Version& version, const HelloExchange& asked) {
  if (!version.accepted.empty()) return true;
  const TlsVersion of = asked.versions.front();
  return asked.suites.front() == hello(plan_, of, groups(of).front()).suites.front();
}

// Smaller groups for one that answered, or stayed odd.
std::vector<Suites> Enquiry::taken_apart(Version& version, const Observation& seen) {
  const HelloExchange& asked = *hello_of(seen);
  if (!accepts_hello(seen)) {
    version.refused = version.refused || refuses_version(seen);
    const bool odd = !plain_refusal(seen) && !another_version(seen) && seen.believed && asked.suites.size() > 1;
    if (!odd || (version.refused && version.accepted.empty())) return {};
    if (worth_it(version, asked)) return narrowed(seen, asked.suites);
    version.odd.push_back(seen);
    return {};
  }
  const Suites rest = without(asked.suites, {seen.tls.suite});
  if (!contains(version.accepted, seen.tls.suite)) version.accepted.push_back(seen.tls.suite);
  std::vector<Suites> out;
  // Suites known to be accepted were offered together for the sake of their order.
  if (!without(rest, version.accepted).empty()) out = rest_of_group(rest, plan_.mode == SurveyMode::full && !sparing_ ? static_cast<std::size_t>(std::max(1, plan_.width)) : 1);
  for (const auto& odd : std::exchange(version.odd, {}))
    for (auto& piece : narrowed(odd, hello_of(odd)->suites)) out.push_back(std::move(piece));
  return out;
}

// Whether this is the first suite of its key exchange and key type.
bool Enquiry::shows_kind(std::uint32_t suite) {
  return kinds_.insert(kind_of(suite)).second;
}

bool Enquiry::takes_back(const HelloExchange& hello) {
  if (!enumerates(hello) || hello.versions.front() == TlsVersion::ssl2) return false;
  Version& version = versions_[hello.versions.front()];
  if (without(hello.suites, version.accepted).empty()) return false;  // asks for their order
  const std::string print = model::fingerprint(hello);
  asked_.erase(print);
  first_.erase(print);
  version.open.erase(print);
  for (const auto suite : hello.suites)
    if (!contains(version.taken_back, suite)) version.taken_back.push_back(suite);
  return true;
}

std::vector<HelloExchange> Enquiry::merged() {
  sparing_ = true;
  std::vector<HelloExchange> hellos;
  for (auto& [of, version] : versions_)
    for (auto& piece : pieces(std::exchange(version.taken_back, {}))) hellos.push_back(hello(plan_, of, std::move(piece)));
  hellos = fresh(std::move(hellos));
  for (const auto& one : hellos) first_.insert(model::fingerprint(one));
  return hellos;
}

std::vector<HelloExchange> Enquiry::take(const Observation& seen) {
  const auto* asked = hello_of(seen);
  if (asked == nullptr || is_known_good(seen)) return {};
  const std::string print = model::fingerprint(seen.exchange);
  // What waits for every version to have answered once.
  if (first_.erase(print) > 0 && first_.empty()) features_due_ = true;
  if (!enumerates(seen)) {
    features_due_ = --features_open_ == 0 || features_due_;
    return {};
  }
  const TlsVersion of = asked->versions.front();
  Version& version = versions_[of];
  version.open.erase(print);
  version.changed = true;
  if (of == TlsVersion::tls1_2 && accepts_hello(seen)) features_due_ = shows_kind(seen.tls.suite) || features_due_;
  std::vector<HelloExchange> hellos;
  if (of == TlsVersion::ssl2) return hellos;  // lists its kinds in one answer
  for (auto& group : taken_apart(version, seen)) hellos.push_back(hello(plan_, of, std::move(group)));
  const bool off = version.refused && version.accepted.empty();
  if (!off && std::find(old_versions.begin(), old_versions.end(), of) != old_versions.end())
    for (const auto& group : groups(of)) hellos.push_back(hello(plan_, of, group));
  return fresh(std::move(hellos));
}

}  // namespace probes
