// SPDX-License-Identifier: Apache-2.0
#include "probes/presented.hpp"

#include <utility>
#include <variant>

#include "probes/request_builder.hpp"
#include "probes/sni.hpp"

namespace probes {

using model::Cause;
using model::Judgement;
using model::Observation;
using model::Outcome;
using model::Verdict;

const model::CredentialInfo* find_credential(const model::Subject& subject, model::CredentialKind kind) {
  for (const auto& credential : subject.credentials)
    if (credential.kind == kind) return &credential;
  return nullptr;
}

model::Prepared apart_from_control(const model::Subject& subject) {
  model::Prepared prepared;
  if (!subject.target.via_ssp.empty()) {
    prepared.settled = behind_ssp();
    return prepared;
  }
  auto good = good_request(subject, base_interaction(subject));
  if (auto* judgement = std::get_if<Judgement>(&good); judgement != nullptr) {
    prepared.settled = std::move(*judgement);
    return prepared;
  }
  prepared.control = std::get<model::Control>(std::move(good));
  prepared.control->exchange.connection = model::Connection::fresh;
  return prepared;
}

std::optional<Judgement> not_presented(const Observation& seen, const model::CredentialInfo* credential) {
  if (seen.outcome == Outcome::not_sent || seen.outcome == Outcome::unreachable || seen.outcome == Outcome::timed_out)
    return std::nullopt;
  Judgement judgement = settled(Verdict::inconclusive, Cause::capability, "");
  judgement.observed = in_words(seen);
  judgement.expected = "refused";
  judgement.evidence = {seen.id};
  judgement.layer = seen.layer;
  if (credential == nullptr) {
    if (seen.tls.certificate_requested || served(seen)) return std::nullopt;
    judgement.cause = Cause::ambiguous;
    judgement.because = "the target never asked for a certificate, so this request cannot differ from the control in it";
    return judgement;
  }
  if (!seen.tls.certificate_requested) {
    judgement.because = "the target did not ask for a certificate, so this one was never shown";
  } else if (seen.tls.leaf_sent.empty() || seen.tls.leaf_sent != credential->leaf.sha256) {
    judgement.because = "the certificate did not leave our side";
  } else if (!seen.tls.verify_sent) {
    judgement.because = "the certificate left, but possession of its key was not proved";
  } else {
    return std::nullopt;
  }
  return judgement;
}

bool served(const Observation& seen) {
  return seen.outcome == Outcome::answered && seen.status >= 200 && seen.status <= 299;
}

}  // namespace probes
