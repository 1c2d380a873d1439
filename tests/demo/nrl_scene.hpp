// SPDX-License-Identifier: Apache-2.0
// A registry and good requests to it, for tests to change one thing in.
#pragma once

#include <map>
#include <string>

#include "base/json.hpp"
#include "base/text.hpp"
#include "demo/nrl_registry.hpp"

namespace scene {

inline constexpr base::EpochSeconds now = 1795000000;
inline const std::string patient = "9434765919";
inline const std::string other_patient = "9990000042";
inline const std::string patient_url = "https://demographics.spineservices.nhs.uk/STU3/Patient/";
inline const std::string organisation_url = "https://directory.spineservices.nhs.uk/STU3/Organization/";

// Systems of the standard directory.
inline const std::string consumer = "200000000117";
inline const std::string provider_a = "200000000118";
inline const std::string provider_b = "200000000121";
inline const std::string provider_a2 = "200000000119";   // of provider_a's organisation; may not update

inline base::Json claims(const demo::nrl::System& system, bool writes) {
  const std::string user = "https://fhir.nhs.uk/Id/sds-role-profile-id|555000111222";
  return {{"iss", "https://probity.example.nhs.uk"},
          {"sub", user},
          {"aud", "https://registry.example/STU3/DocumentReference"},
          {"iat", now - 2},
          {"exp", now + 298},
          {"reason_for_request", "directcare"},
          {"scope", writes ? "patient/DocumentReference.write" : "patient/DocumentReference.read"},
          {"requesting_system", "https://fhir.nhs.uk/Id/accredited-system|" + system.asid},
          {"requesting_organization", "https://fhir.nhs.uk/Id/ods-organization-code|" + system.ods_code},
          {"requesting_user", user}};
}

inline std::string token(const base::Json& claims) {
  return base::base64url(R"({"alg":"none","typ":"JWT"})") + "." + base::base64url(claims.dump()) + ".";
}

inline base::Json coded(const char* code) {
  return {{"coding", base::Json::array({base::Json{{"system", "http://snomed.info/sct"}, {"code", code}, {"display", "words"}}})}};
}

// A pointer of an organisation.
inline base::Json pointer(const std::string& ods_code, const std::string& master, const std::string& of = patient) {
  base::Json json = {{"resourceType", "DocumentReference"},
                     {"meta", {{"profile", base::Json::array({"https://fhir.nhs.uk/STU3/StructureDefinition/NRL-DocumentReference-1"})}}},
                     {"masterIdentifier", {{"system", "urn:ietf:rfc:3986"}, {"value", master}}},
                     {"status", "current"},
                     {"type", coded("736253002")},
                     {"class", coded("734163000")},
                     {"subject", {{"reference", patient_url + of}}},
                     {"custodian", {{"reference", organisation_url + ods_code}}},
                     {"context", {{"practiceSetting", coded("708168004")}}}};
  json["author"] = base::Json::array({base::Json{{"reference", organisation_url + ods_code}}});
  json["content"] = base::Json::array({base::Json{
      {"extension", base::Json::array({base::Json{{"url", "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-NRL-ContentStability-1"}}})},
      {"attachment", {{"contentType", "application/pdf"}, {"url", "https://records.example/1"}}},
      {"format", {{"system", "https://fhir.nhs.uk/STU3/CodeSystem/NRL-FormatCode-1"}, {"code", "urn:nhs-ic:unstructured"}}}}});
  return json;
}

inline base::Json replacing(base::Json pointer, const base::Json& target) {
  pointer["relatesTo"] = base::Json::array({base::Json{{"code", "replaces"}, {"target", target}}});
  return pointer;
}

inline std::string entered_in_error() {
  const auto part = [](const char* name, const char* kind, const char* value) { return base::Json{{"name", name}, {kind, value}}; };
  const base::Json parts = base::Json::array({part("type", "valueCode", "replace"), part("path", "valueString", "DocumentReference.status"),
                                              part("value", "valueString", "entered-in-error")});
  return base::Json{{"resourceType", "Parameters"}, {"parameter", base::Json::array({base::Json{{"name", "operation"}, {"part", parts}}})}}.dump();
}

struct Registry {
  explicit Registry(demo::Faults faults = {}) : service(demo::nrl::standard_directory(), std::move(faults)) {
    service.meet("registry.example", [](const std::string& label) { return label + ".example.nhs.uk"; });
  }

  // A good request of a system, by its certificate.
  [[nodiscard]] demo::Arrived good(const std::string& asid, const std::string& method, const std::string& below, std::string body = {}) const {
    const auto& system = *service.directory().by_asid(asid);
    demo::Arrived arrived;
    arrived.method = method;
    const auto question = below.find('?');
    arrived.path = "/STU3/DocumentReference" + below.substr(0, question);
    if (question != std::string::npos) arrived.query = below.substr(question + 1);
    arrived.headers = {{"Accept", "application/fhir+json"},
                       {"fromASID", asid},
                       {"toASID", service.directory().asid},
                       {"Authorization", "Bearer " + token(claims(system, method != "GET"))}};
    if (!body.empty()) arrived.headers.push_back({"Content-Type", "application/fhir+json"});
    arrived.body = std::move(body);
    arrived.certificate.emplace();
    arrived.certificate->names = {system.fqdn};
    return arrived;
  }

  demo::Reply ask(const std::string& asid, const std::string& method, const std::string& below, std::string body = {}) {
    return service.answer(good(asid, method, below, std::move(body)), now);
  }
  demo::Reply create(const std::string& asid, const base::Json& pointer) { return ask(asid, "POST", "", pointer.dump()); }
  // Creates a pointer and says its id.
  std::string stored(const std::string& asid, const base::Json& pointer) { return id_in(create(asid, pointer)); }

  // "" when it was not created.
  static std::string id_in(const demo::Reply& reply) {
    for (const auto& header : reply.headers)
      if (header.name == "Location") return header.value.substr(header.value.rfind('/') + 1);
    return "";
  }
  [[nodiscard]] const demo::nrl::Pointer& at(const std::string& id) const { return *service.pointers().find(id); }
  [[nodiscard]] std::size_t size() const { return service.pointers().size(); }

  demo::nrl::Registry service;
};

inline std::string code_of(const demo::Reply& reply) {
  const auto json = base::Json::parse(reply.body, nullptr, false);
  return json.is_object() && json.contains("issue") ? json["issue"][0]["details"]["coding"][0].value("code", "") : "";
}

// "400 INVALID_RESOURCE", or the status alone of what is no outcome.
inline std::string said(const demo::Reply& reply) {
  const auto code = code_of(reply);
  return std::to_string(reply.status) + (code.empty() ? "" : " " + code);
}

// ?subject=...&identifier=..., as it is sent.
inline std::string by_identifier(const std::string& master, const std::string& of = patient) {
  return "?subject=" + base::replace_all(base::replace_all(patient_url, ":", "%3A"), "/", "%2F") + of + "&identifier=urn%3Aietf%3Arfc%3A3986%7C" + master;
}
inline std::string of_patient(const std::string& of = patient) { return "?subject=" + patient_url + of; }

}  // namespace scene
