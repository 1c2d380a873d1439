// SPDX-License-Identifier: Apache-2.0
#include "model/fhir.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

namespace model {

namespace {

using base::Json;

constexpr std::string_view gateway_systems[] = {
    "http://fhir.nhs.net/ValueSet/gpconnect-schedule-response-code-1-0",
    "https://fhir.nhs.uk/StructureDefinition/spine-operationoutcome-1",
};
constexpr std::string_view gateway_words[] = {
    "ASID_CHECK_FAILED_", "PARTYKEY_INTERACTION_CHECK_FAILED_", "FOT_CHECK_FAILED_",
    "ERROR_COMMUNICATING_TO_ENDPOINT_URL_", "_VARIES_FROM_TARGETURL_",
};

std::string text_of(const Json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string{};
}

const Json& member(const Json& object, const char* key) {
  static const Json nothing;
  if (!object.is_object()) return nothing;
  const auto at = object.find(key);
  return at != object.end() ? *at : nothing;
}

bool gateway_coding(const Json& coding) {
  const std::string system = text_of(coding, "system");
  for (const auto known : gateway_systems)
    if (system == known) return true;
  const std::string said = text_of(coding, "display") + " " + text_of(coding, "code");
  for (const auto known : gateway_words)
    if (said.find(known) != std::string::npos) return true;
  return false;
}

}  // namespace

FhirFacts fhir_facts(std::string_view body) {
  FhirFacts facts;
  // Depth is bounded before parsing: a hostile body must not exhaust our stack.
  int depth = 0;
  for (const char c : body) {
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth > 200) return facts;
  }
  const Json json = Json::parse(body, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return facts;
  facts.resource_type = base::shortened(base::printable(text_of(json, "resourceType")), 64);
  if (facts.resource_type != "OperationOutcome") return facts;
  const bool has_profile = member(json, "meta").is_object() && member(json, "meta").contains("profile");
  const Json& issues = member(json, "issue");
  if (!issues.is_array()) return facts;
  for (const auto& issue : issues) {
    const Json& codings = member(member(issue, "details"), "coding");
    if (!codings.is_array()) continue;
    for (const auto& coding : codings) {
      const auto code = base::shortened(base::printable(text_of(coding, "code")), 64);
      if (!code.empty()) facts.issue_codes.push_back(code);
      if (!has_profile && gateway_coding(coding)) facts.made_by_gateway = true;
    }
  }
  return facts;
}

}  // namespace model
