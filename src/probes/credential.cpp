// SPDX-License-Identifier: Apache-2.0
// Client certificates: the same request with a credential that must not get in.
#include <fmt/format.h>

#include "probes/families.hpp"
#include "probes/grading.hpp"
#include "probes/reproduce.hpp"
#include "probes/request_builder.hpp"
#include "probes/sni.hpp"

namespace probes {

namespace {

using model::Cause;
using model::CredentialKind;
using model::Judgement;
using model::Observation;
using model::Outcome;
using model::Verdict;

CredentialKind kind_of(const model::Check& check) {
  return model::from_word<CredentialKind>(check.with.value("kind", "")).value_or(CredentialKind::none);
}

const model::CredentialInfo* find(const model::Subject& subject, CredentialKind kind) {
  for (const auto& credential : subject.credentials)
    if (credential.kind == kind) return &credential;
  return nullptr;
}

// Why the kit cannot answer this check, if so.
std::optional<Judgement> missing(const model::Subject& subject, CredentialKind kind) {
  if (kind == CredentialKind::none) return std::nullopt;
  const auto* credential = find(subject, kind);
  if (credential == nullptr)
    return settled(Verdict::skipped, Cause::needs_input,
                   fmt::format("the kit has no credential of kind {}; obtain one from the CA, or mint a lab kit with "
                               "`probity credentials mint`",
                               word(kind)));
  if (!credential->unusable.empty())
    return settled(Verdict::skipped, Cause::needs_input,
                   fmt::format("the credential {} is not what its kind says: {}", credential->label, credential->unusable));
  return std::nullopt;
}

model::Prepared prepare(const model::Check& check, const model::Subject& subject) {
  model::Prepared prepared;
  const CredentialKind kind = kind_of(check);
  if (!subject.target.via_ssp.empty()) {
    prepared.settled = behind_ssp();
    return prepared;
  }
  auto good = good_request(subject, base_interaction(subject));
  if (auto* judgement = std::get_if<Judgement>(&good); judgement != nullptr) {
    prepared.settled = std::move(*judgement);
    return prepared;
  }
  if (auto judgement = missing(subject, kind)) {
    prepared.settled = std::move(*judgement);
    return prepared;
  }
  prepared.control = std::get<model::Control>(std::move(good));
  // Both on connections of their own: what a kept connection has authenticated proves nothing.
  prepared.control->exchange.connection = model::Connection::fresh;
  model::HttpExchange http = prepared.control->exchange;
  http.credential = kind == CredentialKind::none ? "" : find(subject, kind)->label;
  prepared.reproduce.push_back(curl_line(http, subject.credentials));
  prepared.asks.emplace_back(std::move(http));
  return prepared;
}

bool hung_up(const Observation& seen) { return seen.outcome == Outcome::closed || seen.outcome == Outcome::refused; }

// Whether the credential in question really reached the target.
std::optional<Judgement> not_presented(const model::Trial& trial, const Observation& seen, CredentialKind kind) {
  if (seen.outcome == Outcome::not_sent || seen.outcome == Outcome::unreachable || seen.outcome == Outcome::timed_out)
    return std::nullopt;  // the grading table has rows for these
  Judgement judgement = settled(Verdict::inconclusive, Cause::capability, "");
  judgement.observed = in_words(seen);
  judgement.expected = "refused";
  judgement.evidence = {seen.id};
  judgement.layer = seen.layer;
  if (kind == CredentialKind::none) {
    if (seen.tls.certificate_requested || (seen.status >= 200 && seen.status < 300)) return std::nullopt;
    judgement.cause = Cause::ambiguous;
    judgement.because = "the target never asked for a certificate, so this request cannot differ from the control in it";
    return judgement;
  }
  const auto* credential = find(trial.subject, kind);
  if (!seen.tls.certificate_requested) {
    judgement.because = "the target did not ask for a certificate, so this one was never shown";
  } else if (seen.tls.leaf_sent.empty() || (credential != nullptr && seen.tls.leaf_sent != credential->leaf.sha256)) {
    judgement.because = "the certificate did not leave our side";
  } else if (!seen.tls.verify_sent) {
    judgement.because = "the certificate left, but possession of its key was not proved";
  } else {
    return std::nullopt;
  }
  return judgement;
}

void explain_revocation(Judgement& judgement, model::Revocation revocation) {
  if (judgement.verdict != Verdict::fail) return;
  if (revocation == model::Revocation::unknown) {
    judgement.verdict = Verdict::inconclusive;
    judgement.cause = Cause::ambiguous;
    judgement.suspects.clear();
    judgement.because = "served, but the kit does not say that the target can know of the revocation (kit.json, revocation)";
  } else {
    judgement.because = fmt::format("served although its revocation is {}: the target must have loaded the kit's CRL",
                                    word(revocation));
  }
}

Judgement judge(const model::Trial& trial) {
  const CredentialKind kind = kind_of(trial.check);
  const Observation& first = trial.answers.front();
  const Observation& last = trial.answers.back();
  if (auto judgement = not_presented(trial, last, kind)) return *judgement;
  Judgement judgement = judge_refusal(last, trial.check.expect, Column::identity);
  if (kind == CredentialKind::revoked) explain_revocation(judgement, trial.subject.revocation);
  if (trial.answers.size() < 2) return judgement;
  // A bare close was asked again: both outcomes are kept, and they must agree.
  judgement.ask_again = false;
  judgement.evidence = {last.id, first.id};
  if (hung_up(first) == hung_up(last)) return judgement;
  Judgement split = settled(Verdict::inconclusive, Cause::ambiguous, "two tries ended differently");
  split.expected = judgement.expected;
  split.observed = in_words(first) + ", then " + in_words(last);
  split.evidence = judgement.evidence;
  split.layer = judgement.layer;
  return split;
}

constexpr model::Parameter parameters[] = {
    {"kind", model::Parameter::Type::text, true,
     "none expired not-yet-valid revoked wrong-fqdn untrusted-ca lookalike-ca self-signed tampered-signature "
     "key-mismatch other-client fqdn-suffix fqdn-nul fqdn-wildcard fqdn-cn-only-wrong-san expired-intermediate "
     "revoked-intermediate wrong-eku ca-as-leaf non-ca-issuer weak-key weak-signature unknown-critical-extension",
     "what is wrong with the client certificate"},
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
