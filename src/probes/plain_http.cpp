// SPDX-License-Identifier: Apache-2.0
// The good request in the clear: on the TLS port, and on the port the target file names.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "probes/families.hpp"
#include "probes/reproduce.hpp"
#include "probes/request_builder.hpp"
#include "probes/sni.hpp"

namespace probes {

namespace {

using model::Cause;
using model::HttpExchange;
using model::Judgement;
using model::Observation;
using model::Outcome;
using model::Verdict;

// The base control's request needs no credential here: over plain HTTP there is none to show.
std::optional<HttpExchange> plain_request(const model::Subject& subject, const model::Origin& origin,
                                          const std::string& root_path) {
  model::CredentialInfo anybody;
  anybody.kind = model::CredentialKind::valid;
  const model::Subject unarmed{subject.profile, subject.target, std::span(&anybody, 1), subject.revocation};
  auto good = good_request(unarmed, base_interaction(unarmed));
  const auto* control = std::get_if<model::Control>(&good);
  const auto url = model::parse_url(subject.target.url);
  if (control == nullptr || !url) return std::nullopt;
  HttpExchange http = control->exchange;
  http.origin = origin;
  http.credential.clear();
  http.path = root_path + http.path.substr(url->path.size());
  const std::string host = model::in_words(origin);
  http.headers.front().value = host.substr(host.find("://") + 3);
  http.connection = model::Connection::fresh;
  return http;
}

model::Prepared prepare(const model::Check& check, const model::Subject& subject) {
  model::Prepared prepared;
  prepared.beside_survey = true;
  const auto url = model::parse_url(subject.target.url);
  const bool plain_port = check.with.value("port", "") == "plain";
  if (!subject.target.via_ssp.empty()) {
    prepared.settled = behind_ssp();
  } else if (plain_port && subject.target.plain_url.empty()) {
    prepared.settled = settled(Verdict::skipped, Cause::needs_input,
                               "the target file names no plain_url; give the plain port, or the one where it would be");
  } else if (url) {
    const auto plain = plain_port ? model::parse_url(subject.target.plain_url) : url;
    const bool own_path = plain_port && !plain->path.empty();
    const model::Origin origin{false, plain->origin.host, plain->origin.port};
    if (auto http = plain_request(subject, origin, own_path ? plain->path : url->path)) {
      prepared.reproduce.push_back(curl_line(*http, subject.credentials));
      prepared.asks.emplace_back(std::move(*http));
    } else {
      prepared.settled = settled(Verdict::inconclusive, Cause::tool, "the base request cannot be built");
    }
  }
  return prepared;
}

// https on the same host; the path may differ.
bool redirects_home(const Observation& seen, const model::Subject& subject) {
  const auto location = model::header_value(seen, "Location");
  const auto home = model::parse_url(subject.target.url);
  if (!location || !home) return false;
  const auto there = model::parse_url(location->substr(0, location->find_first_of("?#")));
  return there && there->origin.tls && base::same_ignoring_case(there->origin.host, home->origin.host);
}

// RFC 6797: Strict-Transport-Security counts on https answers only.
std::optional<bool> sends_hsts(std::span<const Observation> everything) {
  std::optional<bool> seen_any;
  for (const auto& seen : everything) {
    const auto* http = std::get_if<HttpExchange>(&seen.exchange);
    if (http == nullptr || !http->origin.tls || seen.status < 200 || seen.status > 299) continue;
    if (model::header_value(seen, "Strict-Transport-Security")) return true;
    seen_any = false;
  }
  return seen_any;
}

// Refused without data: as plain HTTP (400, 426, 497), or altogether.
constexpr int refusals[] = {400, 401, 403, 404, 421, 426, 497};

bool application_made(const Observation& seen) { return !seen.resource_type.empty(); }

void judge_redirect(Judgement& judgement, const model::Trial& trial, const Observation& seen) {
  if (!redirects_home(seen, trial.subject)) {
    judgement.verdict = Verdict::inconclusive;
    judgement.cause = Cause::ambiguous;
    judgement.because = "redirected to " + model::header_value(seen, "Location").value_or("nowhere") +
                        ", which is not https on the same host; redirects are never followed";
    return;
  }
  judgement.verdict = Verdict::pass;
  judgement.because = "redirected to https on the same host, without data";
  const auto hsts = sends_hsts(trial.everything);
  if (hsts == false) {
    judgement.verdict = Verdict::warn;
    judgement.cause = Cause::deviation;
    judgement.because += ", but the https answers lack Strict-Transport-Security";
  }
}

void judge_status(Judgement& judgement, const model::Trial& trial, const Observation& seen) {
  const int status = seen.status;
  if (status >= 200 && status <= 299) {
    judgement.verdict = Verdict::fail;
    judgement.cause = Cause::assertion;
    judgement.because = "data was served in the clear";
    judgement.suspects = {seen.id};
  } else if (application_made(seen)) {
    judgement.verdict = Verdict::warn;
    judgement.cause = Cause::deviation;
    judgement.because = "no data, but the application itself answered a request in the clear";
  } else if (status >= 300 && status <= 399) {
    judge_redirect(judgement, trial, seen);
  } else if (std::find(std::begin(refusals), std::end(refusals), status) != std::end(refusals)) {
    judgement.verdict = Verdict::pass;
  } else {
    const bool from_between = status >= 500 || status == 407 || status == 408 || status == 429;
    judgement.verdict = Verdict::inconclusive;
    judgement.cause = from_between ? Cause::network : Cause::ambiguous;
    judgement.because = from_between ? "a proxy, an overload or a server error decides nothing" : "no refusal of plain HTTP as such";
  }
}

Judgement judge(const model::Trial& trial) {
  const Observation& seen = trial.answers.back();
  Judgement judgement;
  judgement.expected = "closed, refused, 400 or 497 without data, or a redirect to https on the same host";
  judgement.observed = in_words(seen);
  judgement.layer = seen.layer;
  judgement.evidence = {seen.id};
  const bool nobody_listens = seen.outcome == Outcome::unreachable && seen.side == model::Side::target &&
                              trial.check.with.value("port", "") == "plain";   // the TLS port is there, or dead
  if (!seen.believed) {
    judgement.verdict = Verdict::inconclusive;
    judgement.cause = Cause::control;
    judgement.because = "no known-good TLS hello was answered around it: the target may be gone";
  } else if (seen.outcome == Outcome::closed || seen.outcome == Outcome::refused || nobody_listens) {
    judgement.verdict = Verdict::pass;
  } else if (seen.outcome == Outcome::answered && seen.status != 0) {
    judge_status(judgement, trial, seen);
  } else {
    judgement.verdict = Verdict::inconclusive;
    judgement.cause = seen.outcome == Outcome::not_sent ? Cause::capability
                      : seen.outcome == Outcome::answered ? Cause::ambiguous
                                                          : Cause::timeout;
    judgement.because = "this answer decides nothing";
  }
  return judgement;
}

constexpr model::Parameter parameters[] = {
    {"port", model::Parameter::Type::text, true, "tls plain", "the TLS port itself, or the target file's plain_url"},
};

}  // namespace

constinit const model::Probe plain_http = {
    .name = "plain-http",
    .about = "Sends the base request, token and all, without TLS: on the TLS port, or on the port of plain_url. Data is a "
             "2xx answer.",
    .control = "a known-good hello",
    .parameters = parameters,
    .stage = model::Stage::end,
    .prepare = prepare,
    .judge = judge,
};

}  // namespace probes
