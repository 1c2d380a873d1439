// SPDX-License-Identifier: Apache-2.0
#include "probes/presented.hpp"

#include <fmt/format.h>

#include <utility>

#include "probes/request_builder.hpp"
#include "probes/sni.hpp"

namespace probes {

using model::Cause;
using model::CredentialKind;
using model::Judgement;
using model::Observation;
using model::Outcome;
using model::Verdict;

namespace {

// What each kind is, and so what to ask the issuer of certificates for.
struct Wanted {
  CredentialKind kind;
  const char* obtain;
};
constexpr Wanted wanted[] = {
    {CredentialKind::expired, "one issued for the FQDN that has run out: an old certificate with its key will do"},
    {CredentialKind::not_yet_valid, "one issued for the FQDN with a start date in the future"},
    {CredentialKind::revoked, "one issued for the FQDN and since revoked, and the CRL that lists it"},
    {CredentialKind::wrong_fqdn, "one of the same CA for another FQDN: any other test system's"},
    {CredentialKind::other_client, "one of the same CA for a system that is entitled to other things"},
    {CredentialKind::missing_intermediate, "the valid certificate with the intermediate it is sent with"},
    {CredentialKind::key_mismatch, "a valid certificate with an RSA or EC key"},
};

std::string how_to_obtain(CredentialKind kind) {
  for (const auto& row : wanted)
    if (row.kind == kind) return row.obtain;
  return "one the CA makes for this test, or a lab's: `probity credentials mint` makes it where you have a CA's key";
}

}  // namespace

const model::CredentialInfo* find_credential(const model::Subject& subject, CredentialKind kind) {
  for (const auto& credential : subject.credentials)
    if (credential.kind == kind) return &credential;
  return nullptr;
}

std::variant<const model::CredentialInfo*, Judgement> usable_credential(const model::Subject& subject, CredentialKind kind) {
  const auto* credential = find_credential(subject, kind);
  if (credential == nullptr)
    return settled(Verdict::skipped, Cause::needs_input,
                   fmt::format("there is no credential of kind {}; obtain {}, and name it in kit.json", word(kind),
                               how_to_obtain(kind)));
  if (!credential->unusable.empty())
    return settled(Verdict::skipped, Cause::needs_input,
                   fmt::format("the credential {} is not what its kind says: {}", credential->label, credential->unusable));
  return credential;
}

model::Prepared apart_from_control(const model::Check& check, const model::Subject& subject) {
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
  auto& http = prepared.control->exchange;
  http.connection = model::Connection::fresh;
  http.only = model::from_word<model::TlsVersion>(check.with.value("version", ""));
  if (http.only) prepared.control->id += fmt::format("@{}", word(*http.only));
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

Judgement agreed(Judgement second, const Observation& first, const Observation& last) {
  second.ask_again = false;
  second.evidence.push_back(first.id);
  if (hung_up(first) == hung_up(last)) return second;
  second.verdict = Verdict::inconclusive;
  second.cause = Cause::ambiguous;
  second.because = "two tries ended differently";
  second.observed = in_words(first) + ", then " + in_words(last);
  second.suspects.clear();
  return second;
}

bool hung_up(const Observation& seen) { return seen.outcome == Outcome::closed || seen.outcome == Outcome::refused; }

}  // namespace probes
