// SPDX-License-Identifier: Apache-2.0
// Authorisation by requested_scope: judged on the class (patient, organization) only, and only of
// providers that enforce it at all (probity-judging(7), RULES).
#include <fmt/format.h>

#include <algorithm>

#include "probes/doubts.hpp"
#include "probes/families.hpp"
#include "probes/grading.hpp"
#include "probes/reproduce.hpp"
#include "probes/request_builder.hpp"

namespace probes {

namespace {

using model::Cause;
using model::Interaction;
using model::Judgement;
using model::Sibling;
using model::Verdict;

bool of_writes(const model::Check& check) { return check.with.value("writes", false); }

// Those of the target file that may change the target.
std::vector<const Interaction*> writes_of(const model::Subject& subject) {
  std::vector<const Interaction*> out;
  for (const auto& interaction : subject.profile.interactions)
    if (interaction.of_target && !model::is_safe_method(interaction.method)) out.push_back(&interaction);
  return out;
}

// The interactions of an area: those named, in order, then the target file's own, which may write, last.
std::vector<const Interaction*> candidates(const model::Check& check, const model::Subject& subject) {
  if (of_writes(check)) return writes_of(subject);
  std::vector<const Interaction*> out;
  for (const auto& alias : check.with.value("interactions", base::Json::array()))
    if (const auto* found = subject.profile.interaction(alias.get<std::string>()); found != nullptr) out.push_back(found);
  const std::string area = check.with.value("area", "");
  for (const auto& interaction : subject.profile.interactions)
    if (interaction.area == area && std::find(out.begin(), out.end(), &interaction) == out.end())
      out.push_back(&interaction);
  std::stable_partition(out.begin(), out.end(), [](const auto* interaction) { return model::is_safe_method(interaction->method); });
  return out;
}

// The scope a check asks with; for a write that of its own class to read.
std::string scope_of(const model::Check& check, const Interaction& interaction) {
  if (!of_writes(check)) return check.with.value("scope", "");
  return interaction.scope.substr(0, interaction.scope.find('/')) + "/*.read";
}

model::Prepared prepare(const model::Check& check, const model::Subject& subject) {
  model::Prepared prepared;
  prepared.absent_endpoint_is_not_applicable = true;
  const std::string area = check.with.value("area", "");
  // A provider need not have a request that writes; those of the scope table it has.
  prepared.settled = settled(Verdict::skipped, of_writes(check) ? Cause::not_applicable : Cause::needs_input,
                             fmt::format("no request {} is known: give one under `interactions` in the target file",
                                         of_writes(check) ? "that writes" : "of " + area));
  bool first = true;
  for (const auto* interaction : candidates(check, subject)) {
    auto good = good_request(subject, *interaction);
    if (auto* judgement = std::get_if<Judgement>(&good); judgement != nullptr) {
      if (first) prepared.settled = std::move(*judgement);
      first = false;
      continue;
    }
    prepared.control = std::get<model::Control>(std::move(good));
    auto changed = mutated(subject, *prepared.control,
                           {{"token.claim.set", "requested_scope", scope_of(check, *interaction)}});
    if (auto* why = std::get_if<std::string>(&changed); why != nullptr) {
      prepared.settled = settled(Verdict::inconclusive, Cause::tool, *why);
      return prepared;
    }
    prepared.settled.reset();
    prepared.reproduce.push_back(curl_line(std::get<model::HttpExchange>(changed), subject.credentials));
    prepared.asks.emplace_back(std::get<model::HttpExchange>(std::move(changed)));
    return prepared;
  }
  return prepared;
}

Judgement judge(const model::Trial& trial) {
  const auto& seen = trial.answers.back();
  Judgement judgement = judge_refusal(seen, trial.check.expect, Column::http);
  apply_doubts(judgement, trial, seen);
  return judgement;
}

// Enforcement is a matter of the class alone.
bool is_scope(const Sibling& sibling) { return sibling.check->probe == "scope" && !of_writes(*sibling.check); }

// Enforcement is seen where a mismatch of class was refused.
bool refused(const Sibling& sibling) {
  return is_scope(sibling) && (sibling.judgement.verdict == Verdict::pass ||
                               (sibling.judgement.verdict == Verdict::warn && sibling.judgement.cause == Cause::deviation));
}

bool enforced(const model::Subject& subject, std::span<const Sibling> siblings) {
  if (subject.target.scope_enforced) return *subject.target.scope_enforced;
  return std::any_of(siblings.begin(), siblings.end(), refused);
}

Judgement settle(const model::Trial& trial, Judgement first, std::span<const Sibling> siblings) {
  const bool judged = first.verdict == Verdict::pass || first.verdict == Verdict::fail || first.verdict == Verdict::warn;
  if (!judged || enforced(trial.subject, siblings)) return first;
  Judgement judgement = settled(Verdict::skipped, Cause::not_applicable,
                                trial.subject.target.scope_enforced
                                    ? "the target file says that scope is not enforced (scope_enforced)"
                                    : "no endpoint refuses a scope of the wrong class: this provider does not authorise by scope");
  judgement.expected = first.expected;
  judgement.observed = first.observed;
  judgement.evidence = first.evidence;
  return judgement;
}

model::Prepared prepare_consistency(const model::Check& /*check*/, const model::Subject& /*subject*/) { return {}; }

Judgement judge_consistency(const model::Trial& /*trial*/) { return {}; }

Judgement settle_consistency(const model::Trial& trial, Judgement /*first*/, std::span<const Sibling> siblings) {
  Judgement judgement;
  judgement.expected = "where one endpoint refuses a scope of the wrong class, all do";
  std::vector<std::string> lenient;
  bool open = false;
  bool asked = false;
  for (const auto& sibling : siblings) {
    if (!is_scope(sibling)) continue;
    open = open || sibling.judgement.verdict == Verdict::inconclusive;
    asked = asked || sibling.judgement.verdict != Verdict::skipped;
    if (sibling.judgement.cause == Cause::assertion) lenient.push_back(sibling.check->with.value("area", ""));
    if (refused(sibling))
      judgement.evidence.insert(judgement.evidence.end(), sibling.judgement.evidence.begin(), sibling.judgement.evidence.end());
  }
  // GPC-CON-9 is a choice: where it cannot be seen it does not apply.
  if (open) return settled(Verdict::skipped, Cause::not_applicable, "not every scope check could be decided, so no choice was seen");
  if (!asked || !enforced(trial.subject, siblings))
    return settled(Verdict::skipped, Cause::not_applicable, "no enforcement of scope was seen");
  if (!lenient.empty())
    return settled(Verdict::skipped, Cause::not_applicable,
                   fmt::format("enforced, but not on {}: see the rows of the scope table", fmt::join(lenient, ", ")));
  judgement.verdict = Verdict::pass;
  judgement.observed = "scopes of the wrong class are refused on every endpoint that was tried";
  return judgement;
}

constexpr model::Parameter parameters[] = {
    {"writes", model::Parameter::Type::boolean, false, "", "true: an interaction of the target file that writes is asked with the scope to read"},
    {"area", model::Parameter::Type::text, false, "", "the resource of the scope table"},
    {"interactions", model::Parameter::Type::interactions, false, "", "the first of these that the target allows is used"},
    {"scope", model::Parameter::Type::text, false, "", "requested_scope of the wrong class"},
};

}  // namespace

constinit const model::Probe scope = {
    .name = "scope",
    .about = "Asks an endpoint with a token whose scope is of the other class. Accepted everywhere means that the provider "
             "does not authorise by scope; accepted here and refused elsewhere breaks the endpoint's row.",
    .control = "the same request with the right scope",
    .parameters = parameters,
    .stage = model::Stage::epoch,
    .prepare = prepare,
    .judge = judge,
    .settle = settle,
};

constinit const model::Probe scope_consistency = {
    .name = "scope-consistency",
    .about = "Looks at what the checks of the scope table found, all together.",
    .control = "none of its own",
    .parameters = {},
    .stage = model::Stage::end,
    .prepare = prepare_consistency,
    .judge = judge_consistency,
    .settle = settle_consistency,
};

}  // namespace probes
