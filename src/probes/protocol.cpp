// SPDX-License-Identifier: Apache-2.0
// Protocol versions: one raw hello, or a few, offers a version alone.
#include <fmt/format.h>

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

TlsVersion version_of(const model::Check& check) {
  return model::from_word<TlsVersion>(check.with.value("version", "")).value_or(TlsVersion::tls1_2);
}

model::Prepared prepare(const model::Check& check, const model::Subject& subject) {
  model::Prepared prepared;
  if (!subject.target.via_ssp.empty()) {
    prepared.settled = behind_ssp();
    return prepared;
  }
  const auto url = model::parse_url(subject.target.url);
  if (url)
    if (auto line = openssl_line(url->origin, server_name(subject, url->origin), version_of(check), ""))
      prepared.reproduce.push_back(*line);
  // No packaged OpenSSL speaks SSLv2 and SSLv3.
  if (url && prepared.reproduce.empty())
    prepared.reproduce.push_back(fmt::format("probity survey {} --hello {}:all", model::in_words(url->origin), word(version_of(check))));
  return prepared;
}

std::string state_in_words(const model::VersionFacts& facts) {
  switch (facts.state) {
    case HelloState::accepted: {
      std::string out = "accepted with " + model::suite_name(facts.accepted.front());
      if (facts.accepted.size() > 1) out += fmt::format(" and {} more", facts.accepted.size() - 1);
      return out;
    }
    case HelloState::refused: return "refused";
    case HelloState::closed: return "refused by closing the connection";
    case HelloState::no_answer: return "no answer that decides it";
    case HelloState::not_tested: return "not asked";
  }
  return "?";
}

Judgement unanswered(Judgement judgement) {
  judgement.verdict = Verdict::inconclusive;
  judgement.cause = Cause::timeout;
  judgement.because = "hellos stayed unanswered although known-good ones were answered";
  return judgement;
}

// 1.3 beside 1.2: a fact, a warning or a failure, as the profile says.
void judge_noted(Judgement& judgement, const std::string& version, const std::string& grade) {
  judgement.verdict = grade == "fail" ? Verdict::fail : grade == "pass" ? Verdict::pass : Verdict::warn;
  judgement.cause = grade == "fail"   ? Cause::assertion
                    : grade == "pass" ? Cause::none
                                      : Cause::deviation;
  judgement.because = version + " is offered although the specification lists TLS 1.2 only";
}

Judgement judge(const model::Trial& trial) {
  const std::string version = trial.check.with.value("version", "");
  const auto& facts = trial.tls.of(version_of(trial.check));
  const bool accepted = facts.state == HelloState::accepted;
  const auto kind = trial.check.expect.kind;
  Judgement judgement;
  judgement.layer = model::Layer::tls;
  judgement.expected = kind == model::Expectation::Kind::accepted ? version + " accepted" : version + " refused";
  judgement.observed = state_in_words(facts);
  for (const auto& [suite, id] : facts.evidence) judgement.evidence.push_back(id);
  if (judgement.evidence.empty()) judgement.evidence = facts.observations;
  if (facts.state == HelloState::not_tested)
    return settled(Verdict::inconclusive, Cause::tool, version + " was not asked for");
  if (facts.state == HelloState::no_answer) return unanswered(std::move(judgement));
  if (!accepted && !trial.tls.contradictions.empty()) return in_contradiction(std::move(judgement), trial.tls);
  judgement.verdict = Verdict::pass;
  if (kind == model::Expectation::Kind::noted) {
    if (accepted) judge_noted(judgement, version, trial.check.with.value("grade", "warn"));
  } else if (accepted != (kind == model::Expectation::Kind::accepted)) {
    judgement.verdict = Verdict::fail;
    judgement.cause = Cause::assertion;
    judgement.because = accepted ? "the target speaks " + version
                                 : "the target is alive and refuses " + version + " with every suite";
  }
  if (judgement.verdict == Verdict::fail) judgement.suspects = judgement.evidence;
  if (accepted && judgement.verdict != Verdict::pass) judgement.reproduce = hello_lines(judgement.evidence.front(), trial.everything);
  return judgement;
}

constexpr model::Parameter parameters[] = {
    {"version", model::Parameter::Type::text, true, "SSLv2 SSLv3 TLSv1.0 TLSv1.1 TLSv1.2 TLSv1.3", "offered alone"},
    {"grade", model::Parameter::Type::text, false, "warn fail pass",
     "with expect noted: what acceptance is worth (default warn)"},
};

}  // namespace

constinit const model::Probe protocol = {
    .name = "protocol",
    .about = "Offers one protocol version in raw ClientHellos, with every suite known, and looks for a ServerHello "
             "of that version. A refusal counts only while known-good hellos are answered, before and after.",
    .control = "a known-good hello",
    .parameters = parameters,
    .stage = model::Stage::survey,
    .prepare = prepare,
    .judge = judge,
};

}  // namespace probes
