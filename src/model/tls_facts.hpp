// SPDX-License-Identifier: Apache-2.0
// What the TLS survey learnt: one set of facts answers every protocol and suite check.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/code_set.hpp"
#include "model/observation.hpp"

namespace model {

// How much a survey asks (probity(1), --survey).
enum class SurveyMode {
  quick,        // each listed suite alone, everything else in groups: what a profile needs
  full,         // every version taken apart, with order, groups and what else a handshake shows
  gentle,       // the fewest connections
  exhaustive,   // every suite alone: sound for servers that choose a suite they cannot run
};

template <>
struct Words<SurveyMode> {
  static constexpr std::pair<SurveyMode, std::string_view> table[] = {{SurveyMode::quick, "quick"},
                                                                      {SurveyMode::full, "full"},
                                                                      {SurveyMode::gentle, "gentle"},
                                                                      {SurveyMode::exhaustive, "exhaustive"}};
};

enum class HelloState { accepted, refused, closed, no_answer, not_tested };

template <>
struct Words<HelloState> {
  static constexpr std::pair<HelloState, std::string_view> table[] = {
      {HelloState::accepted, "accepted"},
      {HelloState::refused, "refused"},
      {HelloState::closed, "closed"},
      {HelloState::no_answer, "no-answer"},
      {HelloState::not_tested, "not-tested"}};
};

// Whose order of suites decides.
enum class Preference {
  not_tested,
  server,
  client,
  unclear,   // the answers fit neither
};

template <>
struct Words<Preference> {
  static constexpr std::pair<Preference, std::string_view> table[] = {{Preference::not_tested, "not-tested"},
                                                                      {Preference::server, "server"},
                                                                      {Preference::client, "client"},
                                                                      {Preference::unclear, "unknown"}};
};

struct VersionFacts {
  HelloState state = HelloState::not_tested;
  std::vector<std::uint32_t> accepted;            // in the server's order if `ordered`, else by code
  CodeSet refused;
  CodeSet unanswered;                             // asked and not decided
  std::map<std::uint32_t, std::string> evidence;  // accepted suite -> observation id
  std::vector<std::string> observations;          // every hello of this version
  bool ordered = false;                           // each neighbouring pair was decided by the server
  Preference preference = Preference::not_tested;
  std::vector<std::string> order_evidence = {};   // observations that tell the preference
};

// One thing a handshake shows beside versions and suites: "secure-renegotiation", "compression".
struct Feature {
  enum class State { unknown, no, yes };
  State state = State::unknown;
  std::string detail;        // "ffdhe2048, 2048 bits"
  std::string observation;   // its evidence
};

template <>
struct Words<Feature::State> {
  static constexpr std::pair<Feature::State, std::string_view> table[] = {
      {Feature::State::unknown, "unknown"}, {Feature::State::no, "no"}, {Feature::State::yes, "yes"}};
};

// The smallest finite-field key exchange seen.
struct DhFacts {
  int bits = 0;
  std::string prime;         // its name when it is a known one, else its SHA-256
  std::string observation;
};

struct TlsFacts {
  std::map<TlsVersion, VersionFacts> versions;
  bool alive = false;                         // a known-good hello was answered
  std::set<std::string> authentication;       // key types the target proved to have: RSA, ECDSA, DSS
  std::vector<std::uint16_t> groups;          // accepted, in the order of the table
  std::optional<DhFacts> dh;
  std::map<std::string, Feature> features;
  std::map<std::string, Feature> vulnerabilities;   // "heartbleed"; absent: not asked, or it cannot apply
  std::vector<std::string> contradictions;    // the same question, different answers: in words

  [[nodiscard]] const VersionFacts& of(TlsVersion version) const;
  [[nodiscard]] const Feature& feature(const std::string& name) const;
  [[nodiscard]] const Feature& vulnerability(const std::string& name) const;
};

}  // namespace model
