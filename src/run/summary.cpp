// SPDX-License-Identifier: Apache-2.0
#include "run/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/redact.hpp"
#include "base/text.hpp"
#include "probes/request_builder.hpp"
#include "probes/survey.hpp"

namespace run {

namespace {

using model::CredentialResult;
using model::Observation;
using model::Outcome;
using model::Report;
using model::Subject;

constexpr std::int64_t clock_tolerance = 5;   // seconds

// What we asked holds the target's patient numbers; nothing that is written may.
void hide_numbers(const model::Target& target, Report& report) {
  const auto numbers = model::numbers_to_mask(target);
  for (auto& seen : report.observations)
    if (auto* http = std::get_if<model::HttpExchange>(&seen.exchange)) {
      http->path = base::mask_nhs_numbers(http->path, numbers);
      http->body = base::mask_nhs_numbers(http->body, numbers);
    }
  for (auto& seen : report.observations)
    for (auto& pointer : seen.pointers) pointer.id = base::mask_nhs_numbers(pointer.id, numbers);
  for (auto& finding : report.findings)
    for (auto& line : finding.reproduce) line = without_numbers(std::move(line), target);
}

void note_answer(CredentialResult& result, const Observation& seen, const Subject& subject) {
  result.layer = seen.layer;
  result.outcome = seen.outcome;
  result.alert = seen.alert;
  result.status = seen.status;
  for (const auto& credential : subject.credentials)
    if (credential.label == result.label) result.certificate = credential.leaf;
}

void report_valid_credential(const Subject& subject, const Courier& courier, Report& report) {
  const auto label = probes::valid_credential(subject);
  for (const auto& seen : courier.log()) {
    const auto* http = std::get_if<model::HttpExchange>(&seen.exchange);
    if (!label || http == nullptr || http->credential != *label || !seen.id.starts_with("control-")) continue;
    CredentialResult result;
    result.label = *label;
    result.kind = model::CredentialKind::valid;
    note_answer(result, seen, subject);
    report.credentials.insert(report.credentials.begin(), std::move(result));
    return;
  }
}

void report_credentials(const Subject& subject, Ledger& ledger, const Courier& courier, Report& report) {
  for (std::size_t i = 0; i < ledger.size(); ++i) {
    const Entry& entry = ledger.at(i);
    if (entry.planned->check->probe != "credential" || entry.answers.empty()) continue;
    const Observation& seen = entry.answers.back();
    const auto* http = std::get_if<model::HttpExchange>(&seen.exchange);
    CredentialResult result;
    result.kind = model::from_word<model::CredentialKind>(entry.planned->check->with.value("kind", "")).value_or(model::CredentialKind::none);
    result.label = http == nullptr || http->credential.empty() ? "none" : http->credential;
    note_answer(result, seen, subject);
    if (result.kind == model::CredentialKind::none && report.facts.client_auth)
      report.facts.client_auth->required = seen.layer == model::Layer::tls && seen.outcome != Outcome::answered;
    report.credentials.push_back(std::move(result));
  }
  report_valid_credential(subject, courier, report);
}

void report_clock(const Courier& courier, Report& report) {
  for (const auto& seen : courier.log()) {
    if (seen.status == 0 || seen.clock_offset == 0) continue;
    report.facts.clock_offset = seen.clock_offset;
    if (std::abs(seen.clock_offset) > clock_tolerance)
      report.run.notes.push_back(fmt::format("the target's clock is {} seconds {} ours; tokens are made by ours, or by --now",
                                             std::abs(seen.clock_offset), seen.clock_offset > 0 ? "ahead of" : "behind"));
    return;
  }
}

// A good request that is answered, and finds nobody, tells of a mistake in the target file.
void report_empty_searches(Report& report) {
  std::vector<std::string> empty;
  for (const auto& finding : report.findings) {
    if (finding.control.empty() || std::find(empty.begin(), empty.end(), finding.control) != empty.end()) continue;
    for (const auto& id : finding.observations) {
      const auto* seen = id.starts_with("control-" + finding.control + "-") ? model::find_observation(report, id) : nullptr;
      if (seen == nullptr || seen->detail != model::found_nothing) continue;
      empty.push_back(finding.control);
      break;
    }
  }
  if (!empty.empty())
    report.run.notes.push_back(fmt::format("the good request found nothing on {}: is what the target file names there?", base::join(empty, ", ")));
}

}  // namespace

std::string without_numbers(std::string line, const model::Target& target) {
  for (const auto& number : model::numbers_to_mask(target)) line = base::replace_all(std::move(line), number, "${NHS_NUMBER}");
  return line;
}

void summarise(const Plan& plan, const Subject& subject, Ledger& ledger, Courier& courier, Report& report) {
  report.requests_sent = courier.requests_sent();
  if (plan.needs_survey) report.facts.tls = probes::tls_facts(courier.log());
  report_credentials(subject, ledger, courier, report);
  report_clock(courier, report);
  // Hundreds of answers need not be held three times.
  ledger.forget_answers();
  report.observations = courier.take_log();
  report_empty_searches(report);
  hide_numbers(subject.target, report);
  report.run.complete = courier.halted() == Halt::none;
}

}  // namespace run
