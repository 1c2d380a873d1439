// SPDX-License-Identifier: Apache-2.0
// One deliberate change to a good request.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "probes/doubts.hpp"
#include "probes/families.hpp"
#include "probes/grading.hpp"
#include "probes/reproduce.hpp"
#include "probes/request_builder.hpp"

namespace probes {

namespace {

using model::Cause;
using model::Judgement;
using model::Verdict;

// A server that does not know a verb, or reads no body after this one, may lose its place in the stream:
// the next request on that connection would get the answer to the rest of this one.
bool is_known_verb(const std::string& method) {
  constexpr std::string_view known[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
  return std::find(std::begin(known), std::end(known), method) != std::end(known);
}

model::Prepared prepare(const model::Check& check, const model::Subject& subject) {
  model::Prepared prepared;
  const auto* interaction = subject.profile.interaction(check.with.value("interaction", ""));
  if (interaction == nullptr) {
    prepared.settled = settled(Verdict::inconclusive, Cause::tool, "no such interaction");
    return prepared;
  }
  auto good = good_request(subject, *interaction);
  if (auto* judgement = std::get_if<Judgement>(&good); judgement != nullptr) {
    prepared.settled = std::move(*judgement);
    return prepared;
  }
  prepared.control = std::get<model::Control>(std::move(good));
  const auto mutations = mutations_in(check.with.at("mutate"));
  if (const auto missing = missing_facts(subject, mutations); !missing.empty()) {
    prepared.settled = settled(Verdict::skipped, Cause::needs_input,
                               fmt::format("the target file does not give {}", base::join(missing, ", ")));
    return prepared;
  }
  if (mutations.empty()) {
    // Judged on the control itself, which is asked anyway.
    prepared.reproduce.push_back(curl_line(prepared.control->exchange, subject.credentials));
    return prepared;
  }
  prepared.absent_endpoint_is_not_applicable = subject.profile.base_control != interaction->alias;
  auto changed = mutated(subject, *prepared.control, mutations);
  if (auto* why = std::get_if<std::string>(&changed); why != nullptr) {
    prepared.settled = settled(Verdict::inconclusive, Cause::tool, *why);
    return prepared;
  }
  auto& http = std::get<model::HttpExchange>(changed);
  // What may end the connection gets one of its own, so that libcurl cannot repeat it unseen.
  const bool unexpected_body = model::is_safe_method(http.method) && !http.body.empty();
  if (check.expect.closes || unexpected_body || !is_known_verb(http.method)) http.connection = model::Connection::fresh;
  prepared.reproduce.push_back(curl_line(http, subject.credentials));
  prepared.asks.emplace_back(std::move(http));
  return prepared;
}

Judgement judge_unchanged(const model::Trial& trial, const model::Observation& seen) {
  Judgement judgement = judge_acceptance(seen, *trial.prepared.control);
  judgement.expected = in_words(trial.check.expect);
  if (judgement.verdict != Verdict::pass) return judgement;
  const auto* good = control_answer(trial);
  if (good == nullptr) return settled(Verdict::inconclusive, Cause::control, "there is no answer of the control to compare with");
  judgement.evidence.push_back(good->id);
  const bool json = !seen.stable_digest.empty() && !good->stable_digest.empty();
  if (json ? seen.stable_digest == good->stable_digest : seen.body_digest == good->body_digest) return judgement;
  judgement.verdict = Verdict::fail;
  judgement.cause = Cause::assertion;
  judgement.because = "served, but with another body than the control's";
  judgement.suspects = {seen.id};
  return judgement;
}

Judgement judge_kind(const model::Trial& trial, const model::Observation& seen) {
  using Kind = model::Expectation::Kind;
  model::Control control = *trial.prepared.control;
  if (!trial.check.expect.resource.empty()) control.resource = trial.check.expect.resource;
  switch (trial.check.expect.kind) {
    case Kind::accepted: return judge_acceptance(seen, control);
    case Kind::unchanged: return judge_unchanged(trial, seen);
    case Kind::noted: return judge_noted(seen, trial.check.expect);
    case Kind::refused: break;
  }
  return judge_refusal(seen, trial.check.expect, Column::http);
}

Judgement judge(const model::Trial& trial) {
  const auto* own = trial.answers.empty() ? control_answer(trial) : &trial.answers.back();
  if (own == nullptr) return settled(Verdict::inconclusive, Cause::control, "the good request has not been answered");
  const auto& seen = *own;
  Judgement judgement = judge_kind(trial, seen);
  judge_details(judgement, seen, trial.check.expect);
  apply_doubts(judgement, trial, seen);
  return judgement;
}

constexpr model::Parameter parameters[] = {
    {"interaction", model::Parameter::Type::interaction, true, "", "the good request that is changed"},
    {"mutate", model::Parameter::Type::mutations, true, "", "the change, in the words of probity-checks; an empty list looks at the answer to the good request itself"},
};

}  // namespace

constinit const model::Probe request = {
    .name = "request",
    .about = "Sends a request that the target has just accepted with one deliberate change, between two unchanged ones.",
    .control = "the same request without the change",
    .parameters = parameters,
    .stage = model::Stage::epoch,
    .prepare = prepare,
    .judge = judge,
};

}  // namespace probes
