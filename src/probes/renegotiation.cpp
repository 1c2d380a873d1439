// SPDX-License-Identifier: Apache-2.0
// Whether a client may have the handshake made again on the same connection (TLS 1.2 and before): it
// costs the server far more than the client, and was the way in of CVE-2009-3555.
#include <fmt/format.h>

#include "probes/families.hpp"
#include "probes/request_builder.hpp"
#include "probes/sni.hpp"

namespace probes {

namespace {

using model::Cause;
using model::Judgement;
using model::Observation;
using model::Outcome;
using model::Renegotiation;
using model::TlsVersion;
using model::Verdict;

TlsVersion version_of(const model::Check& check) {
  return model::from_word<TlsVersion>(check.with.value("version", "")).value_or(TlsVersion::tls1_2);
}

model::Prepared prepare(const model::Check& check, const model::Subject& subject) {
  model::Prepared prepared;
  prepared.beside_survey = true;
  const auto url = model::parse_url(subject.target.url);
  if (!subject.target.via_ssp.empty()) {
    prepared.settled = behind_ssp();
    return prepared;
  }
  if (!url) return prepared;
  model::HandshakeExchange handshake;
  handshake.origin = url->origin;
  handshake.server_name = server_name(subject, url->origin);
  handshake.credential = valid_credential(subject).value_or("");
  handshake.only = version_of(check);
  handshake.renegotiates = true;
  prepared.asks.emplace_back(std::move(handshake));
  // A line that begins with R makes s_client ask for it.
  const bool v6 = url->origin.host.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + url->origin.host + "]" : url->origin.host;
  prepared.reproduce.push_back(fmt::format("(echo R; sleep 2) | openssl s_client -connect {}:{} -{}", host, url->origin.port,
                                           version_of(check) == TlsVersion::tls1_2 ? "tls1_2" : "tls1"));
  return prepared;
}

// No handshake, no wish: what that means.
Judgement judge_unasked(const Observation& seen, const model::Check& check) {
  if (seen.outcome == Outcome::refused && seen.alert == "protocol_version")
    return settled(Verdict::skipped, Cause::not_applicable, fmt::format("the target does not speak {}", word(version_of(check))));
  return settled(Verdict::inconclusive, seen.outcome == Outcome::timed_out ? Cause::timeout : Cause::control,
                 "no handshake was completed in which it could be asked: " + in_words(seen));
}

Judgement judge(const model::Trial& trial) {
  const Observation& seen = trial.answers.back();
  if (seen.outcome != Outcome::answered) return judge_unasked(seen, trial.check);
  const auto how = seen.tls.renegotiation;
  Judgement judgement;
  judgement.layer = model::Layer::tls;
  judgement.expected = "a client's wish to renegotiate is refused";
  judgement.observed = fmt::format("{}{}", word(how), seen.detail.empty() ? "" : " (" + seen.detail + ")");
  judgement.evidence = {seen.id};
  switch (how) {
    case Renegotiation::refused:
    case Renegotiation::closed: judgement.verdict = Verdict::pass; break;
    case Renegotiation::begun:
      judgement.verdict = Verdict::warn;
      judgement.cause = Cause::deviation;
      judgement.because = "the target began another handshake because a client asked for it";
      break;
    case Renegotiation::ignored:
      judgement.cause = Cause::timeout;
      judgement.because = "the target said nothing to it";
      break;
    case Renegotiation::none:
      judgement.cause = Cause::capability;
      judgement.because = "our side could not ask";
      break;
  }
  return judgement;
}

constexpr model::Parameter parameters[] = {
    {"version", model::Parameter::Type::text, false, "TLSv1.0 TLSv1.1 TLSv1.2", "the protocol version of the connection (default TLSv1.2)"},
};

}  // namespace

constinit const model::Probe renegotiation = {
    .name = "renegotiation",
    .about = "Completes one handshake with the valid credential and asks, once and by a ClientHello within the connection, for "
             "another one.",
    .control = "a known-good hello",
    .parameters = parameters,
    .stage = model::Stage::end,
    .prepare = prepare,
    .judge = judge,
};

}  // namespace probes
