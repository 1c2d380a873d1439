// SPDX-License-Identifier: Apache-2.0
// A server as a table of versions and suites, surveyed without a network.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "probes/survey.hpp"

namespace scripted {

using model::HelloExchange;
using model::Observation;
using model::Outcome;
using model::TlsVersion;

inline const probes::SurveyPlan plan{{true, "host", 443}, "host", {0xC030, 0xC02F, 0x009F}};

// What a server that accepts some suites of some versions says to a hello.
inline Observation answered(const HelloExchange& hello, const std::map<TlsVersion, std::vector<std::uint32_t>>& accepts,
                     std::string id) {
  Observation seen;
  seen.id = std::move(id);
  seen.exchange = hello;
  seen.outcome = Outcome::refused;
  seen.alert = "handshake_failure";
  for (const auto version : hello.versions) {
    const auto at = accepts.find(version);
    if (at == accepts.end()) continue;
    for (const auto suite : at->second) {
      if (std::find(hello.suites.begin(), hello.suites.end(), suite) == hello.suites.end()) continue;
      seen.outcome = Outcome::answered;
      seen.tls.version = version;
      seen.tls.suite = suite;
      return seen;
    }
  }
  return seen;
}

// `answer` is asked with a hello and the id of its observation.
template <class Answer>
std::vector<Observation> surveyed_by(const Answer& answer, const probes::SurveyPlan& how) {
  std::vector<Observation> seen;
  seen.push_back(answer(probes::known_good_hellos(how).front(), "known-good-01"));
  probes::Enquiry enquiry(how);
  auto waiting = enquiry.first();
  for (std::size_t n = 0; n < waiting.size(); ++n) {
    seen.push_back(answer(HelloExchange(waiting[n]), "hello-" + std::to_string(n + 1)));
    for (auto& hello : enquiry.take(seen.back())) waiting.push_back(std::move(hello));
    for (auto& hello : enquiry.more(seen)) waiting.push_back(std::move(hello));
  }
  return seen;
}

inline std::vector<Observation> surveyed(const std::map<TlsVersion, std::vector<std::uint32_t>>& accepts,
                                  const probes::SurveyPlan& how = plan) {
  return surveyed_by([&](const HelloExchange& hello, std::string id) { return answered(hello, accepts, std::move(id)); }, how);
}

}  // namespace scripted
