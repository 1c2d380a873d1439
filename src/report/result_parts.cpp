// SPDX-License-Identifier: Apache-2.0
#include "report/result_parts.hpp"

#include "model/tls_names.hpp"
#include "report/exchange_json.hpp"

namespace report {

using base::Fields;
using base::Json;
using base::Problems;

namespace {

using Pointer = std::string;

void read_control(Fields& fields, model::Finding& finding, Problems& problems) {
  const Json* json = fields.object("control");
  if (json == nullptr) return;
  Fields control(*json, fields.pointer_to("control"), problems);
  finding.control = control.text_or("id");
  finding.control_before = control.maybe_boolean("before");
  finding.control_after = control.maybe_boolean("after");
  control.finish();
}

model::Check check_from(Fields& fields) {
  model::Check check;
  check.id = fields.text("id");
  check.title = fields.text_or("title");
  check.suite = fields.text_or("suite");
  check.cites = fields.texts_or("cites");
  check.level = word_of<model::Level>(fields, "level");
  check.severity = word_of<model::Severity>(fields, "severity");
  check.slug = fields.text_or("slug");
  check.probe = fields.text_or("probe");
  if (const Json* with = fields.object("with"); with != nullptr) check.with = *with;
  check.risk = word_of<model::Risk>(fields, "risk");
  check.why = fields.text_or("why");
  check.remedy = fields.text_or("remedy");
  return check;
}

// {"TLSv1.2": [...]}: the entry of each version.
template <class Read>
void each_version(Fields& tls, const std::string& key, Problems& problems, const Read& read) {
  const Json* json = tls.object(key);
  if (json == nullptr) return;
  Fields versions(*json, tls.pointer_to(key), problems);
  for (const auto& [version, name] : model::Words<model::TlsVersion>::table)
    if (const std::string spelling(name); versions.has(spelling)) read(version, spelling, versions);
  versions.finish();
}

void read_suites(Fields& tls, model::TlsFacts& out, Problems& problems) {
  using Version = model::TlsVersion;
  each_version(tls, "suites", problems, [&](Version version, const std::string& name, Fields& in) {
    auto& facts = out.versions[version];
    each<int>(in, name, [&](const Json& entry, const Pointer& at) {
      Fields suite(entry, at, problems);
      const std::uint32_t code = code_from(suite.text("code"), suite, "code");
      suite.text_or("name");  // follows from the code
      facts.accepted.push_back(code);
      if (const auto evidence = suite.maybe_text("observation")) facts.evidence[code] = *evidence;
      suite.finish();
      return 0;
    });
  });
  each_version(tls, "refused_suites", problems,
               [&](Version v, const std::string& name, Fields& in) {
                 for (const auto& code : in.texts_or(name))
                   out.versions[v].refused.insert(code_from(code, in, name));
               });
  each_version(tls, "unanswered_suites", problems,
               [&](Version v, const std::string& name, Fields& in) {
                 for (const auto& code : in.texts_or(name))
                   out.versions[v].unanswered.insert(code_from(code, in, name));
               });
}

model::DhFacts dh_from(const Json& json, const Pointer& pointer, Problems& problems) {
  Fields fields(json, pointer, problems);
  model::DhFacts dh{static_cast<int>(fields.integer("bits")), fields.text("prime"), fields.text("observation")};
  fields.finish();
  return dh;
}

void read_orders(Fields& tls, model::TlsFacts& out, Problems& problems) {
  each_version(tls, "orders", problems, [&](model::TlsVersion version, const std::string& name, Fields& in) {
    const Json* json = in.object(name);
    if (json == nullptr) return;
    Fields fields(*json, in.pointer_to(name), problems);
    auto& facts = out.versions[version];
    facts.preference = word_of<model::Preference>(fields, "preference");
    facts.ordered = fields.boolean_or("complete", false);
    facts.order_evidence = fields.texts_or("observations");
    fields.finish();
  });
}

void read_features(Fields& tls, const char* key, std::map<std::string, model::Feature>& out, Problems& problems) {
  const Json* json = tls.object(key);
  if (json == nullptr) return;
  Fields features(*json, tls.pointer_to(key), problems);
  for (const auto& [name, value] : json->items()) {
    const Json* entry = features.object(name);
    if (entry == nullptr) continue;
    Fields fields(*entry, features.pointer_to(name), problems);
    model::Feature feature;
    feature.state = word_of<model::Feature::State>(fields, "state");
    feature.detail = fields.text_or("detail");
    feature.observation = fields.text("observation");
    out[name] = std::move(feature);
    fields.finish();
  }
  features.finish();
}

model::TlsFacts tls_from(const Json& json, const Pointer& pointer, Problems& problems) {
  Fields fields(json, pointer, problems);
  model::TlsFacts tls;
  each_version(fields, "protocols", problems,
               [&](model::TlsVersion version, const std::string& name, Fields& in) {
                 tls.versions[version].state = word_of<model::HelloState>(in, name);
               });
  read_suites(fields, tls, problems);
  tls.alive = fields.boolean_or("alive", false);
  for (const auto& type : fields.texts_or("key_types")) tls.authentication.insert(type);
  fields.raw("preference");  // follows from `orders`
  for (const auto& name : fields.texts_or("groups"))
    if (const auto* group = model::find_group(name); group != nullptr) tls.groups.push_back(group->code);
  if (const Json* dh = fields.raw("dh"); dh != nullptr && dh->is_object()) tls.dh = dh_from(*dh, fields.pointer_to("dh"), problems);
  read_orders(fields, tls, problems);
  read_features(fields, "features", tls.features, problems);
  read_features(fields, "vulnerabilities", tls.vulnerabilities, problems);
  tls.contradictions = fields.texts_or("contradictions");
  fields.finish();
  return tls;
}

std::optional<model::ClientAuthFacts> client_auth_from(const Json& json, const Pointer& pointer,
                                                       Problems& problems) {
  if (json.empty()) return std::nullopt;
  Fields fields(json, pointer, problems);
  model::ClientAuthFacts out;
  out.requested = fields.boolean_or("requested", false);
  out.required = fields.maybe_boolean("required");
  out.ca_names = fields.texts_or("ca_names");
  out.key_types = fields.texts_or("key_types");
  out.signature_algorithms = fields.texts_or("signature_algorithms");
  fields.finish();
  return out;
}

}  // namespace

model::Specification specification_from(const Json& json, const Pointer& pointer,
                                        Problems& problems) {
  Fields fields(json, pointer, problems);
  model::Specification spec;
  spec.id = fields.text("id");
  spec.title = fields.text_or("title");
  spec.publisher = fields.text_or("publisher");
  spec.source = fields.text_or("source");
  spec.licence = fields.text_or("licence");
  spec.read_on = fields.text_or("read_on");
  fields.finish();
  return spec;
}

model::RequirementResult requirement_from(const Json& json, const Pointer& pointer,
                                          Problems& problems) {
  Fields fields(json, pointer, problems);
  model::RequirementResult result;
  model::Requirement& r = result.requirement;
  r.id = fields.text("id");
  r.spec = fields.text_or("spec");
  r.level = word_of<model::Level>(fields, "level");
  r.derived = fields.boolean_or("derived", false);
  r.title = fields.text_or("title");
  r.section = fields.text_or("section");
  result.verdict = word_of<model::RequirementVerdict>(fields, "verdict");
  result.warnings = static_cast<int>(fields.integer("warnings"));
  result.checks = fields.texts_or("checks");
  r.text = fields.text_or("text");
  r.quote = fields.text_or("quote");
  r.derivation = fields.text_or("derivation");
  r.condition = fields.text_or("condition");
  r.half = fields.text_or("half");
  r.manual = fields.boolean_or("manual", false);
  fields.finish();
  return result;
}

model::Finding finding_from(const Json& json, const Pointer& pointer, Problems& problems) {
  Fields fields(json, pointer, problems);
  model::Finding finding;
  finding.check = check_from(fields);
  finding.verdict = word_of<model::Verdict>(fields, "verdict");
  finding.cause = word_of<model::Cause>(fields, "cause");
  finding.expected = fields.text_or("expected");
  finding.observed = fields.text_or("observed");
  finding.because = fields.text_or("because");
  finding.layer = word_of<model::Layer>(fields, "layer");
  read_control(fields, finding, problems);
  finding.observations = fields.texts_or("observations");
  finding.reproduce = fields.texts_or("reproduce");
  finding.ms = fields.integer("duration_ms");
  finding.red = fields.boolean_or("red", false);
  finding.method = fields.text_or("method");
  fields.finish();
  return finding;
}

model::CredentialResult credential_from(const Json& json, const Pointer& pointer,
                                        Problems& problems) {
  Fields fields(json, pointer, problems);
  model::CredentialResult out;
  out.label = fields.text_or("label");
  out.kind = word_of<model::CredentialKind>(fields, "kind");
  out.layer = word_of<model::Layer>(fields, "layer");
  out.outcome = word_of<model::Outcome>(fields, "outcome");
  out.alert = fields.text_or("alert");
  out.status = static_cast<int>(fields.integer("status"));
  if (const Json* leaf = fields.object("certificate"); leaf != nullptr)
    out.certificate = certificate_from(*leaf, fields.pointer_to("certificate"), problems);
  fields.finish();
  return out;
}

model::WaiverResult waiver_from(const Json& json, const Pointer& pointer, Problems& problems) {
  Fields fields(json, pointer, problems);
  model::WaiverResult out;
  out.check = fields.text_or("check");
  out.state = word_of<model::WaiverState>(fields, "state");
  out.was = word_of<model::Verdict>(fields, "was");
  out.reason = fields.text_or("reason");
  out.owner = fields.text_or("owner");
  out.reference = fields.text_or("reference");
  out.granted = fields.text_or("granted");
  out.expires = fields.text_or("expires");
  fields.finish();
  return out;
}

model::Facts facts_from(const Json& json, const Pointer& pointer, Problems& problems) {
  Fields fields(json, pointer, problems);
  model::Facts facts;
  if (const Json* tls = fields.object("tls"); tls != nullptr)
    facts.tls = tls_from(*tls, pointer + "/tls", problems);
  if (const Json* leaf = fields.object("certificate"); leaf != nullptr && !leaf->empty())
    facts.certificate = certificate_from(*leaf, pointer + "/certificate", problems);
  if (const Json* client = fields.object("client_auth"); client != nullptr)
    facts.client_auth = client_auth_from(*client, pointer + "/client_auth", problems);
  facts.issuers = each<model::CertificateFacts>(fields, "issuers", [&](const Json& one, const std::string& at) {
    return certificate_from(one, at, problems);
  });
  facts.stapled = fields.texts_or("stapled");
  facts.server_verification = fields.text_or("server_verification");
  if (fields.has("clock_offset")) facts.clock_offset = fields.integer("clock_offset");
  fields.finish();
  return facts;
}

}  // namespace report
