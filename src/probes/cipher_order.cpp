// SPDX-License-Identifier: Apache-2.0
// Whose order of cipher suites counts at TLS 1.2, and whether groups of suites come in the order of
// the specification's list.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "probes/families.hpp"
#include "probes/reproduce.hpp"
#include "probes/request_builder.hpp"
#include "probes/sni.hpp"
#include "probes/survey_parts.hpp"

namespace probes {

namespace {

using model::Cause;
using model::HelloState;
using model::Judgement;
using model::Preference;
using model::TlsVersion;
using model::Verdict;

constexpr std::array group_names = {"group_1", "group_2", "group_3", "group_4"};

model::Prepared prepare(const model::Check& /*check*/, const model::Subject& subject) {
  model::Prepared prepared;
  if (!subject.target.via_ssp.empty()) {
    prepared.settled = behind_ssp();
    return prepared;
  }
  const auto url = model::parse_url(subject.target.url);
  if (url) prepared.reproduce.push_back("probity survey " + model::in_words(url->origin));
  return prepared;
}

// The first group of the list that holds the suite; nothing for suites outside it.
std::optional<std::size_t> group_of(const model::Check& check, std::uint32_t code) {
  for (std::size_t i = 0; i < group_names.size(); ++i) {
    if (!check.with.contains(group_names[i])) continue;
    for (const auto& name : check.with[group_names[i]])
      if (const auto* suite = model::find_suite(name.get<std::string>()); suite != nullptr && suite->code == code) return i;
  }
  return std::nullopt;
}

// A suite that stands before one of an earlier group, and that one.
std::optional<std::pair<std::uint32_t, std::uint32_t>> out_of_order(const model::Check& check, const std::vector<std::uint32_t>& order) {
  for (std::size_t i = 0; i < order.size(); ++i)
    for (std::size_t j = i + 1; j < order.size(); ++j) {
      const auto before = group_of(check, order[i]);
      const auto after = group_of(check, order[j]);
      if (before && after && *after < *before) return std::pair{order[i], order[j]};
    }
  return std::nullopt;
}

std::string in_words(const std::vector<std::uint32_t>& order) {
  std::string out;
  for (const auto code : order) out += (out.empty() ? "" : ", ") + model::suite_name(code);
  return out;
}

Judgement broken(Judgement judgement, std::string suspect, std::string because) {
  judgement.verdict = Verdict::fail;
  judgement.cause = Cause::assertion;
  judgement.because = std::move(because);
  judgement.suspects = {std::move(suspect)};
  return judgement;
}

// The answer that put a suite before its neighbour of an earlier group, or, where suites of no group stand
// between, the first on the way.
std::string suspect_of(const model::Trial& trial, const model::VersionFacts& facts, std::pair<std::uint32_t, std::uint32_t> wrong) {
  const auto from = std::find(facts.accepted.begin(), facts.accepted.end(), wrong.first);
  const auto to = std::find(from, facts.accepted.end(), wrong.second);
  const auto falls = [&](std::uint32_t former, std::uint32_t latter) {
    const auto before = group_of(trial.check, former);
    const auto after = group_of(trial.check, latter);
    return before && after && *after < *before;
  };
  const auto step = std::adjacent_find(from, std::next(to), falls);
  const auto at = step == std::next(to) ? from : step;
  const auto* shown = shows_before(facts, TlsVersion::tls1_2, trial.everything, *at, *std::next(at));
  return shown == nullptr ? facts.order_evidence.back() : shown->id;
}

Judgement judge_server_order(const model::Trial& trial, Judgement judgement, const model::VersionFacts& facts) {
  const model::Check& check = trial.check;
  judgement.observed = facts.ordered ? "the server's order: " + in_words(facts.accepted) : "the server's order counts";
  if (!facts.ordered) {
    judgement.verdict = Verdict::inconclusive;
    judgement.cause = Cause::ambiguous;
    judgement.because = "the server's order counts, but which it is stayed open";
    return judgement;
  }
  if (const auto pair = out_of_order(check, facts.accepted))
    return broken(std::move(judgement), suspect_of(trial, facts, *pair),
                  fmt::format("{} comes before {}, which is of an earlier group", model::suite_name(pair->first), model::suite_name(pair->second)));
  judgement.verdict = Verdict::pass;
  return judgement;
}

Judgement judge_order(const model::Trial& trial) {
  const auto& facts = trial.tls.of(TlsVersion::tls1_2);
  Judgement judgement;
  judgement.layer = model::Layer::tls;
  judgement.expected = "the server's order counts, and groups come in the order of the list";
  judgement.evidence = facts.order_evidence;
  if (facts.state == HelloState::not_tested) return settled(Verdict::inconclusive, Cause::tool, "no suites were asked for");
  if (facts.state != HelloState::accepted)
    return settled(Verdict::inconclusive, Cause::blocked_by, "TLS 1.2 was not accepted with any suite (transport.accepts-tlsv1-2)");
  if (facts.accepted.size() < 2)
    return settled(Verdict::skipped, Cause::not_applicable, "one suite is accepted at TLS 1.2: there is no order");
  switch (facts.preference) {
    case Preference::server: return judge_server_order(trial, std::move(judgement), facts);
    case Preference::client:
      judgement.observed = "the suite that the client names first is chosen";
      return broken(std::move(judgement), facts.order_evidence.back(), "the order of the client counts");
    case Preference::unclear:
      judgement.observed = "answers that fit neither the server's order nor the client's";
      judgement.verdict = Verdict::inconclusive;
      judgement.cause = Cause::ambiguous;
      judgement.because = "several machines may answer under this address";
      return judgement;
    case Preference::not_tested: break;
  }
  judgement.verdict = Verdict::inconclusive;
  judgement.cause = Cause::timeout;
  judgement.because = "the hellos that tell the order were not answered";
  return judgement;
}

Judgement judge(const model::Trial& trial) {
  Judgement judgement = judge_order(trial);
  if (judgement.verdict != Verdict::fail) return judgement;
  // The hello that shows it first.
  std::vector<std::string> shown = judgement.suspects;
  for (const auto& id : judgement.evidence)
    if (!shown.empty() && id != shown.front()) shown.push_back(id);
  for (const auto& id : shown) {
    constexpr std::size_t enough = 2;
    if (judgement.reproduce.size() < enough)
      for (auto& line : hello_lines(id, trial.everything)) judgement.reproduce.push_back(std::move(line));
  }
  return judgement;
}

constexpr model::Parameter parameters[] = {
    {"group_1", model::Parameter::Type::texts, true, "", "the suites of the most preferred group, by IANA name"},
    {"group_2", model::Parameter::Type::texts, false, "", "of the next"},
    {"group_3", model::Parameter::Type::texts, false, "", "of the next"},
    {"group_4", model::Parameter::Type::texts, false, "", "of the next"},
};

}  // namespace

constinit const model::Probe cipher_order = {
    .name = "cipher-order",
    .about = "Offers the accepted suites forward and backward, ChaCha20 last both times: the same answer is the server's order, "
             "the first of each is the client's. Then puts neighbouring suites to the server in twos, the lesser first. "
             "Inside a group the order is not judged.",
    .control = "a known-good hello",
    .parameters = parameters,
    .stage = model::Stage::survey,
    .prepare = prepare,
    .judge = judge,
};

}  // namespace probes
