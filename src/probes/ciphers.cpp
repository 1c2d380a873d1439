// SPDX-License-Identifier: Apache-2.0
// Cipher suites at TLS 1.2 and below, judged on the survey's facts.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
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
using model::TlsVersion;
using model::Verdict;

constexpr std::array judged_versions = {TlsVersion::ssl3, TlsVersion::tls1_0, TlsVersion::tls1_1, TlsVersion::tls1_2};

std::set<std::uint32_t> codes_in(const base::Json& names) {
  std::set<std::uint32_t> codes;
  for (const auto& name : names)
    if (const auto* suite = model::find_suite(name.get<std::string>()); suite != nullptr) codes.insert(suite->code);
  return codes;
}

model::Prepared prepare(const model::Check& check, const model::Subject& subject) {
  model::Prepared prepared;
  if (!subject.target.via_ssp.empty()) {
    prepared.settled = behind_ssp();
    return prepared;
  }
  const auto& names = check.with.contains("suites") ? check.with["suites"] : check.with.value("allowed", base::Json::array());
  std::vector<std::string> openssl;
  for (const auto& name : names) {
    const auto* suite = model::find_suite(name.get<std::string>());
    if (suite == nullptr) {
      prepared.settled = settled(Verdict::inconclusive, Cause::tool,
                                 fmt::format("the suite table does not know {}", name.get<std::string>()));
      return prepared;
    }
    if (!suite->openssl_name.empty()) openssl.emplace_back(suite->openssl_name);
  }
  const auto url = model::parse_url(subject.target.url);
  const bool group = check.with.contains("suites");
  if (url)
    if (auto line = openssl_line(url->origin, server_name(subject, url->origin), TlsVersion::tls1_2,
                                 group ? base::join(openssl, ":") : "ALL:COMPLEMENTOFALL:!" + base::join(openssl, ":!")))
      prepared.reproduce.push_back(*line);
  // OpenSSL no longer has the oldest suites.
  if (url && !group) prepared.reproduce.push_back("probity survey " + model::in_words(url->origin));
  return prepared;
}

// Why a suite has no place on any list, in a few words.
std::string weakness(const model::Suite& suite) {
  const std::string known = model::weakness_in_words(suite);
  return known.empty() ? "not listed" : known;
}

std::string suite_in_words(TlsVersion version, std::uint32_t code) {
  const auto* suite = model::find_suite(code);
  if (suite == nullptr) return fmt::format("{} {}", word(version), model::code_text(code));
  return fmt::format("{} {} ({})", word(version), suite->name, weakness(*suite));
}

std::string list_in_words(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 12;
  if (names.size() <= shown) return base::join(names, ", ");
  return base::join(std::span(names).first(shown), ", ") + fmt::format(" and {} more", names.size() - shown);
}

// The suite may have been offered among others at first.
std::string alone(const model::Subject& subject, TlsVersion version, std::uint32_t code) {
  const auto url = model::parse_url(subject.target.url);
  return url ? hello_line({url->origin, server_name(subject, url->origin), {version}, {code}}) : "";
}

Judgement judge_list(const model::Trial& trial) {
  constexpr std::size_t shown_alone = 3;
  const auto allowed = codes_in(trial.check.with.at("allowed"));
  Judgement judgement;
  judgement.layer = model::Layer::tls;
  judgement.expected = fmt::format("none but the {} suites of the list", allowed.size());
  std::vector<std::string> unlisted;
  std::size_t unanswered = 0;
  bool asked = false;
  for (const auto version : judged_versions) {
    const auto& facts = trial.tls.of(version);
    asked = asked || facts.state != HelloState::not_tested;
    for (const auto code : facts.accepted) {
      if (allowed.contains(code)) continue;
      unlisted.push_back(suite_in_words(version, code));
      if (judgement.reproduce.size() < shown_alone) judgement.reproduce.push_back(alone(trial.subject, version, code));
      judgement.suspects.push_back(facts.evidence.at(code));
    }
    unanswered += static_cast<std::size_t>(std::count_if(facts.unanswered.begin(), facts.unanswered.end(),
                                                         [&](std::uint32_t code) { return !allowed.contains(code); }));
    for (const auto& [code, id] : facts.evidence) judgement.evidence.push_back(id);
  }
  if (!asked) return settled(Verdict::inconclusive, Cause::tool, "no suites were asked for");
  if (!unlisted.empty()) {
    judgement.evidence = judgement.suspects;
    judgement.verdict = Verdict::fail;
    judgement.cause = Cause::assertion;
    judgement.observed = "accepted: " + list_in_words(unlisted);
    judgement.because = base::counted(unlisted.size(), "suite") + " outside the list accepted";
    return judgement;
  }
  judgement.observed = "no suite outside the list accepted";
  if (!trial.tls.contradictions.empty()) return in_contradiction(std::move(judgement), trial.tls);
  if (unanswered == 0) {
    judgement.verdict = Verdict::pass;
    return judgement;
  }
  judgement.verdict = Verdict::inconclusive;
  judgement.cause = Cause::timeout;
  judgement.because = base::counted(unanswered, "suite") + " outside the list stayed unanswered";
  return judgement;
}

