// SPDX-License-Identifier: Apache-2.0
// The CertificateRequest that came with every handshake of the run, and what it gives away.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/assets.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "probes/families.hpp"
#include "probes/presented.hpp"
#include "probes/request_builder.hpp"
#include "probes/sni.hpp"

namespace probes {

namespace {

using model::Cause;
using model::Judgement;
using model::Observation;
using model::Outcome;
using model::Verdict;

constexpr const char* roots_file = "profiles/data/public-roots.json";

const std::set<std::string>& public_roots() {
  static const std::set<std::string> names = [] {
    std::set<std::string> out;
    const auto json = base::Json::parse(base::asset(roots_file).value_or("{}"));
    for (const auto& name : json.value("subjects", base::Json::array())) out.insert(name.get<std::string>());
    return out;
  }();
  return names;
}

model::Prepared prepare(const model::Check& check, const model::Subject& subject) {
  model::Prepared prepared = apart_from_control(check, subject);
  if (prepared.settled) return prepared;
  const auto& origin = prepared.control->exchange.origin;
  const std::string name = server_name(subject, origin);
  const std::string shown = name.empty() ? "" : " -servername " + base::shell_quoted(name);
  const bool v6 = origin.host.find(':') != std::string::npos;
  prepared.reproduce.push_back(fmt::format("openssl s_client -connect {}:{}{} </dev/null 2>/dev/null | sed -n '/client certificate CA/,/^Peer/p'",
                                           v6 ? "[" + origin.host + "]" : origin.host, origin.port, shown));
  prepared.control.reset();  // judged on what the run has seen anyway
  return prepared;
}

// A handshake with the valid credential: its own answer when one was asked for, else the run's.
const Observation* handshake(const model::Trial& trial) {
  const Observation* found = nullptr;
  const auto pool = trial.answers.empty() ? trial.everything : trial.answers;
  for (const auto& seen : pool) {
    const auto* shake = std::get_if<model::HandshakeExchange>(&seen.exchange);
    // Whoever resumes a session asks for no certificate.
    if (shake != nullptr && shake->resumes == model::Resumption::none && seen.tls.complete) found = &seen;
  }
  return found;
}

bool control_was_accepted(const model::Trial& trial) {
  const auto label = valid_credential(trial.subject);
  return std::any_of(trial.everything.begin(), trial.everything.end(), [&](const Observation& seen) {
    const auto* http = std::get_if<model::HttpExchange>(&seen.exchange);
    return http != nullptr && http->origin.tls && label && http->credential == *label && served(seen);
  });
}

// Whether a client without a certificate is stopped in the handshake; nothing when none was tried.
std::optional<bool> demanded(const model::Trial& trial) {
  for (const auto& seen : trial.everything) {
    const auto* http = std::get_if<model::HttpExchange>(&seen.exchange);
    if (http == nullptr || !http->origin.tls || !http->credential.empty() || !seen.tls.certificate_requested) continue;
    if (http->session_of) continue;
    if (seen.outcome == Outcome::answered) return false;
    if (seen.outcome == Outcome::refused || seen.outcome == Outcome::closed) return true;
  }
  return std::nullopt;
}

std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t most = 3;
  std::vector<std::string> shown(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(most, names.size())));
  std::string out = base::join(shown, "; ");
  if (names.size() > most) out += fmt::format("; and {} more", names.size() - most);
  return out;
}

Judgement judge_fact(Judgement judgement, const model::Trial& trial, const model::TlsSeen& tls) {
  judgement.verdict = Verdict::pass;
  judgement.expected = "either answer; it is noted";
  const auto is_demanded = demanded(trial);
  judgement.because = !tls.certificate_requested ? "no certificate is asked for in the handshake"
                      : !is_demanded             ? "asked for; whether it is demanded in the handshake was not tried"
                      : *is_demanded             ? "demanded in the handshake"
                                                 : "asked for, and optional in the handshake: whoever shows none is left to HTTP";
  if (!tls.key_types.empty()) judgement.because += "; key types " + base::join(tls.key_types, ", ");
  if (!tls.signature_algorithms.empty())
    judgement.because += fmt::format("; {}", base::counted(tls.signature_algorithms.size(), "signature algorithm"));
  if (tls.certificate_requested)
    judgement.because += tls.ca_names.empty() ? "; no CA is named" : "; CAs named: " + some_of(tls.ca_names);
  return judgement;
}

