// SPDX-License-Identifier: Apache-2.0
// One deliberate change to a good request.
#include "probes/families.hpp"
#include "probes/grading.hpp"
#include "probes/reproduce.hpp"
#include "probes/request_builder.hpp"

namespace probes {

namespace {

using model::Cause;
using model::Judgement;
using model::Verdict;

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
  auto changed = mutated(subject, *prepared.control, mutations_in(check.with.at("mutate")));
  if (auto* why = std::get_if<std::string>(&changed); why != nullptr) {
    prepared.settled = settled(Verdict::inconclusive, Cause::tool, *why);
    return prepared;
  }
  auto& http = std::get<model::HttpExchange>(changed);
  // What may end the connection gets one of its own, so that libcurl cannot repeat it unseen.
  if (check.expect.closes) http.connection = model::Connection::fresh;
  prepared.reproduce.push_back(curl_line(http, subject.credentials));
  prepared.asks.emplace_back(std::move(http));
  return prepared;
}

Judgement judge(const model::Trial& trial) {
  const auto& seen = trial.answers.back();
  if (trial.check.expect.kind == model::Expectation::Kind::accepted)
    return judge_acceptance(seen, *trial.prepared.control);
  return judge_refusal(seen, trial.check.expect, Column::http);
}

constexpr model::Parameter parameters[] = {
    {"interaction", model::Parameter::Type::interaction, true, "", "the good request that is changed"},
    {"mutate", model::Parameter::Type::mutations, true, "", "the change, in the words of probity-checks"},
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
