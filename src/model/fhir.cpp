// SPDX-License-Identifier: Apache-2.0
#include "model/fhir.hpp"

#include <algorithm>

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

// Members that a server may rightly write anew in every answer.
constexpr std::string_view volatile_members[] = {"lastUpdated", "date", "timestamp", "link", "fullUrl", "issued"};

void remove_volatile(Json& json) {
  if (json.is_object()) {
    for (const auto name : volatile_members) json.erase(std::string(name));
    if (text_of(json, "resourceType") == "Bundle") json.erase("id");
  }
  if (json.is_structured())
    for (auto& member : json) remove_volatile(member);
}

void note_lack(std::vector<std::string>& lacks, bool there, const char* path) {
  if (!there && std::find(lacks.begin(), lacks.end(), path) == lacks.end()) lacks.emplace_back(path);
}

std::vector<std::string> lacks_of(const Json& outcome) {
  std::vector<std::string> lacks;
  note_lack(lacks, member(member(outcome, "meta"), "profile").is_array(), "meta.profile");
  const Json& issues = member(outcome, "issue");
  note_lack(lacks, issues.is_array() && !issues.empty(), "issue");
  if (!issues.is_array()) return lacks;
  for (const auto& issue : issues) {
    note_lack(lacks, text_of(issue, "severity") == "error", "issue.severity = error");
    note_lack(lacks, !text_of(issue, "code").empty(), "issue.code");
    const Json& codings = member(member(issue, "details"), "coding");
    note_lack(lacks, codings.is_array() && !codings.empty(), "issue.details.coding");
    if (!codings.is_array()) continue;
    for (const auto& coding : codings)
      for (const auto* key : {"system", "code", "display"})
        if (text_of(coding, key).empty()) note_lack(lacks, false, key);
  }
  return lacks;
}

std::string short_text(const Json& object, const char* key) { return base::shortened(base::printable(text_of(object, key)), 256); }

// What the attachments' URLs say of whose a pointer is: that of probity bears its marker.
enum class Maker { probity, another, unsaid };

Maker maker_of(const Json& pointer) {
  Maker maker = Maker::unsaid;
  const Json& contents = member(pointer, "content");
  if (!contents.is_array()) return maker;
  for (const auto& content : contents) {
    const std::string url = text_of(member(content, "attachment"), "url");
    if (url.find(pointer_marker) != std::string::npos) return Maker::probity;
    if (!url.empty()) maker = Maker::another;
  }
  return maker;
}

bool has_next_page(const Json& bundle) {
  const Json& links = member(bundle, "link");
  return links.is_array() && std::any_of(links.begin(), links.end(), [](const Json& link) { return text_of(link, "relation") == "next"; });
}

PointerSeen pointer_of(const Json& resource) {
  PointerSeen seen;
  seen.id = short_text(resource, "id");
  const Json& version = member(member(resource, "meta"), "versionId");
  seen.version = version.is_number_integer() ? version.dump() : short_text(member(resource, "meta"), "versionId");
  seen.status = short_text(resource, "status");
  seen.identifier = short_text(member(resource, "masterIdentifier"), "value");
  const std::string custodian = short_text(member(resource, "custodian"), "reference");
  seen.custodian = custodian.substr(custodian.rfind('/') + 1);
  return seen;
}

void read_pointers(const Json& json, FhirFacts& facts) {
  constexpr std::size_t most = 200;   // more than a run makes
  if (facts.resource_type == "DocumentReference") facts.pointers.push_back(pointer_of(json));
  if (facts.resource_type != "Bundle") return;
  if (const Json& total = member(json, "total"); total.is_number_integer()) facts.total = total.get<std::int64_t>();
  facts.more_pages = has_next_page(json);
  const Json& entries = member(json, "entry");
  if (!entries.is_array()) return;
  facts.listed = static_cast<std::int64_t>(entries.size());
  for (const auto& entry : entries) {
    const Json& resource = member(entry, "resource");
    const std::string type = text_of(resource, "resourceType");
    if (!type.empty() && type != "DocumentReference") continue;
    const Maker maker = maker_of(resource);
    if (maker == Maker::another) continue;
    PointerSeen seen = pointer_of(resource);
    if (seen.identifier.empty() || facts.pointers.size() == most) {
      ++facts.unnamed;
    } else {
      facts.pointers.push_back(std::move(seen));
    }
  }
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
  Json json = Json::parse(body, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return facts;
  facts.resource_type = base::shortened(base::printable(text_of(json, "resourceType")), 64);
  const Json& entries = member(json, "entry");
  facts.found_nothing = facts.resource_type == "Bundle" && (!entries.is_array() || entries.empty());
  if (facts.resource_type != "OperationOutcome") {
    read_pointers(json, facts);
    remove_volatile(json);
    facts.stable = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    return facts;
  }
  facts.lacks = lacks_of(json);
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
