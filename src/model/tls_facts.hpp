// SPDX-License-Identifier: Apache-2.0
// What the TLS survey learnt: one set of facts answers every protocol and suite check.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/observation.hpp"

namespace model {

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

struct VersionFacts {
  HelloState state = HelloState::not_tested;
  std::vector<std::uint32_t> accepted;            // in the order found
  std::set<std::uint32_t> refused;
  std::set<std::uint32_t> unanswered;             // asked and not decided
  std::map<std::uint32_t, std::string> evidence;  // accepted suite -> observation id
  std::vector<std::string> observations;          // every hello of this version
};

struct TlsFacts {
  std::map<TlsVersion, VersionFacts> versions;
  bool alive = false;                     // a known-good hello was answered
  std::set<std::string> authentication;   // key types the target proved to have: RSA, ECDSA, DSS

  [[nodiscard]] const VersionFacts& of(TlsVersion version) const;
};

}  // namespace model