// The suites of a group that the target's key types allow (GPC-CIP-1).
std::vector<std::uint32_t> fitting(const std::set<std::uint32_t>& group, const std::set<std::string>& key_types) {
  std::vector<std::uint32_t> out;
  for (const auto code : group)
    if (key_types.empty() || key_types.contains(std::string(model::find_suite(code)->authentication))) out.push_back(code);
  return out;
}

// The TLS 1.2 hellos that offered nothing but these suites, known-good ones apart.
std::vector<std::string> hellos_with(const std::vector<std::uint32_t>& suites, std::span<const model::Observation> everything) {
  std::vector<std::string> ids;
  for (const auto& seen : everything) {
    const auto* hello = std::get_if<model::HelloExchange>(&seen.exchange);
    if (hello == nullptr || hello->versions != std::vector{TlsVersion::tls1_2} || seen.id.starts_with(known_good_prefix)) continue;
    const auto offered = [&](std::uint32_t code) { return std::find(suites.begin(), suites.end(), code) != suites.end(); };
    if (!hello->suites.empty() && std::all_of(hello->suites.begin(), hello->suites.end(), offered)) ids.push_back(seen.id);
  }
  return ids;
}

Judgement judge_group(const model::Trial& trial) {
  const std::string name = trial.check.with.value("group", "");
  const auto group = codes_in(trial.check.with.at("suites"));
  const auto& facts = trial.tls.of(TlsVersion::tls1_2);
  Judgement judgement;
  judgement.layer = model::Layer::tls;
  judgement.expected = "a suite of " + name + " accepted at TLS 1.2";
  if (facts.state == HelloState::not_tested)
    return settled(Verdict::inconclusive, Cause::tool, "no suites were asked for");
  if (facts.state != HelloState::accepted)
    return settled(Verdict::inconclusive, Cause::blocked_by,
                   "TLS 1.2 was not accepted with any suite (transport.accepts-tlsv1-2)");
  std::vector<std::string> accepted;
  for (const auto code : facts.accepted) {
    if (!group.contains(code)) continue;
    accepted.push_back(model::suite_name(code));
    judgement.evidence.push_back(facts.evidence.at(code));
  }
  if (!accepted.empty()) {
    judgement.verdict = Verdict::pass;
    judgement.observed = "accepted: " + list_in_words(accepted);
    return judgement;
  }
  const auto candidates = fitting(group, trial.tls.authentication);
  const std::string keys = base::join(std::vector<std::string>(trial.tls.authentication.begin(), trial.tls.authentication.end()), " and ");
  if (candidates.empty())
    return settled(Verdict::skipped, Cause::not_applicable, fmt::format("no suite of {} fits the target's {} key", name, keys));
  judgement.observed = "no suite of the group accepted";
  const bool open = std::any_of(candidates.begin(), candidates.end(),
                                [&](std::uint32_t code) { return facts.unanswered.contains(code); });
  judgement.verdict = open ? Verdict::inconclusive : Verdict::fail;
  judgement.cause = open ? Cause::timeout : Cause::assertion;
  judgement.because = open ? "hellos with suites of the group stayed unanswered"
                           : fmt::format("{} of the group would fit the target's key and none is accepted",
                                         base::counted(candidates.size(), "suite"));
  judgement.evidence = facts.observations;
  if (!open) judgement.suspects = hellos_with(candidates, trial.everything);
  return judgement;
}

constexpr model::Parameter list_parameters[] = {
    {"allowed", model::Parameter::Type::texts, true, "", "the suites that may be accepted, by IANA name"}};
constexpr model::Parameter group_parameters[] = {
    {"group", model::Parameter::Type::text, true, "", "the group's name in the specification"},
    {"suites", model::Parameter::Type::texts, true, "", "its suites, by IANA name"}};

}  // namespace

constinit const model::Probe cipher_list = {
    .name = "cipher-list",
    .about = "Offers every known suite at SSLv3 to TLS 1.2 in raw ClientHellos: those of the list alone, all others in "
             "groups that a sound server refuses whole. Groups that answer are taken apart suite by suite.",
    .control = "a known-good hello",
    .parameters = list_parameters,
    .stage = model::Stage::survey,
    .prepare = prepare,
    .judge = judge_list,
};

constinit const model::Probe cipher_group = {
    .name = "cipher-group",
    .about = "Offers each suite of the group alone at TLS 1.2; one that the target accepts is enough. Suites that its "
             "key type cannot serve do not count.",
    .control = "a known-good hello",
    .parameters = group_parameters,
    .stage = model::Stage::survey,
    .prepare = prepare,
    .judge = judge_group,
};

}  // namespace probes
