// SPDX-License-Identifier: Apache-2.0
// What the parts of the survey share: building hellos, and telling their kinds apart.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/probe.hpp"
#include "probes/survey.hpp"

namespace probes {

using Suites = std::vector<std::uint32_t>;

// ChaCha20 goes last: a server may move it up when a client puts it first.
model::HelloExchange hello(const SurveyPlan& plan, model::TlsVersion version, Suites suites);

const model::HelloExchange* hello_of(const model::Observation& seen);
// Neither odd nor followed by anything: what it tells is for the survey.
bool is_plain(const model::HelloExchange& hello);
// A hello that asks about suites alone: of one version, plain, with the usual groups and no signalling value.
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

// survey_order.cpp: whose order counts in a version, and the order itself, of the suites found so far.
std::vector<model::HelloExchange> order_hellos(const SurveyPlan& plan, const model::TlsFacts& facts, model::TlsVersion version,
                                               std::span<const model::Observation> seen);
// What most servers prefer goes last: a server that follows the hello all the same shows it.
Suites lesser_first(const Suites& suites);
// Twos that tell usual orders apart, where no group of suites does: whether ECDHE comes before longer keys, and
// whether longer keys come first at all.
std::vector<model::HelloExchange> telling_hellos(const SurveyPlan& plan);
// The answer that chose the former although the latter was offered too, best where that was named first.
const model::Observation* shows_before(const model::VersionFacts& facts, model::TlsVersion version, std::span<const model::Observation> seen,
                                       std::uint32_t former, std::uint32_t latter);
void learn_order(model::TlsFacts& facts, std::span<const model::Observation> seen);

// The highest version from TLS 1.0 to 1.2 that is on; SSLv3 knows no extensions.
std::optional<model::TlsVersion> highest_below_13(const model::TlsFacts& facts);
// In the order in which they were found, so that what is asked of them does not change as more is known.
Suites found(std::span<const model::Observation> seen, model::TlsVersion version);
// Its key exchange and key type, which decide what else a handshake shows.
std::string kind_of(std::uint32_t suite);
// One suite alone, read to ServerHelloDone.
model::HelloExchange flight_hello(const SurveyPlan& plan, model::TlsVersion version, std::uint32_t suite);
// One observation that shows a feature is enough.
void set_feature(model::TlsFacts& facts, const std::string& name, bool yes, const model::Observation& seen, std::string detail = "");

// survey_groups.cpp: the groups of the key exchange.
bool asks_groups(const SurveyPlan& plan);
// Whether a hello about a group shows this suite's flight too, so that none need be sent for it.
bool shown_by_group(const SurveyPlan& plan, model::TlsVersion version, std::uint32_t suite, std::span<const model::Observation> seen);
std::vector<model::HelloExchange> group_hellos(const SurveyPlan& plan, const model::TlsFacts& facts,
                                               std::span<const model::Observation> seen, bool begun);
void learn_groups(model::TlsFacts& facts, std::span<const model::Observation> seen);

// A pass that rests on refusals, where the survey contradicts itself: inconclusive.
model::Judgement in_contradiction(model::Judgement judgement, const model::TlsFacts& tls);

// survey_names.cpp: server names.
// The name in the survey's usual hellos.
std::string usual_name(std::span<const model::Observation> seen);
std::vector<model::HelloExchange> name_hellos(const SurveyPlan& plan, const model::TlsFacts& facts,
                                              std::span<const model::Observation> seen);
void learn_names(model::TlsFacts& facts, std::span<const model::Observation> seen);

// survey_features.cpp: key exchange parameters, extensions, signalling values, sessions. Until every version has
// answered once (begun), only what later answers will not ask otherwise.
std::vector<model::HelloExchange> feature_hellos(const SurveyPlan& plan, const model::TlsFacts& facts,
                                                 std::span<const model::Observation> seen, bool begun);
void learn_features(model::TlsFacts& facts, std::span<const model::Observation> seen);

}  // namespace probes
