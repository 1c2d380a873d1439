// SPDX-License-Identifier: Apache-2.0
// The TLS survey as step functions: which hellos to send next given the answers so far, and what
// the answers mean. Likely suites go alone or nearly so, everything else in groups that a sound
// server refuses whole; only groups that answer are taken apart. When every suite is decided, the
// server's order, its groups and what else a handshake shows are asked for.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/exchange.hpp"
#include "model/observation.hpp"
#include "model/tls_facts.hpp"

namespace probes {

struct SurveyPlan {
  model::Origin origin;
  std::string server_name;
  std::vector<std::uint32_t> listed;   // the suites the profile allows at TLS 1.2, the preferred first
  model::SurveyMode mode = model::SurveyMode::quick;
  // Hellos that may be in flight: with many, suites are asked for in parallel; with few, one after
  // another in fewer hellos.
  int width = 8;
};

// Old servers fail on hellos of 128 suites and more, as other scanners have met.
inline constexpr std::size_t most_suites_in_hello = 120;

// Observations of known-good hellos have ids that begin so.
inline constexpr const char* known_good_prefix = "known-good";

// Hellos that any living TLS server should accept one of, the likeliest first.
std::vector<model::HelloExchange> known_good_hellos(const SurveyPlan& plan);

// The next burst; empty when nothing is left to ask.
std::vector<model::HelloExchange> first_hellos(const SurveyPlan& plan);
std::vector<model::HelloExchange> further_hellos(const SurveyPlan& plan, std::span<const model::Observation> seen);

// Full handshakes, without a certificate, that show whether sessions are resumed and whether a client
// may renegotiate. Two connections where one is resumed.
std::vector<model::HandshakeExchange> session_handshakes(const SurveyPlan& plan);

// Whether the answer accepts what was offered: version and suite both from the hello.
bool accepts_hello(const model::Observation& seen);
// Whether it decides nothing: silence, no connection, no TLS, a suite nobody offered.
bool undecided(const model::Observation& seen);

model::TlsFacts tls_facts(std::span<const model::Observation> observations);

}  // namespace probes
