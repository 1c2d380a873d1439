// SPDX-License-Identifier: Apache-2.0
#include "demo/claim_resources.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace demo {

namespace {

using base::Json;

struct Shape {
  std::string claim;
  std::string type;
  std::vector<std::string> elements;   // of the base resource, those a token has use for
};

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> rows = {
      {"requesting_device", "Device", {"resourceType", "id", "meta", "text", "extension", "identifier", "type", "status", "manufacturer", "model", "version"}},
      {"requesting_organization", "Organization", {"resourceType", "id", "meta", "text", "extension", "identifier", "active", "type", "name", "telecom", "address"}},
      {"requesting_practitioner", "Practitioner",
       {"resourceType", "id", "meta", "text", "extension", "identifier", "active", "name", "telecom", "address", "gender", "practitionerRole"}}};
  return rows;
}

// One resource being looked at; its content faults are named after its claim: ignores-device-content.
class Look {
 public:
  Look(const Shape& shape, const Json& resource, const Edition& edition, const Faults& faults, std::vector<Complaint>& complaints)
      : shape_(shape),
        resource_(resource),
        edition_(edition),
        faults_(faults),
        complaints_(complaints),
        fault_("ignores-" + shape.claim.substr(shape.claim.find('_') + 1) + "-content") {}

  void all() {
    const auto type = resource_.value("resourceType", Json());
    if (type != shape_.type) return object("tolerates-wrong-resource-type", fmt::format("{} is no {}", shape_.claim, shape_.type), 422);
    for (const auto& [name, value] : resource_.items())
      if (std::find(shape_.elements.begin(), shape_.elements.end(), name) == shape_.elements.end())
        object("tolerates-unknown-elements", fmt::format("{} has no element {}", shape_.type, name), 422);
    identifiers();
    if (shape_.type == "Device") {
      text("model");
      text("version");
    } else if (shape_.type == "Organization") {
      text("name");
      must_be_identified_by(edition_.organization_systems);
    } else {
      practitioner();
    }
    if (edition_.ids_everywhere) text("id");
  }

 private:
  void object(std::string fault, std::string what, int status = 400) { complaints_.push_back({std::move(fault), std::move(what), status}); }
  void lacking(const std::string& what) { object(fault_, fmt::format("{} has no {}", shape_.claim, what)); }

  void text(const char* name) {
    const auto value = resource_.value(name, Json());
    if (!value.is_string() || base::trim(value.get<std::string>()).empty()) lacking(name);
  }

  [[nodiscard]] Json list(const char* name) const {
    const auto value = resource_.value(name, Json());
    return value.is_array() ? value : Json::array();
  }

  void identifiers() {
    const Json all = list("identifier");
    if (all.empty()) {
      if (faults_.contains("crashes-on-empty-identifier") && resource_.contains("identifier"))
        return object("", "index 0 of an empty list", 500);
      return lacking("identifier");
    }
    for (const auto& one : all)
      for (const auto* key : {"system", "value"})
        if (!one.is_object() || !one.value(key, Json()).is_string() || one.value(key, "").empty()) lacking(fmt::format("identifier.{}", key));
  }

  void must_be_identified_by(const std::vector<std::string>& systems) {
    for (const auto& one : list("identifier"))
      if (one.is_object() && std::find(systems.begin(), systems.end(), one.value("system", "")) != systems.end()) return;
    lacking("identifier of the system " + systems.front());
  }

  void practitioner() {
    const auto id = resource_.value("id", Json());
    std::string allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";
    if (faults_.contains("tolerates-control-characters")) allowed += '\0';
    // FHIR STU3 id: 1 to 64 characters.
    if (!id.is_string() || id == "" || id.get<std::string>().size() > 64 || id.get<std::string>().find_first_not_of(allowed) != std::string::npos)
      lacking("id as FHIR wants it");
    must_be_identified_by(edition_.practitioner_systems);
    if (faults_.contains("requires-role-profile") && list("identifier").size() < edition_.usual_identifiers)
      object("", "the practitioner has no role profile");
    names();
  }

  // DSTU2 has one name, STU3 a list; family is a list in the one and a text in the other.
  void names() {
    const Json name = resource_.value("name", Json());
    if (edition_.name_is_list != name.is_array() || name.empty()) return lacking("name");
    const Json first = name.is_array() ? name[0] : name;
    const Json family = first.is_object() ? first.value("family", Json()) : Json();
    const bool good = edition_.name_is_list ? family.is_string() && family != "" : family.is_array() && !family.empty();
    if (!good) object(fault_, "the family name is not as this edition of FHIR has it", family.is_null() ? 400 : 422);
    const Json given = first.is_object() ? first.value("given", Json()) : Json();
    if (!given.is_array() || given.empty()) lacking("name.given");
    const std::string all = name.dump();
    const bool plain = std::all_of(all.begin(), all.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!plain && faults_.contains("refuses-other-scripts")) object("", "a name in letters this provider has not");
  }

  const Shape& shape_;
  const Json& resource_;
  const Edition& edition_;
  const Faults& faults_;
  std::vector<Complaint>& complaints_;
  std::string fault_;
};

}  // namespace

void check_resource(const std::string& claim, const Json& resource, const Edition& edition, const Faults& faults,
                    std::vector<Complaint>& complaints) {
  for (const auto& shape : shapes())
    if (shape.claim == claim) Look(shape, resource, edition, faults, complaints).all();
}

}  // namespace demo
