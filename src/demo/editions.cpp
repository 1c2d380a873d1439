// SPDX-License-Identifier: Apache-2.0
// The editions the reference provider serves, as the GP Connect pages on interaction ids and tokens have them.
#include <algorithm>

#include "demo/rules.hpp"

namespace demo {

namespace {

const std::string foundations = "urn:nhs:names:services:gpconnect:fhir:";
const std::string structured = "urn:nhs:names:services:gpconnect:structured:fhir:";
const std::string documents = "urn:nhs:names:services:gpconnect:documents:fhir:";

const std::vector<std::string> ten_claims = {"iss", "sub", "aud", "exp", "iat", "reason_for_request", "requested_scope",
                                             "requesting_device", "requesting_organization", "requesting_practitioner"};

std::vector<std::string> with_record(std::vector<std::string> claims) {
  claims.emplace_back("requested_record");
  return claims;
}

const Edition stu3 = {
    .service = "gp-connect",
    .version = "STU3/1",
    .claims = ten_claims,
    .audience = "",
    .requested_record = false,
    .ids_everywhere = false,
    .name_is_list = true,
    .organization_systems = {"https://fhir.nhs.uk/Id/ods-organization-code"},
    .practitioner_systems = {"https://fhir.nhs.uk/Id/sds-user-id"},
    .usual_identifiers = 3,
    .media_type = "application/fhir+json",
    .error_profile = "https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-OperationOutcome-1",
    .error_system = "https://fhir.nhs.uk/STU3/CodeSystem/Spine-ErrorOrWarningCode-1",
};

const Edition dstu2 = {
    .service = "gp-connect-0.x",
    .version = "DSTU2/0",
    .claims = with_record(ten_claims),
    .audience = "https://authorize.fhir.nhs.net/token",
    .requested_record = true,
    .ids_everywhere = true,
    .name_is_list = false,
    .organization_systems = {"http://fhir.nhs.net/Id/ods-organization-code"},
    .practitioner_systems = {"http://fhir.nhs.net/sds-user-id"},
    .usual_identifiers = 2,
    .media_type = "application/json+fhir",
    .error_profile = "http://fhir.nhs.net/StructureDefinition/gpconnect-operationoutcome-1",
    .error_system = "http://fhir.nhs.net/ValueSet/gpconnect-error-or-warning-code-1",
};

// Task has no interaction id in any source; this one is our own and is in target.json as an
// interaction of the target.
const std::vector<Endpoint> stu3_endpoints = {
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
    {"", "POST", "/Task", foundations + "rest:create:task-1", "organization", "Task"},
    {"structured", "GET", "/metadata", structured + "rest:read:metadata-1", "organization", ""},
    {"documents", "GET", "/metadata", documents + "rest:read:metadata-1", "organization", ""},
};

const std::vector<Endpoint> dstu2_endpoints = {
    {"", "GET", "/metadata", foundations + "rest:read:metadata", "organization", ""},
    {"", "POST", "/Patient/$gpc.getcarerecord", foundations + "operation:gpc.getcarerecord", "patient", "Patient"},
};

}  // namespace

const Edition& edition_of(const Practice& practice) { return practice.service == dstu2.service ? dstu2 : stu3; }

const std::vector<Endpoint>& endpoints(const Practice& practice) {
  return practice.service == dstu2.service ? dstu2_endpoints : stu3_endpoints;
}

}  // namespace demo
