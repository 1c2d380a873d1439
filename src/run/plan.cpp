// SPDX-License-Identifier: Apache-2.0
#include "run/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "probes/request_builder.hpp"
#include "probes/sni.hpp"

namespace run {

namespace {

using model::Cause;
using model::Risk;
using model::Verdict;

bool permitted(Risk risk, Permissions permissions) {
  switch (risk) {
    case Risk::read: return true;
    case Risk::intrusive: return permissions.intrusive;
    case Risk::dos: return permissions.dos;
  }
  return false;
}

model::Prepared made_ready(const model::Check& check, const model::Probe& probe, const model::Subject& subject,
                           const std::set<std::string>& selected, Permissions permissions) {
  model::Prepared prepared;
  if (!check.left_out.empty()) {
    prepared.settled = probes::settled(Verdict::skipped, Cause::filtered, "the profile leaves it out: " + check.left_out);
    return prepared;
  }
  if (!selected.contains(check.id)) {
    prepared.settled = probes::settled(Verdict::skipped, Cause::filtered, "left out by --suite, --only, --skip or --level");
    return prepared;
  }
  if (!permitted(check.risk, permissions)) {
    prepared.settled = probes::settled(Verdict::skipped, Cause::not_authorised,
                                       fmt::format("needs --allow {} and --authorisation", word(check.risk)));
    return prepared;
  }
  model::Prepared made = probe.prepare(check, subject);
  // A good request of the user's own that may write is a write, whatever its mutations are. Profiles say
  // which of theirs write; some reads are POSTs by their specification ($gpc.getcarerecord).
  const auto* interaction = made.control ? subject.profile.interaction(made.control->id.substr(0, made.control->id.find('@'))) : nullptr;
  const bool own_write = interaction != nullptr && interaction->of_target && !model::is_safe_method(interaction->method);
  const bool may_write = own_write || (interaction != nullptr && interaction->writes);
  if (may_write && !permissions.intrusive && !made.settled)
    made.settled = probes::settled(Verdict::skipped, Cause::not_authorised,
                                   fmt::format("its known-good request is a {}: needs --allow intrusive and --authorisation",
                                               made.control->exchange.method));
  return made;
}

// The epoch of each control that has room.
using Roomy = std::map<std::string, std::size_t>;

void add_to_epoch(std::vector<Epoch>& epochs, Roomy& roomy, std::size_t index, const model::Prepared& prepared, bool exclusive) {
  if (exclusive) {
    epochs.push_back({*prepared.control, {index}, true});
    return;
  }
  const auto [at, fresh] = roomy.try_emplace(model::fingerprint(prepared.control->exchange), epochs.size());
  if (!fresh && epochs[at->second].checks.size() < epoch_size) {
    epochs[at->second].checks.push_back(index);
    return;
  }
  at->second = epochs.size();
  epochs.push_back({*prepared.control, {index}, false});
}

probes::SurveyPlan survey_of(const model::Subject& subject) {
  probes::SurveyPlan plan;
  const auto& target = subject.target;
  if (const auto url = model::parse_url(target.via_ssp.empty() ? target.url : target.via_ssp)) plan.origin = url->origin;
  plan.server_name = probes::server_name(subject, plan.origin);
  plan.credential = probes::valid_credential(subject).value_or("");
  const auto allowed = subject.profile.parameters.find("allowed_suites");
  if (allowed == subject.profile.parameters.end() || !allowed->second.is_array()) return plan;
  for (const auto& name : allowed->second)
    if (name.is_string())
      if (const auto* suite = model::find_suite(name.get<std::string>()); suite != nullptr)
        plan.listed.push_back(suite->code);
  return plan;
}

}  // namespace

Plan make_plan(const model::Subject& subject, std::span<const model::Probe> probes,
               const std::set<std::string>& selected, Permissions permissions, model::SurveyMode survey, int jobs) {
  Plan plan;
  plan.survey = survey_of(subject);
  plan.survey.mode = survey;
  plan.survey.width = jobs;
  Roomy roomy;
  for (const auto& check : subject.profile.checks) {
    const auto* probe = model::find_probe(probes, check.probe);
    plan.checks.push_back({&check, probe, made_ready(check, *probe, subject, selected, permissions)});
    const auto& prepared = plan.checks.back().prepared;
    if (prepared.settled) continue;
    const std::size_t index = plan.checks.size() - 1;
    if (prepared.beside_survey) {
      plan.beside_survey.push_back(index);
    } else if (probe->stage == model::Stage::sequence) {
      plan.needs_http = true;
      plan.sequences.push_back(index);
    } else if (prepared.control) {
      plan.needs_http = true;
      add_to_epoch(plan.epochs, roomy, index, prepared, check.exclusive);
    }
    if (probe->stage == model::Stage::survey) plan.needs_survey = true;
    if (prepared.after_survey) plan.needs_vulnerabilities = true;
  }
  return plan;
}

int requests_of(const Plan& plan) {
  std::size_t count = 2;  // the first known-good hello, the handshake that shows the certificate
  if (plan.needs_survey || !plan.beside_survey.empty()) count += 2;
  if (plan.needs_survey) count += probes::first_hellos(plan.survey).size();
  count += plan.beside_survey.size();
  constexpr std::size_t after_survey = 12;   // of a target that most of it applies to
  if (plan.needs_vulnerabilities) count += after_survey;
  if (plan.needs_http) ++count;
  constexpr std::size_t steps = 12;   // of a sequence, tidying included, about
  count += steps * plan.sequences.size();
  for (const auto& epoch : plan.epochs) {
    count += 2;
    for (const auto index : epoch.checks) count += plan.checks[index].prepared.asks.size();
  }
  return static_cast<int>(count);
}

}  // namespace run
