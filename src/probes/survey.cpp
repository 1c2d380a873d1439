// SPDX-License-Identifier: Apache-2.0
#include "probes/survey.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "probes/survey_parts.hpp"

namespace probes {

using model::HelloExchange;
using model::Observation;
using model::Outcome;
using model::TlsVersion;

HelloExchange hello(const SurveyPlan& plan, TlsVersion version, Suites suites) {
  std::stable_partition(suites.begin(), suites.end(), [](std::uint32_t suite) { return !model::is_chacha20(suite); });
  HelloExchange out;
  out.origin = plan.origin;
  out.server_name = plan.server_name;
  out.versions = {version};
  out.suites = std::move(suites);
  return out;
}

const HelloExchange* hello_of(const Observation& seen) { return std::get_if<HelloExchange>(&seen.exchange); }

bool is_known_good(const Observation& seen) { return std::string_view(seen.id).starts_with(known_good_prefix); }

bool is_plain(const HelloExchange& hello) { return hello.oddity == model::Oddity::none && hello.then == model::Sequel::none; }

bool enumerates(const HelloExchange& hello) {
  return is_plain(hello) && hello.versions.size() == 1 && hello.groups.empty() && !hello.whole_flight && !contains(hello.suites, model::fallback_scsv);
}

bool enumerates(const Observation& seen) {
  const auto* asked = hello_of(seen);
  return asked != nullptr && !is_known_good(seen) && enumerates(*asked);
}

bool refuses_version(const Observation& seen) {
  return seen.outcome == Outcome::refused && seen.believed && seen.alert == "protocol_version";
}

bool contains(const Suites& suites, std::uint32_t suite) {
  return std::find(suites.begin(), suites.end(), suite) != suites.end();
}

std::string kind_of(std::uint32_t suite) {
  const auto* known = model::find_suite(suite);
  return known == nullptr ? "" : fmt::format("{} {}", known->key_exchange, known->authentication);
}

Suites without(const Suites& suites, const Suites& removed) {
  Suites gone = removed;
  std::sort(gone.begin(), gone.end());
  Suites out;
  out.reserve(suites.size());
  for (const auto suite : suites)
    if (!std::binary_search(gone.begin(), gone.end(), suite)) out.push_back(suite);
  return out;
}

std::vector<Suites> pieces(const Suites& suites, std::size_t limit) {
  const std::size_t count = (suites.size() + limit - 1) / limit;
  std::vector<Suites> out;
  for (std::size_t i = 0; i < count; ++i) {
    const auto begin = suites.begin() + static_cast<std::ptrdiff_t>(suites.size() * i / count);
    const auto end = suites.begin() + static_cast<std::ptrdiff_t>(suites.size() * (i + 1) / count);
    out.emplace_back(begin, end);
  }
  return out;
}

std::vector<Suites> dealt(const Suites& suites, std::size_t hands) {
  std::vector<Suites> out(std::max<std::size_t>(1, std::min(hands, suites.size())));
  for (std::size_t i = 0; i < suites.size(); ++i) out[i % out.size()].push_back(suites[i]);
  return out;
}

bool accepts_hello(const Observation& seen) {
  const auto* asked = hello_of(seen);
  if (asked == nullptr || seen.outcome != Outcome::answered || !seen.tls.version) return false;
  const auto& versions = asked->versions;
  return std::find(versions.begin(), versions.end(), *seen.tls.version) != versions.end() &&
         seen.tls.suite != model::fallback_scsv && contains(asked->suites, seen.tls.suite);
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

bool silent(const Observation& seen) {
  return seen.outcome == Outcome::timed_out || seen.outcome == Outcome::unreachable || seen.outcome == Outcome::not_sent;
}

std::vector<HelloExchange> known_good_hellos(const SurveyPlan& plan) {
  // Today's suites first; then what any TLS 1.2 server may have; RSA key transport last.
  static const Suites modern = {0x1302, 0x1303, 0x1301, 0xC02C, 0xC030, 0xC02B, 0xC02F, 0xCCA9, 0xCCA8, 0xC024, 0xC028,
                                0xC023, 0xC027, 0xC00A, 0xC014, 0xC009, 0xC013, 0x009F, 0x009E, 0x006B, 0x0067, 0x0039,
                                0x0033, 0x00A3, 0x00A2, 0x009D, 0x009C, 0x003D, 0x003C, 0x0035, 0x002F};
  Suites broad = modern;
  for (const auto suite : plan.listed)
    if (!contains(broad, suite) && broad.size() < most_suites_in_hello) broad.push_back(suite);
  Suites old = {0x0005, 0x0004, 0x000A, 0xC012, 0xC011, 0x0016, 0x0009};
  old.insert(old.begin(), broad.begin() + 3, broad.end());
  HelloExchange both = hello(plan, TlsVersion::tls1_2, broad);
  both.versions = {TlsVersion::tls1_2, TlsVersion::tls1_3};
  std::vector<HelloExchange> hellos = {std::move(both), hello(plan, TlsVersion::tls1_0, old), hello(plan, TlsVersion::ssl3, old)};
  // A server that chooses a suite it cannot run fails at every hello that holds it.
  for (auto& hand : dealt(modern, 8)) hellos.push_back(hello(plan, TlsVersion::tls1_2, std::move(hand)));
  // A server may have nothing but an exotic suite of TLS 1.2.
  for (auto& piece : pieces(without(model::suites_for(TlsVersion::tls1_2), broad)))
    hellos.push_back(hello(plan, TlsVersion::tls1_2, std::move(piece)));
  return hellos;
}

std::vector<HelloExchange> Enquiry::first() {
  auto hellos = fresh(first_hellos(plan_));
  for (const auto& one : hellos) first_.insert(model::fingerprint(one));
  return hellos;
}

// Those not asked yet; they are open from now on.
std::vector<HelloExchange> Enquiry::fresh(std::vector<HelloExchange> hellos) {
  std::erase_if(hellos, [&](const HelloExchange& one) {
    const std::string print = model::fingerprint(one);
    if (!asked_.insert(print).second) return true;
    if (!enumerates(one)) {
      ++features_open_;
      return false;
    }
    Version& version = versions_[one.versions.front()];
    version.open[print] = {one.suites.size(), without(one.suites, version.accepted).empty()};
    return false;
  });
  return hellos;
}

// What is still open will most likely be refused: what is known so far can be put in order meanwhile.
bool Enquiry::nearly_settled(const Version& version) {
  constexpr std::size_t few_suites = 4;
  std::size_t open = 0;
  for (const auto& [print, hello] : version.open) {
    if (hello.for_order) return false;
    open += hello.suites;
  }
  return open <= few_suites;
}

std::vector<HelloExchange> Enquiry::more(std::span<const Observation> seen) {
  if (plan_.mode == model::SurveyMode::gentle) return {};
  const bool begun = first_.empty();
  std::vector<TlsVersion> due;
  for (auto& [of, version] : versions_)
    if (begun && nearly_settled(version) && std::exchange(version.changed, false)) due.push_back(of);
  if (due.empty() && !features_due_) return {};
  const model::TlsFacts facts = tls_facts(seen);
  std::vector<HelloExchange> hellos;
  if (std::exchange(features_due_, false))
    for (auto& one : fresh(feature_hellos(plan_, facts, seen, begun))) hellos.push_back(std::move(one));
  // Last, because they are accepted: that vouches for refusals before.
  for (const auto of : due)
    for (auto& one : fresh(order_hellos(plan_, facts, of, seen))) hellos.push_back(std::move(one));
  return hellos;
}

}  // namespace probes
