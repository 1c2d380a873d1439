// SPDX-License-Identifier: Apache-2.0
#include "demo/rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "demo/token_rules.hpp"

namespace demo {

namespace {

const std::string foundations = "urn:nhs:names:services:gpconnect:fhir:";

// Sources for the ids: gp-connect.md 3. Task has none in any source; this one is our own and is in
// target.json as an interaction of the target.
std::vector<Endpoint> table() {
  return {
      {"", "GET", "/metadata", foundations + "rest:read:metadata-1", "organization", ""},
      {"", "GET", "/Patient", foundations + "rest:search:patient-1", "patient", "Patient"},
      {"", "GET", "/Patient/{id}", foundations + "rest:read:patient-1", "patient", "Patient"},
      {"", "GET", "/Patient/{id}/Appointment", foundations + "rest:search:patient_appointments-1", "patient", "Appointment"},
      {"", "GET", "/Practitioner", foundations + "rest:search:practitioner-1", "organization", "Practitioner"},
      {"", "GET", "/Practitioner/{id}", foundations + "rest:read:practitioner-1", "organization", "Practitioner"},
      {"", "GET", "/Organization", foundations + "rest:search:organization-1", "organization", "Organization"},
      {"", "GET", "/Organization/{id}", foundations + "rest:read:organization-1", "organization", "Organization"},
      {"", "GET", "/Location/{id}", foundations + "rest:read:location-1", "organization", "Location"},
      {"", "GET", "/Slot", foundations + "rest:search:slot-1", "organization", "Slot"},
      {"", "GET", "/Appointment/{id}", foundations + "rest:read:appointment-1", "patient", "Appointment"},
      {"", "GET", "/Task/{id}", foundations + "rest:read:task-1", "organization", "Task"},
      {"structured", "GET", "/metadata", "urn:nhs:names:services:gpconnect:structured:fhir:rest:read:metadata-1", "organization", ""},
      {"documents", "GET", "/metadata", "urn:nhs:names:services:gpconnect:documents:fhir:rest:read:metadata-1", "organization", ""},
  };
}

bool fits(const std::string& pattern, const std::string& path) {
  const auto wanted = base::split(pattern, '/');
  const auto given = base::split(path, '/');
  if (wanted.size() != given.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (wanted[i] == "{id}" ? given[i].empty() : wanted[i] != given[i]) return false;
  return true;
}

Refusal bad_request(std::string diagnostics) { return {400, "BAD_REQUEST", "invalid", std::move(diagnostics)}; }

bool blank(const std::optional<std::string>& value) { return !value || base::trim(*value).empty(); }

// The four headers of the SSP: presence first, then what they say.
std::optional<Refusal> check_headers(const Arrived& arrived, const Practice& practice, const Faults& faults) {
  for (const auto* name : {"Ssp-TraceID", "Ssp-From", "Ssp-To", "Ssp-InteractionID"}) {
    const std::string fault = "ignores-missing-" + base::lower(name);
    if (blank(arrived.header(name)) && !faults.contains(fault)) return bad_request(fmt::format("{} header blank", name));
  }
  const auto to = arrived.header("Ssp-To");
  if (to && *to != practice.asid && !faults.contains("ignores-ssp-to"))
    return bad_request(fmt::format("Ssp-To {} is not the ASID of this endpoint", *to));
  return std::nullopt;
}

std::optional<Refusal> check_endpoint(const Arrived& arrived, const Endpoint* endpoint, const Faults& faults) {
  if (endpoint == nullptr) return Refusal{404, "REFERENCE_NOT_FOUND", "not-found", "no such resource: " + arrived.path};
  if (arrived.method != endpoint->method) return bad_request(fmt::format("{} is not the verb of this interaction", arrived.method));
  const auto id = arrived.header("Ssp-InteractionID");
  if (id && *id != endpoint->interaction && !faults.contains("ignores-interaction-id"))
    return bad_request(fmt::format("interaction id {} does not match this request", *id));
  return std::nullopt;
}

std::optional<Refusal> check_format(const Arrived& arrived) {
  const auto accept = arrived.header("Accept");
  if (!accept || accept->find("json") != std::string::npos || accept->find("*/*") != std::string::npos) return std::nullopt;
  return Refusal{415, "BAD_REQUEST", "not-supported", "application/fhir+json is what this endpoint speaks"};
}

}  // namespace

std::optional<std::string> Arrived::header(std::string_view name) const {
  for (const auto& candidate : headers)
    if (base::same_ignoring_case(candidate.name, name)) return candidate.value;
  return std::nullopt;
}

const std::vector<Endpoint>& endpoints() {
  static const std::vector<Endpoint> rows = table();
  return rows;
}

std::string root_path(const Practice& practice, const std::string& root) {
  return fmt::format("/{}/STU3/1/gpconnect{}/fhir", practice.ods_code, root.empty() ? "" : "/" + root);
}

const Endpoint* find_endpoint(const Practice& practice, const Arrived& arrived) {
  const Endpoint* found = nullptr;
  for (const auto& endpoint : endpoints()) {
    const std::string prefix = root_path(practice, endpoint.root);
    if (!arrived.path.starts_with(prefix)) continue;
    if (fits(endpoint.path, arrived.path.substr(prefix.size()))) found = &endpoint;
  }
  return found;
}

std::optional<Refusal> refusal(const Arrived& arrived, const Practice& practice, const Faults& faults, base::EpochSeconds now) {
  if (!arrived.has_certificate && faults.contains("certificate-checked-by-application"))
    return Refusal{403, "ACCESS_DENIED", "forbidden", "no client certificate"};
  if (faults.contains("refuses-everything")) return bad_request("nothing is good enough");
  if (auto broken = check_headers(arrived, practice, faults)) return broken;
  const Endpoint* endpoint = find_endpoint(practice, arrived);
  if (auto broken = check_endpoint(arrived, endpoint, faults)) return broken;
  if (auto broken = check_format(arrived)) return broken;
  return check_token(arrived, *endpoint, faults, now);
}

}  // namespace demo
