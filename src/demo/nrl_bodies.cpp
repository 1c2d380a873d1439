// SPDX-License-Identifier: Apache-2.0
#include "demo/nrl_bodies.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace demo::nrl {

namespace {

using base::Json;

constexpr std::string_view patient_url = "https://demographics.spineservices.nhs.uk/STU3/Patient/";
constexpr std::string_view organisation_url = "https://directory.spineservices.nhs.uk/STU3/Organization/";
constexpr const char* profile = "https://fhir.nhs.uk/STU3/StructureDefinition/NRL-DocumentReference-1";
constexpr const char* stability = "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-NRL-ContentStability-1";

Refusal unparsable() { return {400, "INVALID_REQUEST_MESSAGE", "value", "Invalid Request Message"}; }
Refusal invalid(std::string what) { return {400, "INVALID_RESOURCE", "invalid", std::move(what)}; }

std::string after(std::string_view prefix, const std::string& text) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : std::string{};
}

// The text at a JSON pointer; "" when there is none.
std::string text_at(const Json& json, const char* where) {
  const Json::json_pointer pointer(where);
  return json.contains(pointer) && json.at(pointer).is_string() ? json.at(pointer).get<std::string>() : std::string{};
}

bool is_one(const Json& json, const char* name) {
  const auto at = json.find(name);
  return at != json.end() && at->is_array() && at->size() == 1;
}

// One coding, with its system, code and display.
bool is_coded(const Json& json, const std::string& where) {
  const Json::json_pointer list(where + "/coding");
  if (!json.contains(list) || !json.at(list).is_array() || json.at(list).size() != 1) return false;
  for (const auto* part : {"/system", "/code", "/display"})
    if (text_at(json, (where + "/coding/0" + part).c_str()).empty()) return false;
  return true;
}

bool is_content(const Json& entry) {
  const bool pointed = !text_at(entry, "/attachment/contentType").empty() && text_at(entry, "/attachment/url").starts_with("http");
  const bool formatted = !text_at(entry, "/format/system").empty() && !text_at(entry, "/format/code").empty();
  return pointed && formatted && text_at(entry, "/extension/0/url") == stability;
}

Identifier identifier_at(const Json& json, const std::string& where) {
  return {text_at(json, (where + "/system").c_str()), text_at(json, (where + "/value").c_str())};
}

std::optional<Refusal> check_profile(const Json& json) {
  if (!json.contains("meta") || !is_one(json["meta"], "profile") || json["meta"]["profile"][0] != profile) return invalid("meta.profile is not the NRL's");
  if (json.value("status", Json()) != "current") return invalid("the status of a new pointer is current");
  for (const auto* where : {"/type", "/class", "/context/practiceSetting"})
    if (!is_coded(json, where)) return invalid(fmt::format("{} is not one coding with system, code and display", where));
  const auto content = json.find("content");
  const bool filled = content != json.end() && content->is_array() && !content->empty();
  if (!filled || !std::all_of(content->begin(), content->end(), is_content)) return invalid("content lacks attachment, format or stability");
  const Identifier master = identifier_at(json, "/masterIdentifier");
  if (json.contains("masterIdentifier") && (master.system.empty() || master.value.empty())) return invalid("masterIdentifier lacks system or value");
  return std::nullopt;
}

std::optional<Refusal> check_people(const Json& json, const Directory& directory) {
  const std::string subject = text_at(json, "/subject/reference");
  const std::string number = patient_of(subject);
  if (number.empty()) return Refusal{400, "INVALID_PARAMETER", "invalid", "subject is not a patient's URL"};
  if (!is_nhs_number(number)) return Refusal{400, "INVALID_NHS_NUMBER", "invalid", "The NHS number does not conform to the NHS Number format: " + base::printable(number)};
  if (!directory.knows_patient(number)) return Refusal{404, "NO_RECORD_FOUND", "not-found", fmt::format("The given NHS number could not be found {}.", number)};
  if (!is_one(json, "author")) return invalid("there is one author");
  for (const auto& url : {text_at(json, "/author/0/reference"), text_at(json, "/custodian/reference")}) {
    const auto ods_code = organisation_of(url);
    if (ods_code.empty()) return Refusal{400, "INVALID_PARAMETER", "invalid", "author and custodian are an organisation's URL"};
    if (!directory.knows_organisation(ods_code))
      return Refusal{400, "ORGANISATION_NOT_FOUND", "not-found",
                     "The ODS code in the custodian and/or author element is not resolvable - " + base::printable(ods_code)};
  }
  return std::nullopt;
}

// Reference and identifier; the id is what follows the collection's path.
std::variant<Refusal, Replaced> read_replaced(const Json& json) {
  if (!is_one(json, "relatesTo") || text_at(json, "/relatesTo/0/code") != "replaces") return invalid("relatesTo is one entry that replaces");
  Replaced out;
  const auto reference = text_at(json, "/relatesTo/0/target/reference");
  if (const auto at = reference.rfind("DocumentReference/"); at != std::string::npos) out.id = reference.substr(at + std::string_view("DocumentReference/").size());
  if (!reference.empty() && out.id.empty()) return invalid("relatesTo.target is no pointer's URL");
  out.identifier = identifier_at(json, "/relatesTo/0/target/identifier");
  if (out.empty()) return invalid("relatesTo.target has neither reference nor identifier");
  return out;
}

}  // namespace

std::variant<Refusal, Sent> read_pointer(const std::string& body, const Directory& directory) {
  const Json json = Json::parse(body, nullptr, false);
  if (json.is_discarded() || !json.is_object() || json.value("resourceType", Json()) != "DocumentReference") return unparsable();
  if (auto broken = check_profile(json)) return *broken;
  if (auto broken = check_people(json, directory)) return *broken;
  Sent sent;
  sent.pointer.content = json;
  sent.pointer.patient = patient_of(text_at(json, "/subject/reference"));
  sent.pointer.custodian = organisation_of(text_at(json, "/custodian/reference"));
  sent.pointer.master = identifier_at(json, "/masterIdentifier");
  if (!json.contains("relatesTo")) return sent;
  const auto replaced = read_replaced(json);
  if (const auto* broken = std::get_if<Refusal>(&replaced)) return *broken;
  sent.replaces = std::get<Replaced>(replaced);
  return sent;
}

std::optional<Refusal> check_update(const std::string& body) {
  const Json json = Json::parse(body, nullptr, false);
  if (json.is_discarded() || !json.is_object() || json.value("resourceType", Json()) != "Parameters") return unparsable();
  const Json::json_pointer parts("/parameter/0/part");
  if (text_at(json, "/parameter/0/name") != "operation" || !json.contains(parts) || !json.at(parts).is_array() || json.at(parts).size() != 3)
    return invalid("an update is one operation of three parts");
  std::string type, path, value;
  for (const auto& part : json.at(parts)) {
    const auto name = text_at(part, "/name");
    if (name == "type") type = text_at(part, "/valueCode");
    if (name == "path") path = text_at(part, "/valueString");
    if (name == "value") value = text_at(part, "/valueString");
  }
  if (type != "replace" || path != "DocumentReference.status" || value != "entered-in-error")
    return invalid("the one update there is replaces DocumentReference.status by entered-in-error");
  return std::nullopt;
}

Identifier identifier_of(const std::string& text) {
  const auto pipe = text.find('|');
  return pipe == std::string::npos ? Identifier{} : Identifier{text.substr(0, pipe), text.substr(pipe + 1)};
}

std::string patient_of(const std::string& url) { return after(patient_url, url); }
std::string organisation_of(const std::string& url) { return after(organisation_url, url); }

}  // namespace demo::nrl
