// SPDX-License-Identifier: Apache-2.0
// Client certificates: the same request with a credential that must not get in, or whose fate is
// worth knowing.
#include <fmt/format.h>

#include "probes/families.hpp"
#include "probes/grading.hpp"
#include "probes/presented.hpp"
#include "probes/reproduce.hpp"
#include "probes/request_builder.hpp"

namespace probes {

namespace {

using model::Cause;
using model::CredentialKind;
using model::Judgement;
using model::Observation;
using model::Verdict;

CredentialKind kind_of(const model::Check& check) {
  return model::from_word<CredentialKind>(check.with.value("kind", "")).value_or(CredentialKind::none);
}

model::Prepared prepare(const model::Check& check, const model::Subject& subject) {
  model::Prepared prepared = apart_from_control(check, subject);
  if (prepared.settled) return prepared;
  model::HttpExchange http = prepared.control->exchange;
  http.credential.clear();
  bool in_files = true;   // what was made for this run alone lies in no file that a command could name
  if (const CredentialKind kind = kind_of(check); kind != CredentialKind::none) {
    auto found = usable_credential(subject, kind);
    if (auto* judgement = std::get_if<Judgement>(&found); judgement != nullptr) {
      prepared.settled = std::move(*judgement);
      return prepared;
    }
    const auto* credential = std::get<const model::CredentialInfo*>(found);
    http.credential = credential->label;
    in_files = !credential->cert_file.empty();
  }
  if (in_files) prepared.reproduce.push_back(curl_line(http, subject.credentials));
  prepared.asks.emplace_back(std::move(http));
  return prepared;
}

void explain_revocation(Judgement& judgement, const model::Subject& subject) {
  if (judgement.verdict != Verdict::fail) return;
  const std::string lists = subject.lists.empty() ? "the CRL that lists it" : std::string(subject.lists);
  if (subject.revocation == model::Revocation::unknown) {
    judgement.verdict = Verdict::inconclusive;
    judgement.cause = Cause::ambiguous;
    judgement.suspects.clear();
    judgement.because = "served, but the kit does not say how the target learns of the revocation: set \"revocation\" in "
                        "kit.json to installed or published";
  } else if (subject.revocation == model::Revocation::installed) {
    judgement.because = "served although its revocation is installed: the target must have loaded " + lists;
  } else {
    judgement.because = "served although its revocation is published: the target must fetch and heed " + lists;
  }
}

// Nothing in the specification decides this kind: `served` and `refused` say what either is worth.
Judgement judge_noted(const model::Trial& trial, const Observation& seen) {
  Judgement judgement = judge_refusal(seen, trial.check.expect, Column::identity);
  const bool was_served = served(seen);
  const bool was_refused = judgement.verdict == Verdict::pass || judgement.verdict == Verdict::warn ||
                           (judgement.verdict == Verdict::fail && !was_served);
  if (!was_served && !was_refused) return judgement;  // silence, redirects and the like decide nothing
  judgement.suspects.clear();
  if (judgement.verdict == Verdict::fail && !was_served) {  // a server error is no refusal, but breaks no row either
    judgement.verdict = Verdict::warn;
    judgement.cause = Cause::deviation;
    return judgement;
  }
  const bool passes = trial.check.with.value(was_served ? "served" : "refused", "pass") == "pass";
  judgement.verdict = passes ? Verdict::pass : Verdict::warn;
  judgement.cause = passes ? Cause::none : Cause::deviation;
  judgement.because = was_served ? "the target serves it" : "the target refuses it";
  if (!passes) judgement.because += "; neither document names this case";
  return judgement;
}

Judgement judge_one(const model::Trial& trial, const Observation& seen, CredentialKind kind) {
  if (trial.check.expect.kind == model::Expectation::Kind::noted) return judge_noted(trial, seen);
  Judgement judgement = judge_refusal(seen, trial.check.expect, Column::identity);
  if (kind == CredentialKind::revoked) explain_revocation(judgement, trial.subject);
  return judgement;
}

Judgement judge(const model::Trial& trial) {
  const CredentialKind kind = kind_of(trial.check);
  const Observation& first = trial.answers.front();
  const Observation& last = trial.answers.back();
  const auto* credential = kind == CredentialKind::none ? nullptr : find_credential(trial.subject, kind);
  if (auto judgement = not_presented(last, credential)) return *judgement;
  Judgement judgement = judge_one(trial, last, kind);
  return trial.answers.size() < 2 ? judgement : agreed(std::move(judgement), first, last);
}

constexpr model::Parameter parameters[] = {
    {"kind", model::Parameter::Type::text, true,
     "none expired not-yet-valid revoked wrong-fqdn untrusted-ca lookalike-ca self-signed tampered-signature "
     "key-mismatch other-client valid-cn-only valid-san-only fqdn-suffix fqdn-nul fqdn-wildcard "
     "fqdn-cn-only-wrong-san missing-intermediate expired-intermediate revoked-intermediate wrong-eku ca-as-leaf "
     "non-ca-issuer weak-key weak-signature unknown-critical-extension",
     "what is wrong with the client certificate"},
    version_parameter(false, "the one protocol version spoken (default: what the target chooses)"),
    {"served", model::Parameter::Type::text, false, "pass warn", "with expect noted: what serving it is worth (default pass)"},
    {"refused", model::Parameter::Type::text, false, "pass warn", "with expect noted: what refusing it is worth (default pass)"},
};

}  // namespace

constinit const model::Probe credential = {
    .name = "credential",
    .about = "Repeats the base request on a connection of its own with a client certificate of the given kind, or none. "
             "The certificate and the proof of its key must really have left, as OpenSSL's message callback saw them; "
             "the layer at which the target stopped it is part of the finding.",
    .control = "the same request with the valid credential, on fresh connections",
    .parameters = parameters,
    .stage = model::Stage::epoch,
    .prepare = prepare,
    .judge = judge,
};

}  // namespace probes
