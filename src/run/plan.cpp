// SPDX-License-Identifier: Apache-2.0
#include "run/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
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

// The verb that a request asks for, tunnelled or not.
std::string verb_of(const model::HttpExchange& http) {
  for (const auto& header : http.headers)
    for (const auto* name : {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"})
      if (base::same_ignoring_case(header.name, name)) return base::upper(base::trim(header.value));
  return base::upper(http.method);
}

// Whether a request may change the target, whatever the file that asks for it says of its risk. Metadata changes by
// no verb, and of POSTs an operation or a search that a profile names is a read (FHIR, RESTful API).
bool may_change(const model::HttpExchange& http, const model::Interaction* interaction) {
  const std::string verb = verb_of(http);
  if (model::is_safe_method(verb)) return false;
  const std::string path = http.path.substr(0, http.path.find('?'));
  const std::string last = path.substr(path.rfind('/') + 1);
  if (last.starts_with("metadata")) return false;
  const bool as_named = interaction != nullptr && !interaction->writes && !interaction->of_target && interaction->method == verb;
  return !(as_named && (last.starts_with('$') || last == "_search"));
}

// Why a check that says it only reads is not taken at its word; "" when it is.
std::string betrays_a_write(const model::Prepared& made, const model::Probe& probe, const model::Interaction* interaction) {
  if (probe.stage == model::Stage::sequence) return "it creates, changes and removes";
  const auto looked_at = [&](const model::Exchange& exchange) -> std::string {
    const auto* http = std::get_if<model::HttpExchange>(&exchange);
    if (http == nullptr || !may_change(*http, interaction)) return "";
    return fmt::format("{} {} may change the target", verb_of(*http), http->path);
  };
  if (made.control)
    if (auto why = looked_at(made.control->exchange); !why.empty()) return "its known-good request " + why;
  for (const auto& ask : made.asks)
    if (auto why = looked_at(ask); !why.empty()) return why;
  return "";
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
  if (made.settled || permissions.intrusive) return made;
  const auto* interaction = made.control ? subject.profile.interaction(made.control->id.substr(0, made.control->id.find('@'))) : nullptr;
  std::string why = betrays_a_write(made, probe, interaction);
  if (why.empty() && interaction != nullptr && interaction->writes) why = fmt::format("its known-good request is a {}", made.control->exchange.method);
  if (!why.empty())
    made.settled = probes::settled(Verdict::skipped, Cause::not_authorised, why + ": needs --allow intrusive and --authorisation");
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
