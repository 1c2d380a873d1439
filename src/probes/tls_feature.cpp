// SPDX-License-Identifier: Apache-2.0
// What a good handshake should show, and should not, beside versions and suites. Neither document
// asks for it: a deviation warns.
#include <fmt/format.h>

#include <algorithm>

#include "model/tls_names.hpp"
#include "probes/families.hpp"
#include "probes/reproduce.hpp"
#include "probes/request_builder.hpp"
#include "probes/sni.hpp"

namespace probes {

namespace {

using model::Cause;
using model::Feature;
using model::HelloState;
using model::Judgement;
using model::TlsVersion;
using model::Verdict;

model::Prepared prepare(const model::Check& /*check*/, const model::Subject& subject) {
  model::Prepared prepared;
  if (!subject.target.via_ssp.empty()) prepared.settled = behind_ssp();
  const auto url = model::parse_url(subject.target.url);
  if (url) prepared.reproduce.push_back("probity survey " + model::in_words(url->origin));
  return prepared;
}

bool surveyed(const model::TlsFacts& tls) { return tls.of(TlsVersion::tls1_2).state != HelloState::not_tested; }

std::size_t versions_on(const model::TlsFacts& tls, TlsVersion lowest, TlsVersion highest) {
  std::size_t count = 0;
  for (const auto& [version, facts] : tls.versions)
    if (version >= lowest && version <= highest && !facts.accepted.empty()) ++count;
  return count;
}

bool anything_unanswered(const model::TlsFacts& tls) {
  return std::any_of(tls.versions.begin(), tls.versions.end(), [](const auto& entry) { return !entry.second.unanswered.empty(); });
}

// Why there is nothing to judge.
Judgement unknown(const model::Trial& trial, const std::string& feature) {
  if (!surveyed(trial.tls)) return settled(Verdict::inconclusive, Cause::tool, "nothing was asked");
  if (anything_unanswered(trial.tls)) return settled(Verdict::inconclusive, Cause::timeout, "hellos that would show it stayed unanswered");
  if (feature == "fallback-scsv" && versions_on(trial.tls, TlsVersion::tls1_0, TlsVersion::tls1_3) < 2)
    return settled(Verdict::skipped, Cause::not_applicable, "the target speaks one version: there is none to fall back to");
  if (versions_on(trial.tls, TlsVersion::tls1_0, TlsVersion::tls1_2) == 0)
    return settled(Verdict::skipped, Cause::not_applicable, "the target speaks no version that has it to choose");
  return settled(Verdict::inconclusive, Cause::timeout, "the hello that would show it was not answered as before");
}

Judgement judge_feature(const model::Trial& trial) {
  const std::string name = trial.check.with.value("feature", "");
  const auto wanted = trial.check.with.value("wanted", "yes") == "yes" ? Feature::State::yes : Feature::State::no;
  const auto& feature = trial.tls.feature(name);
  if (feature.state == Feature::State::unknown) return unknown(trial, name);
  Judgement judgement;
  judgement.layer = model::Layer::tls;
  judgement.expected = fmt::format("{}: {}", name, word(wanted));
  judgement.observed = fmt::format("{}: {}{}", name, word(feature.state), feature.detail.empty() ? "" : " (" + feature.detail + ")");
  judgement.evidence = {feature.observation};
  judgement.verdict = Verdict::pass;
  if (feature.state == wanted) return judgement;
  judgement.reproduce = hello_lines(feature.observation, trial.everything);
  judgement.verdict = Verdict::warn;
  judgement.cause = Cause::deviation;
  judgement.because = wanted == Feature::State::yes ? "the target does not do this" : "the target does this";
  return judgement;
}

Judgement judge_dh(const model::Trial& trial) {
  const int least = trial.check.with.value("least", 2048);
  if (!trial.tls.dh) {
    if (!surveyed(trial.tls) || anything_unanswered(trial.tls)) return unknown(trial, "");
    return settled(Verdict::skipped, Cause::not_applicable, "no finite-field key exchange was accepted");
  }
  const auto& dh = *trial.tls.dh;
  Judgement judgement;
  judgement.layer = model::Layer::tls;
  judgement.expected = fmt::format("primes of {} bits or more, with no known flaw", least);
  constexpr std::size_t digest = 64;
  judgement.observed = fmt::format("{} bits, {}", dh.bits, dh.prime.size() == digest ? "a prime of its own" : dh.prime);
  judgement.evidence = {dh.observation};
  const std::string flaw = model::prime_weakness(dh.prime);
  const bool good = dh.bits >= least && flaw.empty();
  judgement.verdict = good ? Verdict::pass : Verdict::warn;
  if (good) return judgement;
  judgement.reproduce = hello_lines(dh.observation, trial.everything);
  judgement.cause = Cause::deviation;
  judgement.because = !flaw.empty() ? "the prime is " + flaw : dh.prime.size() == digest ? "the prime is too small"
                                                : "the prime is too small, and shared with so many servers that breaking it pays";
  return judgement;
}

constexpr model::Parameter feature_parameters[] = {
    {"feature", model::Parameter::Type::text, true,
     "compression secure-renegotiation extended-master-secret fallback-scsv encrypt-then-mac ocsp-stapling session-ticket "
     "session-id post-quantum-group sni-warning",
     "what is looked at"},
    {"wanted", model::Parameter::Type::text, false, "yes no", "whether the target should do it (default yes)"},
};
constexpr model::Parameter dh_parameters[] = {
    {"least", model::Parameter::Type::number, false, "", "bits of the smallest prime that will do (default 2048)"}};

}  // namespace

constinit const model::Probe tls_feature = {
    .name = "tls-feature",
    .about = "Reads it from the server's answers to raw ClientHellos that offer it, as far as ServerHelloDone.",
    .control = "a known-good hello",
    .parameters = feature_parameters,
    .stage = model::Stage::survey,
    .prepare = prepare,
    .judge = judge_feature,
};

constinit const model::Probe dh_size = {
    .name = "dh-size",
    .about = "Reads the prime of the server's key exchange for one accepted suite of each finite-field kind.",
    .control = "a known-good hello",
    .parameters = dh_parameters,
    .stage = model::Stage::survey,
    .prepare = prepare,
    .judge = judge_dh,
};

}  // namespace probes
