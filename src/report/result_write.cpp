// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "model/tls_names.hpp"
#include "report/exchange_json.hpp"
#include "report/result_json.hpp"
#include "report/words.hpp"

namespace report {

using base::Json;

namespace {

Json texts(const std::vector<std::string>& values) {
  Json out = Json::array();
  for (const auto& value : values) out.push_back(shown(value));
  return out;
}

template <class List, class Write>
Json list(const List& values, const Write& write) {
  Json out = Json::array();
  for (const auto& value : values) out.push_back(write(value));
  return out;
}

Json tool_json(const model::ToolInfo& tool) {
  return {{"name", shown(tool.name)},
          {"version", shown(tool.version)},
          {"openssl", shown(tool.openssl)},
          {"curl", shown(tool.curl)}};
}

Json run_json(const model::RunInfo& run) {
  return {{"id", shown(run.id)},
          {"started", base::rfc3339(run.started)},
          {"finished", base::rfc3339(run.finished)},
          {"complete", run.complete},
          {"argv", texts(run.argv)},
          {"exit", static_cast<int>(run.exit)},
          {"authorisation", shown(run.authorisation)},
          {"notes", texts(run.notes)},
          {"settings", list(run.settings, [](const model::Setting& s) {
             return Json{{"name", shown(s.name)}, {"value", shown(s.value)}};
           })}};
}

Json profile_json(const model::ProfileInfo& profile) {
  Json out = {{"id", shown(profile.id)},
              {"version", shown(profile.version)},
              {"digest", shown(profile.digest)},
              {"specs", texts(profile.specs)},
              {"parameters", own(profile.parameters)},
              {"title", shown(profile.title)}};
  if (!profile.lineage.empty()) out["extends"] = texts(profile.lineage);
  return out;
}

Json target_json(const model::TargetInfo& target) {
  const model::About& about = target.about;
  return {{"alias", shown(target.alias)},
          {"url", shown(target.url)},
          {"addresses", texts(target.addresses)},
          {"about",
           {{"supplier", shown(about.supplier)},
            {"product", shown(about.product)},
            {"version", shown(about.version)},
            {"environment", shown(about.environment)},
            {"tester", shown(about.tester)},
            {"reference", shown(about.reference)}}}};
}

Json summary_json(const model::Summary& summary) {
  return {{"pass", summary.pass},       {"fail", summary.fail},
          {"warn", summary.warn},       {"inconclusive", summary.inconclusive},
          {"skipped", summary.skipped}, {"waived", summary.waived}};
}

Json preflight_json(const base::Error& error) {
  return {{"trouble", model::word(error.kind)},
          {"what", shown(error.what)},
          {"where", shown(error.where)},
          {"hint", shown(error.hint)}};
}

Json specification_json(const model::Specification& spec) {
  return {{"id", shown(spec.id)},
          {"title", shown(spec.title)},
          {"publisher", shown(spec.publisher)},
          {"source", shown(spec.source)},
          {"licence", shown(spec.licence)},
          {"read_on", shown(spec.read_on)}};
}

Json requirement_json(const model::RequirementResult& result) {
  const model::Requirement& r = result.requirement;
  return {{"id", shown(r.id)},
          {"spec", shown(r.spec)},
          {"level", model::word(r.level)},
          {"derived", r.derived},
          {"title", shown(r.title)},
          {"section", shown(r.section)},
          {"verdict", model::word(result.verdict)},
          {"warnings", result.warnings},
          {"checks", texts(result.checks)},
          {"text", shown(r.text)},
          {"quote", shown(r.quote)},
          {"derivation", shown(r.derivation)},
          {"condition", shown(r.condition)},
          {"half", shown(r.half)},
          {"manual", r.manual}};
}

Json control_json(const model::Finding& finding) {
  Json out = Json::object();
  if (finding.control.empty()) return out;
  out["id"] = shown(finding.control);
  if (finding.control_before) out["before"] = *finding.control_before;
  if (finding.control_after) out["after"] = *finding.control_after;
  return out;
}

Json check_json(const model::Finding& finding) {
  const model::Check& check = finding.check;
  return {{"id", shown(check.id)},
          {"title", shown(check.title)},
          {"suite", shown(check.suite)},
          {"cites", texts(check.cites)},
          {"level", model::word(check.level)},
          {"severity", model::word(check.severity)},
          {"verdict", model::word(finding.verdict)},
          {"cause", model::word(finding.cause)},
          {"expected", shown(finding.expected)},
          {"observed", shown(finding.observed)},
          {"because", shown(finding.because)},
          {"layer", model::word(finding.layer)},
          {"control", control_json(finding)},
          {"observations", texts(finding.observations)},
          {"reproduce", list(finding.reproduce, shown_lines)},
          {"duration_ms", finding.ms},
          {"red", finding.red},
          {"slug", shown(check.slug)},
          {"probe", shown(check.probe)},
          {"with", check.with.is_object() ? own(check.with) : Json::object()},
          {"risk", model::word(check.risk)},
          {"method", shown(finding.method)},
          {"why", shown(check.why)},
          {"remedy", shown(check.remedy)}};
}

Json credential_json(const model::CredentialResult& credential) {
  Json out = {
      {"label", shown(credential.label)},       {"kind", model::word(credential.kind)},
      {"layer", model::word(credential.layer)}, {"outcome", model::word(credential.outcome)},
      {"alert", shown(credential.alert)},       {"status", credential.status}};
  if (credential.certificate) out["certificate"] = to_json(*credential.certificate);
  return out;
}

Json suite_json(std::uint32_t code, const model::VersionFacts& facts) {
  Json out = {{"code", model::code_text(code)}, {"name", model::suite_name(code)}};
  const auto at = facts.evidence.find(code);
  if (at != facts.evidence.end()) out["observation"] = shown(at->second);
  return out;
}

Json dh_json(const model::DhFacts& dh) { return {{"bits", dh.bits}, {"prime", shown(dh.prime)}, {"observation", shown(dh.observation)}}; }

// Of the highest version that tells; `orders` has each.
model::Preference preference_of(const model::TlsFacts& tls) {
  auto out = model::Preference::not_tested;
  for (const auto& [version, facts] : tls.versions)
    if (facts.preference != model::Preference::not_tested) out = facts.preference;
  return out;
}

// Absent where nothing was asked.
void add_order(Json& out, const model::TlsFacts& tls) {
  for (const auto& [version, facts] : tls.versions)
    if (facts.preference != model::Preference::not_tested)
      out["orders"][std::string(model::word(version))] = {{"preference", model::word(facts.preference)},
                                                          {"complete", facts.ordered},
                                                          {"observations", list(facts.order_evidence, shown)}};
}

Json feature_json(const model::Feature& feature) {
  return {{"state", model::word(feature.state)}, {"detail", shown(feature.detail)}, {"observation", shown(feature.observation)}};
}

// The six protocols stand there always, so that a reader of the file never has to ask.
Json tls_json(const std::optional<model::TlsFacts>& known) {
  const model::TlsFacts tls = known.value_or(model::TlsFacts{});
  Json protocols = Json::object();
  Json suites = Json::object();
  Json refused = Json::object();
  Json unanswered = Json::object();
  for (const auto& [version, name] : model::Words<model::TlsVersion>::table) {
    const std::string key(name);
    const model::VersionFacts& facts = tls.of(version);
    protocols[key] = model::word(facts.state);
    const auto with_name = [&](std::uint32_t code) { return suite_json(code, facts); };
    if (!facts.accepted.empty()) suites[key] = list(facts.accepted, with_name);
    if (!facts.refused.empty()) refused[key] = list(facts.refused, model::code_text);
    if (!facts.unanswered.empty()) unanswered[key] = list(facts.unanswered, model::code_text);
  }
  Json out = {{"protocols", protocols},
              {"suites", suites},
              {"preference", model::word(preference_of(tls))},
              {"groups", list(tls.groups, model::group_name)},
              {"dh", tls.dh ? dh_json(*tls.dh) : Json()},
              {"alive", tls.alive},
              {"key_types", list(tls.authentication, shown)},
              {"refused_suites", refused},
              {"unanswered_suites", unanswered}};
  add_order(out, tls);
  for (const auto& [name, feature] : tls.features) out["features"][name] = feature_json(feature);
  for (const auto& [name, feature] : tls.vulnerabilities) out["vulnerabilities"][name] = feature_json(feature);
  if (!tls.contradictions.empty()) out["contradictions"] = list(tls.contradictions, shown);
  return out;
}

}  // namespace

Json tls_facts_json(const model::TlsFacts& tls) { return tls_json(tls); }

namespace {

Json client_auth_json(const std::optional<model::ClientAuthFacts>& known) {
  Json out = Json::object();
  if (!known) return out;
  out["requested"] = known->requested;
  if (known->required) out["required"] = *known->required;
  out["ca_names"] = texts(known->ca_names);
  if (!known->key_types.empty()) out["key_types"] = texts(known->key_types);
  if (!known->signature_algorithms.empty()) out["signature_algorithms"] = texts(known->signature_algorithms);
  return out;
}

Json facts_json(const model::Facts& facts) {
  Json out = {{"tls", tls_json(facts.tls)},
              {"certificate", facts.certificate ? to_json(*facts.certificate) : Json::object()},
              {"client_auth", client_auth_json(facts.client_auth)},
              {"server_verification", shown(facts.server_verification)}};
  for (const auto& issuer : facts.issuers) out["issuers"].push_back(to_json(issuer));
  if (!facts.stapled.empty()) out["stapled"] = texts(facts.stapled);
  if (facts.clock_offset) out["clock_offset"] = *facts.clock_offset;
  return out;
}

Json coverage_json(const model::Coverage& coverage) {
  return {{"must",
           {{"met", coverage.met},
            {"partly", coverage.partly},
            {"not_tested", coverage.not_tested},
            {"not_applicable", coverage.not_applicable},
            {"not_met", coverage.not_met},
            {"undetermined", coverage.undetermined},
            {"waived", coverage.waived}}}};
}

Json waiver_json(const model::WaiverResult& waiver) {
  return {{"check", shown(waiver.check)},     {"state", model::word(waiver.state)},
          {"was", model::word(waiver.was)},   {"reason", shown(waiver.reason)},
          {"owner", shown(waiver.owner)},     {"reference", shown(waiver.reference)},
          {"granted", shown(waiver.granted)}, {"expires", shown(waiver.expires)}};
}

Json created_json(const model::Created& created) {
  Json out = {{"identifier", shown(created.identifier)}, {"location", shown(created.location)}, {"check", shown(created.check)},
              {"owner", shown(created.owner)},           {"ods_code", shown(created.ods_code)}, {"state", shown(created.state)}};
  if (!created.because.empty()) out["because"] = shown(created.because);
  return out;
}

}  // namespace

namespace {

// The members of result.json in their order. `out.value(key, json)` takes one whole;
// `out.list(key, values, write)` may write a list element by element.
template <class Out>
void write_members(const model::Report& report, Out& out) {
  out.value("schema", "probity.result/1");
  out.value("tool", tool_json(report.tool));
  out.value("run", run_json(report.run));
  out.value("profile", profile_json(report.profile));
  out.value("target", target_json(report.target));
  out.value("verdict", model::word(report.verdict));
  out.value("sentence", shown(report.sentence));
  if (report.preflight) out.value("preflight", preflight_json(*report.preflight));
  if (!report.blocked_by.empty()) {
    out.value("blocked_by", shown(report.blocked_by));
    out.value("blocked_red", report.blocked_red);
  }
  out.value("summary", summary_json(report.summary));
  out.list("specifications", report.specs, specification_json);
  out.list("requirements", report.requirements, requirement_json);
  out.list("checks", report.findings, check_json);
  out.list("observations", report.observations, [&](const model::Observation& seen) { return to_json(seen, report.facts); });
  out.list("credentials", report.credentials, credential_json);
  out.value("facts", facts_json(report.facts));
  out.value("coverage", coverage_json(report.coverage));
  out.list("waivers", report.waivers, waiver_json);
  if (!report.created.empty()) out.list("created", report.created, created_json);
  if (!report.journal.empty()) out.value("journal", shown(report.journal));
  out.value("requests_sent", report.requests_sent);
  out.value("connections_opened", report.connections_opened);
}

struct Document {
  Json json = Json::object();

  void value(const char* key, Json member) { json[key] = std::move(member); }
  template <class List, class Write>
  void list(const char* key, const List& values, const Write& write) {
    json[key] = report::list(values, write);
  }
};

// A document of some thousand observations takes ten times its text in memory: one element at a time.
struct Text {
  std::string text = "{";

  void value(const char* key, const Json& member) {
    name(key);
    append_json(member, 1, text);
  }
  template <class List, class Write>
  void list(const char* key, const List& values, const Write& write) {
    name(key);
    if (values.empty()) {
      text += "[]";
      return;
    }
    const char* before = "[\n    ";
    for (const auto& element : values) {
      text += before;
      append_json(write(element), 2, text);
      before = ",\n    ";
    }
    text += "\n  ]";
  }

 private:
  void name(const char* key) { text.append(text == "{" ? "\n  \"" : ",\n  \"").append(key).append("\": "); }
};

}  // namespace

Json to_json(const model::Report& report) {
  Document out;
  write_members(report, out);
  return std::move(out.json);
}

std::string result_text(const model::Report& report) {
  Text out;
  write_members(report, out);
  out.text += "\n}\n";
  return std::move(out.text);
}

}  // namespace report
