// SPDX-License-Identifier: Apache-2.0
#include "tests/report/each_text.hpp"

#include "tests/report/sample_report.hpp"

namespace sample {

namespace {

using Change = std::function<void(std::string&)>;

void each(std::vector<std::string>& texts, const Change& change) {
  for (auto& text : texts) change(text);
}

void each(model::CertificateFacts& leaf, const Change& change) {
  for (auto* text : {&leaf.subject, &leaf.issuer, &leaf.common_name, &leaf.serial, &leaf.key,
                     &leaf.signature, &leaf.sha256})
    change(*text);
  each(leaf.names, change);
}

void each(std::vector<model::Header>& headers, const Change& change) {
  for (auto& header : headers) {
    change(header.name);
    change(header.value);
  }
}

void each(model::Exchange& exchange, const Change& change) {
  std::visit(
      [&](auto& e) {
        change(e.origin.host);
        change(e.server_name);
      },
      exchange);
  auto* http = std::get_if<model::HttpExchange>(&exchange);
  if (http == nullptr) return;
  for (auto* text : {&http->method, &http->path, &http->body, &http->credential}) change(*text);
  each(http->headers, change);
  if (!http->token) return;
  for (auto& mutation : http->token->mutations) {
    change(mutation.op);
    change(mutation.name);
  }
  std::string claim;
  change(claim);
  http->token->claims = base::Json{{"sub", claim}};
}

void each(model::Observation& seen, const Change& change) {
  each(seen.exchange, change);
  each(seen.headers, change);
  each(seen.issue_codes, change);
  each(seen.outcome_lacks, change);
  for (auto* text : {&seen.trace_id, &seen.alert, &seen.body_digest, &seen.stable_digest, &seen.excerpt,
                     &seen.resource_type, &seen.detail, &seen.tls.leaf_sent})
    change(*text);
  each(seen.tls.ca_names, change);
  if (seen.tls.server) each(*seen.tls.server, change);
}

void each(model::Finding& finding, const Change& change) {
  model::Check& check = finding.check;
  for (auto* text :
       {&check.title, &check.suite, &check.probe, &check.why, &check.remedy, &finding.expected,
        &finding.observed, &finding.because, &finding.method, &finding.control})
    change(*text);
  each(finding.reproduce, change);
  std::string parameter;
  change(parameter);
  check.with = {{"a", parameter}};
}

void each(model::Requirement& r, const Change& change) {
  for (auto* text : {&r.derivation, &r.title, &r.text, &r.quote, &r.condition, &r.half})
    change(*text);
}

void each(model::Facts& facts, const Change& change) {
  if (facts.certificate) each(*facts.certificate, change);
  if (facts.client_auth) each(facts.client_auth->ca_names, change);
  change(facts.server_verification);
}

}  // namespace

void each_text(model::Report& report, const Change& change) {
  auto& about = report.target.about;
  for (auto* text : {&report.run.id, &report.run.authorisation, &report.profile.id,
                     &report.profile.title, &report.profile.version, &report.profile.digest,
                     &report.target.alias, &report.target.url, &about.supplier, &about.product,
                     &about.version, &about.environment, &about.tester, &about.reference,
                     &report.sentence, &report.blocked_by, &report.tool.openssl, &report.tool.curl})
    change(*text);
  for (auto* texts : {&report.run.argv, &report.run.notes, &report.target.addresses})
    each(*texts, change);
  for (auto& setting : report.run.settings) {
    change(setting.name);
    change(setting.value);
  }
  for (auto& spec : report.specs)
    for (auto* text : {&spec.title, &spec.publisher, &spec.source, &spec.licence, &spec.read_on})
      change(*text);
  for (auto& result : report.requirements) each(result.requirement, change);
  for (auto& finding : report.findings) each(finding, change);
  for (auto& seen : report.observations) each(seen, change);
  for (auto& credential : report.credentials) {
    change(credential.label);
    change(credential.alert);
    if (credential.certificate) each(*credential.certificate, change);
  }
  for (auto& waiver : report.waivers)
    for (auto* text :
         {&waiver.reason, &waiver.owner, &waiver.reference, &waiver.granted, &waiver.expires})
      change(*text);
  each(report.facts, change);
  if (report.preflight)
    for (auto* text : {&report.preflight->what, &report.preflight->where, &report.preflight->hint})
      change(*text);
}

model::Report one_of_everything() {
  model::Report report = sample::report();
  const auto some = [](auto& list, std::size_t from, std::size_t n) {
    list = {list.begin() + static_cast<std::ptrdiff_t>(from),
            list.begin() + static_cast<std::ptrdiff_t>(from + n)};
  };
  // One row that is told here and one told elsewhere, a pass, a fail, a waiver and an open one.
  some(report.findings, 1, 4);
  report.findings[3].verdict = model::Verdict::waived;
  report.findings[3].cause = model::Cause::waiver;
  report.waivers.resize(1);
  report.waivers[0].check = report.findings[3].check.id;
  report.observations.resize(9);
  report.findings[0].observations = {report.observations[8].id, report.observations[0].id,
                                     "nowhere"};
  std::get<model::HttpExchange>(report.observations[8].exchange).token->mutations = {
      {"op", "name", "value"}};
  std::erase_if(report.requirements, [](const model::RequirementResult& r) {
    return r.requirement.id != "GPC-TLS-2" && r.requirement.id != "GPC-CON-4";
  });
  some(report.credentials, 0, 2);
  report.preflight = base::Error{base::Trouble::io, "what", "where", "hint"};
  report.blocked_by = "blocked";
  return report;
}

}  // namespace sample
