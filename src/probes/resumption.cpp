// SPDX-License-Identifier: Apache-2.0
// Whether a TLS session is an entrance: begun with one credential, resumed with another or none.
#include "probes/families.hpp"
#include "probes/grading.hpp"
#include "probes/presented.hpp"

namespace probes {

namespace {

using model::Cause;
using model::CredentialKind;
using model::Judgement;
using model::Observation;
using model::Outcome;
using model::Session;
using model::Verdict;

bool began_with_valid(const model::Check& check) { return check.with.value("began", "") == "valid"; }

model::Prepared prepare(const model::Check& check, const model::Subject& subject) {
  model::Prepared prepared = apart_from_control(check, subject);
  if (prepared.settled) return prepared;
  model::HttpExchange http = prepared.control->exchange;
  http.session_of = began_with_valid(check) ? http.credential : std::string();
  http.credential.clear();
  if (const auto kind = model::from_word<CredentialKind>(check.with.value("resumed", "none")); kind && *kind != CredentialKind::none) {
    auto found = usable_credential(subject, *kind);
    if (auto* judgement = std::get_if<Judgement>(&found); judgement != nullptr) {
      prepared.settled = std::move(*judgement);
      return prepared;
    }
    http.credential = std::get<const model::CredentialInfo*>(found)->label;
  }
  prepared.asks.emplace_back(std::move(http));
  return prepared;
}

// Nothing was resumed, because there was nothing to resume.
Judgement judge_withheld(Judgement judgement, const model::Check& check, const Observation& seen) {
  judgement.layer = model::Layer::tls;
  if (began_with_valid(check) && (seen.status < 200 || seen.status > 299)) {
    judgement.because = "the connection with the valid credential, which was to begin the session, was not served";
    judgement.verdict = Verdict::inconclusive;
    judgement.cause = Cause::control;
    return judgement;
  }
  judgement.verdict = Verdict::pass;
  judgement.cause = Cause::none;
  judgement.because = began_with_valid(check) ? "the target gives no session that could be resumed"
                                              : "without a certificate there is no session to be had";
  return judgement;
}

// The session stands for the certificate it began with; how bad that is, the profile says.
Judgement judge_resumed(Judgement judgement, const model::Trial& trial) {
  if (!began_with_valid(trial.check)) {
    judgement.because = "a session begun without a certificate was resumed and served";
    return judgement;
  }
  const std::string grade = trial.subject.profile.text_parameter("resumption", "warn");
  judgement.because = "the session was resumed and served without a certificate being shown: one that has been revoked or has "
                      "expired since it began still gets in";
  if (grade == "fail") return judgement;
  judgement.suspects.clear();
  judgement.verdict = grade == "pass" ? Verdict::pass : Verdict::warn;
  judgement.cause = grade == "pass" ? Cause::none : Cause::deviation;
  return judgement;
}

Judgement judge(const model::Trial& trial) {
  const Observation& seen = trial.answers.back();
  Judgement judgement = judge_refusal(seen, trial.check.expect, Column::identity);
  judgement.ask_again = false;
  if (seen.tls.session == Session::withheld) return judge_withheld(std::move(judgement), trial.check, seen);
  if (seen.tls.session == Session::resumed && served(seen)) return judge_resumed(std::move(judgement), trial);
  if (seen.tls.session != Session::offered) return judgement;
  // Whom it serves after a full handshake is the question of the other checks, but for nobody at all.
  const bool shown = !seen.tls.leaf_sent.empty();
  if (judgement.verdict == Verdict::pass || (shown && served(seen))) {
    judgement.verdict = Verdict::pass;
    judgement.cause = Cause::none;
    judgement.suspects.clear();
    judgement.because = "the target made a full handshake instead";
  }
  return judgement;
}

constexpr model::Parameter parameters[] = {
    {"began", model::Parameter::Type::text, true, "valid none", "the credential the session begins with"},
    {"resumed", model::Parameter::Type::text, false, "none untrusted-ca", "the credential it is resumed with (default none)"},
    version_parameter(true, "the protocol version of both connections"),
};

}  // namespace

constinit const model::Probe resumption = {
    .name = "resumption",
    .about = "Makes the base request twice: once to begin a TLS session, once to resume it on a new connection with another "
             "credential or none. Nothing is resumed anywhere else in a run.",
    .control = "the base request with the valid credential, on fresh connections",
    .parameters = parameters,
    .stage = model::Stage::epoch,
    .prepare = prepare,
    .judge = judge,
};

}  // namespace probes
