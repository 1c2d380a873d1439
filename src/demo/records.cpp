// SPDX-License-Identifier: Apache-2.0
#include "demo/records.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "model/placeholders.hpp"

namespace demo {

namespace {

using base::Json;

Json profiled(const char* type, const std::string& id, const char* profile) {
  return {{"resourceType", type},
          {"id", id},
          {"meta", {{"versionId", "1"}, {"profile", Json::array({fmt::format("https://fhir.nhs.uk/STU3/StructureDefinition/{}", profile)})}}}};
}

Json identifier(const char* system, const std::string& value) {
  return Json::array({Json{{"system", fmt::format("https://fhir.nhs.uk/Id/{}", system)}, {"value", value}}});
}

Json patient(const Practice& practice) {
  Json json = profiled("Patient", "2", "CareConnect-GPC-Patient-1");
  json["identifier"] = identifier("nhs-number", practice.nhs_number);
  json["active"] = true;
  json["name"] = Json::array({Json{{"use", "official"}, {"family", "Example"}, {"given", Json::array({"Test"})}}});
  json["gender"] = "unknown";
  json["birthDate"] = "1950-01-01";
  json["managingOrganization"] = {{"reference", "Organization/7"}};
  return json;
}

Json practitioner() {
  Json json = profiled("Practitioner", "1", "CareConnect-GPC-Practitioner-1");
  json["identifier"] = identifier("sds-user-id", "G13579135");
  json["name"] = Json::array({Json{{"family", "Gilbert"}, {"given", Json::array({"Nichole"})}, {"prefix", Json::array({"Miss"})}}});
  return json;
}

Json organization(const Practice& practice) {
  Json json = profiled("Organization", "7", "CareConnect-GPC-Organization-1");
  json["identifier"] = identifier("ods-organization-code", practice.ods_code);
  json["name"] = "Reference Practice";
  return json;
}

Json location(const Practice& practice) {
  Json json = profiled("Location", "17", "CareConnect-GPC-Location-1");
  json["identifier"] = identifier("ods-site-code", practice.ods_code);
  json["name"] = "Reference Practice, main site";
  json["managingOrganization"] = {{"reference", "Organization/7"}};
  return json;
}

Json slot() {
  Json json = profiled("Slot", "1584", "GPConnect-Slot-1");
  json["schedule"] = {{"reference", "Schedule/14"}};
  json["status"] = "free";
  json["start"] = "2030-01-07T09:00:00+00:00";
  json["end"] = "2030-01-07T09:10:00+00:00";
  return json;
}

Json appointment() {
  Json json = profiled("Appointment", "9", "GPConnect-Appointment-1");
  json["status"] = "booked";
  json["start"] = "2030-01-07T09:00:00+00:00";
  json["end"] = "2030-01-07T09:10:00+00:00";
  json["participant"] = Json::array({Json{{"actor", {{"reference", "Patient/2"}}}, {"status", "accepted"}}});
  return json;
}

Json task() {
  Json json = profiled("Task", "5", "GPConnect-Task-1");
  json["status"] = "requested";
  json["intent"] = "order";
  return json;
}

Json searchset(std::vector<Json> resources) {
  Json entries = Json::array();
  for (auto& resource : resources) entries.push_back({{"resource", std::move(resource)}});
  return {{"resourceType", "Bundle"}, {"type", "searchset"}, {"total", entries.size()}, {"entry", entries}};
}

Json capability_statement(const Practice& practice, const std::string& root) {
  Json resources = Json::array();
  for (const auto& endpoint : endpoints(practice)) {
    if (endpoint.root != root || endpoint.area.empty()) continue;
    const bool listed = std::any_of(resources.begin(), resources.end(), [&](const Json& r) { return r["type"] == endpoint.area; });
    if (!listed) resources.push_back({{"type", endpoint.area}, {"interaction", Json::array({Json{{"code", "read"}}})}});
  }
  Json rest = {{"mode", "server"}, {"security", {{"cors", false}}}};
  if (!resources.empty()) rest["resource"] = resources;
  if (edition_of(practice).service == "gp-connect-0.x")
    return {{"resourceType", "Conformance"}, {"status", "active"}, {"date", "2026-01-01"}, {"kind", "capability"},
            {"fhirVersion", "1.0.2"}, {"acceptUnknown", "both"}, {"format", Json::array({"application/json+fhir"})}, {"rest", Json::array({rest})}};
  return {{"resourceType", "CapabilityStatement"}, {"status", "active"},   {"date", "2026-01-01"},
          {"kind", "capability"},                  {"fhirVersion", "3.0.1"}, {"acceptUnknown", "both"},
          {"format", Json::array({"application/fhir+json"})},
          {"software", {{"name", "probity reference provider"}}},
          {"rest", Json::array({rest})}};
}

// Whether a search names the one record there is.
bool asks_for(const Arrived& arrived, const std::string& value) {
  return arrived.query.find("%7C" + model::url_encoded(value)) != std::string::npos || arrived.query.find("|" + value) != std::string::npos;
}

}  // namespace

std::optional<Json> record(const Endpoint& endpoint, const Arrived& arrived, const Practice& practice) {
  const auto segments = base::split(arrived.path, '/');
  const auto only = [&](const char* id, Json json) -> std::optional<Json> {
    if (segments.back() == id) return json;
    return std::nullopt;
  };
  const auto found = [&](const std::string& value, Json json) -> std::optional<Json> {
    return searchset(asks_for(arrived, value) ? std::vector<Json>{std::move(json)} : std::vector<Json>{});
  };
  const std::string& path = endpoint.path;
  if (path == "/metadata") return capability_statement(practice, endpoint.root);
  if (path == "/Patient/$gpc.getcarerecord") return searchset({patient(practice)});
  if (path == "/Patient") return found(practice.nhs_number, patient(practice));
  if (path == "/Practitioner") return found("G13579135", practitioner());
  if (path == "/Organization") return found(practice.ods_code, organization(practice));
  if (path == "/Slot") return searchset({slot()});
  if (path == "/Patient/{id}/Appointment") {
    if (segments[segments.size() - 2] != "2") return std::nullopt;
    return searchset({appointment()});
  }
  if (path == "/Patient/{id}") return only("2", patient(practice));
  if (path == "/Practitioner/{id}") return only("1", practitioner());
  if (path == "/Organization/{id}") return only("7", organization(practice));
  if (path == "/Location/{id}") return only("17", location(practice));
  if (path == "/Appointment/{id}") return only("9", appointment());
  if (path == "/Task/{id}") return only("5", task());
  if (path == "/Task") return task();   // as it would be had it been kept: nothing is
  return std::nullopt;
}

Json operation_outcome(const Refusal& refusal, const Practice& practice) {
  const Edition& edition = edition_of(practice);
  const Json coding = {{"system", edition.error_system},
                       {"code", refusal.code},
                       {"display", refusal.code}};
  return {{"resourceType", "OperationOutcome"},
          {"meta", {{"profile", Json::array({edition.error_profile})}}},
          {"issue", Json::array({Json{{"severity", "error"},
                                      {"code", refusal.issue},
                                      {"details", {{"coding", Json::array({coding})}}},
                                      {"diagnostics", refusal.diagnostics}}})}};
}

}  // namespace demo
