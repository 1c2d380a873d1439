// SPDX-License-Identifier: Apache-2.0
// The target's own certificate: no requirement speaks of it, but whoever assures a system looks.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/time.hpp"
#include "probes/families.hpp"
#include "probes/request_builder.hpp"
#include "probes/sni.hpp"

namespace probes {

namespace {

using model::Cause;
using model::CertificateFacts;
using model::Judgement;
using model::Observation;
using model::Verdict;

constexpr base::EpochSeconds one_day = 86400;
constexpr base::EpochSeconds soon = 30 * one_day;

// What the target showed in a handshake, and what it is held against.
struct Shown {
  const CertificateFacts& leaf;
  const std::vector<CertificateFacts>& issuers;
  const std::vector<std::string>& stapled;
  std::string name;  // of the target
  base::EpochSeconds now = 0;
};

// What is wrong, "" when nothing is; and what is worth saying besides.
struct Opinion {
  std::string wrong;
  std::string fact;
};

Opinion on_dates(const Shown& shown) {
  const auto& leaf = shown.leaf;
  if (leaf.not_after < shown.now) return {"expired on " + base::rfc3339(leaf.not_after), ""};
  if (leaf.not_before > shown.now) return {"not valid before " + base::rfc3339(leaf.not_before), ""};
  const auto days = (leaf.not_after - shown.now) / one_day;
  if (leaf.not_after - shown.now > soon) return {"", "valid until " + base::rfc3339(leaf.not_after)};
  return {"", fmt::format("ends on {}, in {} days", base::rfc3339(leaf.not_after), days)};
}

// RFC 6125 6.4: exact, or a wildcard that is the whole leftmost label.
bool covers(const std::string& pattern, const std::string& host) {
  if (base::same_ignoring_case(pattern, host)) return true;
  const auto dot = host.find('.');
  return pattern.starts_with("*.") && dot != std::string::npos && base::same_ignoring_case(pattern.substr(1), host.substr(dot));
}

Opinion on_names(const Shown& shown) {
  const auto& names = shown.leaf.names;
  if (names.empty()) return {"it has no subject alternative name, and clients look nowhere else", ""};
  if (std::any_of(names.begin(), names.end(), [&](const std::string& name) { return covers(name, shown.name); })) return {"", ""};
  return {fmt::format("it names {}, not {}", base::join(names, ", "), shown.name), ""};
}

Opinion on_chain(const Shown& shown) {
  if (shown.leaf.issuer == shown.leaf.subject) return {"self-signed", ""};
  const CertificateFacts* last = &shown.leaf;
  for (const auto& issuer : shown.issuers) {
    if (last->issuer != issuer.subject)
      return {fmt::format("{} is followed by {}, which did not issue it", last->subject, issuer.subject), ""};
    if (issuer.not_after < shown.now) return {fmt::format("{} expired on {}", issuer.subject, base::rfc3339(issuer.not_after)), ""};
    last = &issuer;
  }
  if (shown.issuers.empty())
    return {fmt::format("sent without its issuer, {}: clients that know the root alone cannot build the chain", shown.leaf.issuer), ""};
  return {"", fmt::format("{} sent after it", base::counted(shown.issuers.size(), "certificate"))};
}

// NIST SP 800-57 part 1: 112 bits.
bool is_short(const std::string& key) {
  const auto bits = [&](std::string_view type) -> std::optional<std::uint64_t> {
    if (!key.starts_with(type)) return std::nullopt;
    return base::whole_number(key.substr(type.size()));
  };
  if (const auto rsa = bits("RSA "); rsa) return *rsa < 2048;
  if (const auto dsa = bits("DSA "); dsa) return *dsa < 2048;
  for (const char* curve : {"EC secp112", "EC secp128", "EC secp160", "EC prime192", "EC secp192", "EC sect113", "EC sect131", "EC sect163"})
    if (key.starts_with(curve)) return true;
  return false;
}

Opinion on_key(const Shown& shown) {
  if (is_short(shown.leaf.key)) return {"its key is weak: " + shown.leaf.key, ""};
  return {"", shown.leaf.key};
}

bool is_weak_signature(const std::string& signature) {
  const std::string name = base::lower(signature);
  return name.find("md5") != std::string::npos || name.find("md2") != std::string::npos || name.find("sha1") != std::string::npos;
}

Opinion on_signature(const Shown& shown) {
  if (is_weak_signature(shown.leaf.signature)) return {"its signature is weak: " + shown.leaf.signature, ""};
  for (const auto& issuer : shown.issuers)  // a root's own signature proves nothing to anybody
    if (issuer.subject != issuer.issuer && is_weak_signature(issuer.signature))
      return {fmt::format("the signature of {} is weak: {}", issuer.subject, issuer.signature), ""};
  return {"", shown.leaf.signature};
}

Opinion on_stapling(const Shown& shown) {
  return {"", shown.stapled.empty() ? "nothing is stapled" : base::join(shown.stapled, ", ")};
}

struct Aspect {
  std::string_view word;
  Opinion (*opinion)(const Shown& shown);
  const char* expected;
};
constexpr Aspect aspects[] = {
    {"dates", on_dates, "valid today"},
    {"names", on_names, "the name of the URL in it"},
    {"chain", on_chain, "each certificate followed by its issuer"},
    {"key", on_key, "RSA of 2048 bits or more, or an equal"},
    {"signature", on_signature, "signed with SHA-256 or better"},
    {"stapling", on_stapling, "either answer; it is noted"},
};

model::Prepared prepare(const model::Check& /*check*/, const model::Subject& subject) {
  model::Prepared prepared;
  if (!subject.target.via_ssp.empty()) prepared.settled = behind_ssp();
  return prepared;
}

const Observation* handshake(const model::Trial& trial) {
  for (const auto& seen : trial.everything)
    if (std::holds_alternative<model::HandshakeExchange>(seen.exchange) && seen.tls.server) return &seen;
  return nullptr;
}

Judgement judge(const model::Trial& trial) {
  const Observation* seen = handshake(trial);
  if (seen == nullptr) return settled(Verdict::inconclusive, Cause::control, "no certificate of the target was seen");
  const auto& origin = model::origin_of(seen->exchange);
  const std::string sni = server_name(trial.subject, origin);
  const Shown shown{*seen->tls.server, seen->tls.issuers, seen->tls.stapled, sni.empty() ? origin.host : sni, trial.subject.now};
  const std::string word = trial.check.with.value("aspect", "");
  const auto* aspect = std::find_if(std::begin(aspects), std::end(aspects), [&](const Aspect& a) { return a.word == word; });
  const Opinion opinion = aspect == std::end(aspects) ? Opinion{} : aspect->opinion(shown);
  Judgement judgement;
  judgement.layer = model::Layer::tls;
  judgement.evidence = {seen->id};
  judgement.expected = aspect == std::end(aspects) ? "" : aspect->expected;
  judgement.observed = opinion.wrong.empty() ? (opinion.fact.empty() ? "as expected" : opinion.fact) : opinion.wrong;
  judgement.verdict = opinion.wrong.empty() ? Verdict::pass : Verdict::warn;
  judgement.cause = opinion.wrong.empty() ? Cause::none : Cause::deviation;
  judgement.because = opinion.wrong.empty() ? opinion.fact : opinion.wrong;
  return judgement;
}

constexpr model::Parameter parameters[] = {
    {"aspect", model::Parameter::Type::text, true, "dates names chain key signature stapling", "what is looked at"},
};

}  // namespace

constinit const model::Probe server_certificate = {
    .name = "server-certificate",
    .about = "Looks at the certificate the target showed in the run's first handshake, and at what it sent after it.",
    .control = "none",
    .parameters = parameters,
    .stage = model::Stage::end,
    .prepare = prepare,
    .judge = judge,
};

}  // namespace probes
