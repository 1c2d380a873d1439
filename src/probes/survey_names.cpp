// SPDX-License-Identifier: Apache-2.0
// What a server makes of the name in a hello (SNI, RFC 6066 3): of none, and of one it cannot know.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "probes/sni.hpp"
#include "probes/survey_parts.hpp"

namespace probes {

namespace {

using model::HelloExchange;
using model::Observation;
using model::Outcome;
using model::TlsVersion;

constexpr const char* warning = "unrecognized_name";

// What was answered, and with which certificate: `usual` are those of the usual name.
std::string manner_of(const Observation& seen, const std::set<std::string>& usual) {
  if (!accepts_hello(seen)) return seen.outcome == Outcome::refused ? "refused with the alert " + seen.alert : "closed";
  std::string out;
  if (seen.tls.server) out = usual.contains(seen.tls.server->sha256) ? "the same certificate" : "another certificate, " + seen.tls.server->subject;
  if (seen.tls.flight && seen.tls.flight->warning == warning) out += fmt::format("{}after the warning {}", out.empty() ? "" : ", ", warning);
  return out;
}

std::set<std::string> certificates_of(const std::string& name, std::span<const Observation> seen) {
  std::set<std::string> out;
  for (const auto& observation : seen)
    if (const auto* asked = hello_of(observation); asked != nullptr && asked->server_name == name && observation.tls.server)
      out.insert(observation.tls.server->sha256);
  return out;
}

bool of_interest(const Observation& seen) {
  const auto* asked = hello_of(seen);
  return asked != nullptr && is_plain(*asked) && !is_known_good(seen) && !undecided(seen) && asked->versions.front() > TlsVersion::ssl3;
}

}  // namespace

std::string usual_name(std::span<const Observation> seen) {
  for (const auto& observation : seen)
    if (const auto* asked = hello_of(observation)) return asked->server_name;
  return "";
}

std::vector<HelloExchange> name_hellos(const SurveyPlan& plan, const model::TlsFacts& facts, std::span<const Observation> seen) {
  // TLS 1.3 hides the certificate, but not whether it would show one.
  const TlsVersion version = highest_below_13(facts).value_or(TlsVersion::tls1_3);
  const Suites suites = found(seen, version);
  if (suites.empty()) return {};
  HelloExchange other = flight_hello(plan, version, suites.front());
  if (version == TlsVersion::tls1_3) {
    // A flight's offer to compress is illegal there (RFC 8446 4.1.2). Groups keep it apart from hellos that ask about suites.
    other.whole_flight = false;
    other.groups = {29, 23, 24, 25, 30};
  }
  other.server_name = unknown_name;
  std::vector<HelloExchange> hellos = {other};
  if (plan.server_name.empty()) return hellos;
  other.server_name.clear();
  hellos.push_back(std::move(other));
  return hellos;
}

void learn_names(model::TlsFacts& facts, std::span<const Observation> seen) {
  const std::string usual = usual_name(seen);
  const auto certificates = certificates_of(usual, seen);
  for (const auto& observation : seen) {
    if (!of_interest(observation)) continue;
    const auto* asked = hello_of(observation);
    const bool accepted = accepts_hello(observation);
    const bool warned = accepted && observation.tls.flight && observation.tls.flight->warning == warning;
    if (asked->server_name != usual)
      set_feature(facts, asked->server_name.empty() ? "answers-without-sni" : "answers-unknown-name", accepted, observation,
                  manner_of(observation, certificates));
    if (asked->server_name == unknown_name || (warned && !asked->server_name.empty()))
      set_feature(facts, "sni-warning", warned, observation, warned ? "for " + asked->server_name : "");
  }
}

}  // namespace probes
