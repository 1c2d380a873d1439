// SPDX-License-Identifier: Apache-2.0
// The answers of the registry (nrl.md 7.3, 7.4, 8.2).
#include <fmt/format.h>

#include "demo/nrl_bodies.hpp"
#include "pki/digest.hpp"

namespace demo::nrl {

namespace {

using base::Json;

constexpr const char* outcome_profile = "https://fhir.nhs.uk/STU3/StructureDefinition/Spine-OperationOutcome-1";
constexpr const char* code_system = "https://fhir.nhs.uk/STU3/CodeSystem/Spine-ErrorOrWarningCode-1";

struct Display {
  std::string_view code;
  const char* display;
};
constexpr Display displays[] = {
    {"MISSING_OR_INVALID_HEADER", "There is a required header missing or invalid"},
    {"ACCESS_DENIED", "Access has been denied to process this request"},
    {"INVALID_PARAMETER", "Invalid parameter"},
    {"INVALID_RESOURCE", "Invalid resource"},
    {"INVALID_NHS_NUMBER", "Invalid NHS number"},
    {"INVALID_REQUEST_MESSAGE", "Invalid Request Message"},
    {"BAD_REQUEST", "Bad request"},
    {"DUPLICATE_REJECTED", "Create would lead to creation of a duplicate resource"},
    {"ORGANISATION_NOT_FOUND", "Organisation not found"},
    {"NO_RECORD_FOUND", "No record found"},
    {"UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type"},
    {"REQUEST_UNMATCHED", "Request does not match a known interaction"},
    {"INTERNAL_SERVER_ERROR", "Unexpected internal server error"},
    {"RESOURCE_CREATED", "New resource created"},
    {"RESOURCE_UPDATED", "Resource has been updated"},
    {"RESOURCE_DELETED", "Resource removed"},
};

std::string display_of(const std::string& code) {
  for (const auto& row : displays)
    if (row.code == code) return row.display;
  return code;
}

Json outcome(const char* severity, const std::string& issue, const std::string& code, const std::string& display, const std::string& diagnostics) {
  const Json coding = {{"system", code_system}, {"code", code}, {"display", display}};
  return {{"resourceType", "OperationOutcome"},
          {"id", pki::random_uuid()},
          {"meta", {{"profile", Json::array({outcome_profile})}}},
          {"issue", Json::array({Json{{"severity", severity},
                                      {"code", issue},
                                      {"details", {{"coding", Json::array({coding})}}},
                                      {"diagnostics", diagnostics}}})}};
}

}  // namespace

Json outcome_of(const Refusal& refusal) {
  return outcome("error", refusal.issue, refusal.code, refusal.display.empty() ? display_of(refusal.code) : refusal.display, refusal.diagnostics);
}

Json success_of(const std::string& code, const std::string& diagnostics) {
  Json out = outcome("information", "informational", code, display_of(code), diagnostics);
  out["issue"][0]["details"]["text"] = pki::random_uuid();
  return out;
}

Json bundle_of(const std::vector<const Pointer*>& pointers, const std::string& self, const std::string& collection_url) {
  Json out = {{"resourceType", "Bundle"},
              {"id", pki::random_uuid()},
              {"type", "searchset"},
              {"total", pointers.size()},
              {"link", Json::array({Json{{"relation", "self"}, {"url", self}}})}};
  for (const auto* pointer : pointers)
    out["entry"].push_back({{"fullUrl", fmt::format("{}/{}", collection_url, pointer->id)},
                            {"resource", pointer->resource()},
                            {"search", {{"mode", "match"}}}});
  return out;
}

}  // namespace demo::nrl
