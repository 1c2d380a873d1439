// SPDX-License-Identifier: Apache-2.0
// What the parts of the survey share: building hellos, and telling their kinds apart.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "probes/survey.hpp"

namespace probes {

using Suites = std::vector<std::uint32_t>;

// ChaCha20 goes last: a server may move it up when a client puts it first.
model::HelloExchange hello(const SurveyPlan& plan, model::TlsVersion version, Suites suites);

const model::HelloExchange* hello_of(const model::Observation& seen);
bool is_known_good(const model::Observation& seen);
// A hello that asks about suites alone: of one version, with the usual groups and no signalling value.
bool enumerates(const model::HelloExchange& hello);
bool enumerates(const model::Observation& seen);
// The alert says that the version itself is what is refused (RFC 5246 7.2.2).
bool refuses_version(const model::Observation& seen);

Suites without(const Suites& suites, const Suites& removed);
bool contains(const Suites& suites, std::uint32_t suite);
// Cut into pieces of about equal size, none above the limit.
std::vector<Suites> pieces(const Suites& suites, std::size_t limit = most_suites_in_hello);
// Dealt out like cards into so many hands, so that likely suites are spread.
std::vector<Suites> dealt(const Suites& suites, std::size_t hands);

// survey_order.cpp: whose order counts in a version, and the order itself.
std::vector<model::HelloExchange> order_hellos(const SurveyPlan& plan, const model::TlsFacts& facts, model::TlsVersion version,
                                               std::span<const model::Observation> seen);
void learn_order(model::TlsFacts& facts, std::span<const model::Observation> seen);

// survey_features.cpp: groups, key exchange parameters, signalling values.
std::vector<model::HelloExchange> feature_hellos(const SurveyPlan& plan, const model::TlsFacts& facts,
                                                 std::span<const model::Observation> seen);
void learn_features(model::TlsFacts& facts, std::span<const model::Observation> seen);

}  // namespace probes