Judgement judge_public(Judgement judgement, const Observation& seen) {
  std::vector<std::string> known;
  for (const auto& name : seen.tls.ca_names)
    if (public_roots().contains(name)) known.push_back(name);
  judgement.verdict = Verdict::pass;
  judgement.expected = "no public CA among those it asks for";
  if (known.empty()) return judgement;
  judgement.verdict = Verdict::fail;
  judgement.cause = Cause::assertion;
  judgement.because = fmt::format("asks for certificates of {}: {}", base::counted(known.size(), "public CA"), some_of(known));
  judgement.suspects = {seen.id};
  return judgement;
}

Judgement judge_other(Judgement judgement, const model::Trial& trial, const model::TlsSeen& tls) {
  const auto trusted = trial.subject.trusted_names;
  if (trusted.empty())
    return settled(Verdict::skipped, Cause::needs_input,
                   "kit.json names no \"ca\": obtain the RootCA and SubCA the target shall trust, in one PEM");
  std::vector<std::string> foreign;
  for (const auto& name : tls.ca_names)
    if (std::find(trusted.begin(), trusted.end(), name) == trusted.end() && !public_roots().contains(name))
      foreign.push_back(name);
  judgement.verdict = Verdict::pass;
  judgement.expected = "no CA but the kit's among those it asks for";
  if (foreign.empty()) return judgement;
  judgement.verdict = Verdict::warn;
  judgement.cause = Cause::deviation;
  judgement.because = "asks for certificates of CAs that are not the kit's: " + some_of(foreign);
  return judgement;
}

Judgement judge(const model::Trial& trial) {
  if (trial.answers.empty() && !control_was_accepted(trial))
    return settled(Verdict::inconclusive, Cause::control, "the known-good request was not accepted");
  const Observation* seen = handshake(trial);
  if (seen == nullptr) return settled(Verdict::inconclusive, Cause::control, "no handshake was completed");
  Judgement judgement;
  judgement.layer = model::Layer::tls;
  judgement.evidence = {seen->id};
  const auto& tls = seen->tls;
  judgement.observed = !tls.certificate_requested ? "no CertificateRequest"
                       : tls.ca_names.empty()     ? "a CertificateRequest that names no CA"
                                                  : fmt::format("a CertificateRequest that names {}", base::counted(tls.ca_names.size(), "CA"));
  const std::string looks_at = trial.check.with.value("looks_at", "");
  if (looks_at == "request") return judge_fact(std::move(judgement), trial, tls);
  if (tls.ca_names.empty())
    return settled(Verdict::skipped, Cause::not_applicable,
                   tls.certificate_requested ? "the target names no CA it would take" : "the target asks for no certificate in the handshake");
  if (looks_at == "public-cas") return judge_public(std::move(judgement), *seen);
  return judge_other(std::move(judgement), trial, tls);
}

constexpr model::Parameter parameters[] = {
    {"looks_at", model::Parameter::Type::text, true, "request public-cas other-cas", "what is looked at in the CertificateRequest"},
};

}  // namespace

constinit const model::Probe certificate_request = {
    .name = "certificate-request",
    .about = "Reads the CertificateRequest of the handshakes that were made anyway: the key types, signature algorithms and CA "
             "names it lists. Public CAs are known by the subjects of Debian's ca-certificates, which ship with the tool.",
    .control = "none of its own: the base request must have been accepted somewhere in the run",
    .parameters = parameters,
    .stage = model::Stage::end,
    .prepare = prepare,
    .judge = judge,
};

}  // namespace probes
