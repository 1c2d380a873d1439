// SPDX-License-Identifier: Apache-2.0
#include "demo/nrl_registry.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "base/text.hpp"
#include "demo/refusals.hpp"

namespace demo::nrl {

namespace {

Refusal invalid_parameter(std::string what) { return {400, "INVALID_PARAMETER", "invalid", std::move(what)}; }
Refusal inactive() { return {400, "BAD_REQUEST", "invalid", "DocumentReference status is not 'current'"}; }
Refusal unknown(const std::string& id) {
  return {404, "NO_RECORD_FOUND", "not-found", fmt::format("No record found for supplied DocumentReference identifier - {}.", base::printable(id))};
}
Refusal not_owner() {
  return {400, "INVALID_RESOURCE", "invalid", "The Custodian ODS code is not affiliated with the sender ASID.", "Resource is invalid : fromASID"};
}
Refusal bad_target(std::string what) { return {400, "INVALID_RESOURCE", "invalid", std::move(what), "Resource is invalid : relatesTo.target"}; }

// The first parameter that is not among those; "" when all are.
std::string stranger(const Asked& asked, const std::set<std::string>& known) {
  for (const auto& [name, value] : asked.parameters)
    if (name != "_format" && !known.contains(name)) return name;
  return "";
}

std::optional<Refusal> check_patient(const std::string& url, const Directory& directory) {
  const auto number = patient_of(url);
  if (number.empty()) return invalid_parameter("subject is not a patient's URL");
  if (!is_nhs_number(number)) return Refusal{400, "INVALID_NHS_NUMBER", "invalid", "The NHS number does not conform to the NHS Number format: " + base::printable(number)};
  if (!directory.knows_patient(number)) return Refusal{404, "NO_RECORD_FOUND", "not-found", fmt::format("The given NHS number could not be found {}.", number)};
  return std::nullopt;
}

// SYSTEM|CODE, as the search parameter has it.
std::string type_of(const Pointer& pointer) {
  const auto& coding = pointer.content["type"]["coding"][0];
  return coding.value("system", "") + "|" + coding.value("code", "");
}

}  // namespace

Registry::Registry(Directory directory, Faults faults) : directory_(std::move(directory)), faults_(std::move(faults)) {}

std::string Registry::media_type() const { return faulty("omits-charset") ? "application/fhir+json" : "application/fhir+json;charset=utf-8"; }

std::string Registry::url_of(const Pointer& pointer) const { return fmt::format("{}/DocumentReference/{}", directory_.root(), pointer.id); }

Reply Registry::refuse(const Refusal& refusal) const { return told(refusal, outcome_of, media_type(), faults_); }

Reply Registry::succeed(int status, const base::Json& body) const { return {status, body.dump(), media_type(), {}}; }

Reply Registry::answer(const Arrived& arrived, base::EpochSeconds now) {
  // Forgotten in the table of verbs and in that of grants, as handlers that a framework brings along are.
  if (arrived.method == "PUT" && faulty("serves-put"))
    return succeed(200, success_of("RESOURCE_UPDATED", "Successfully updated resource DocumentReference"));
  const auto understood_as = understood(arrived);
  if (const auto* broken = std::get_if<Refusal>(&understood_as)) return refuse(*broken);
  const auto& asked = std::get<Asked>(understood_as);
  const auto who = admitted(arrived, asked, directory_, faults_, now);
  if (const auto* broken = std::get_if<Refusal>(&who)) return refuse(*broken);
  const Case one{arrived, asked, std::get<Admitted>(who), now};
  switch (asked.interaction) {
    case Interaction::search: return search(one);
    case Interaction::read: return read(one);
    case Interaction::create: return create(one);
    case Interaction::update: return update(one);
    case Interaction::remove: return remove(one);
  }
  return refuse({});
}

// By organisation, never by system. What nobody but a fault lets a sender ask for is done without asking whose it is.
bool Registry::owns(const Case& one, const Pointer& pointer, const std::string& fault) const {
  return pointer.custodian == one.admitted.sender.ods_code || !one.admitted.granted || faulty(fault);
}

Reply Registry::search(const Case& one) {
  const auto& asked = one.asked;
  std::vector<const Pointer*> found;
  if (asked.parameters.contains("_id")) {
    if (!stranger(asked, {"_id"}).empty()) return refuse(invalid_parameter("_id stands alone"));
    if (const auto* pointer = pointers_.find(asked.parameter("_id"))) found.push_back(pointer);
  } else {
    if (const auto name = stranger(asked, {"subject", "type", "type.coding", "custodian"}); !name.empty())
      return refuse(invalid_parameter("unknown parameter " + base::printable(name)));
    if (const auto broken = check_patient(asked.parameter("subject"), directory_)) return refuse(*broken);
    const auto type = asked.parameter("type.coding").empty() ? asked.parameter("type") : asked.parameter("type.coding");
    const auto custodian = asked.parameter("custodian");
    for (const auto* pointer : pointers_.of_patient(patient_of(asked.parameter("subject")))) {
      const bool fits = (type.empty() || type == type_of(*pointer)) && (custodian.empty() || organisation_of(custodian) == pointer->custodian);
      if (fits && pointer->status == "current") found.push_back(pointer);
    }
  }
  const std::string all = directory_.root() + "/DocumentReference";
  return succeed(200, bundle_of(found, one.arrived.query.empty() ? all : all + "?" + one.arrived.query, all));
}

Reply Registry::read(const Case& one) {
  const auto* pointer = pointers_.find(one.asked.id);
  if (pointer == nullptr) return refuse(unknown(one.asked.id));
  if (pointer->status != "current") return refuse(inactive());
  return succeed(200, pointer->resource());
}

Reply Registry::create(const Case& one) {
  auto read = read_pointer(one.arrived.body, directory_);
  if (const auto* broken = std::get_if<Refusal>(&read)) return refuse(*broken);
  auto& sent = std::get<Sent>(read);
  const auto& master = sent.pointer.master;
  if (!master.empty() && pointers_.was_used(sent.pointer.patient, master))
    return refuse({400, "DUPLICATE_REJECTED", "duplicate",
                   fmt::format("Duplicate masterIdentifier value: {} system: {}", base::printable(master.value), base::printable(master.system))});
  if (!owns(one, sent.pointer, "ignores-custodian-on-create")) return refuse(not_owner());
  return sent.replaces ? supersede(one, std::move(sent)) : store(one, std::move(sent.pointer));
}

Reply Registry::store(const Case& one, Pointer pointer) {
  if (faulty("creates-nothing")) return refuse({400, "INVALID_RESOURCE", "invalid", "no pointer is good enough"});
  const auto& stored = pointers_.add(std::move(pointer), one.now);
  Reply reply = succeed(201, success_of("RESOURCE_CREATED", "Successfully created resource DocumentReference"));
  if (!faulty("omits-location")) reply.headers.push_back({"Location", url_of(stored)});
  return reply;
}

// In the order of nrl.md 8.2.
std::optional<Refusal> Registry::why_not_superseded(const Case& one, const Sent& sent, const Pointer& old) const {
  const auto& replaced = *sent.replaces;
  if (old.patient != sent.pointer.patient && !faulty("supersedes-across-patients"))
    return bad_target("Resolved DocumentReference is not associated with the same patient.");
  if (!replaced.id.empty() && !replaced.identifier.empty() && replaced.identifier != old.master)
    return bad_target("Resolved DocumentReference does not have a matching MasterIdentifier.");
  if (!owns(one, old, replaced.id.empty() ? "supersedes-foreign-pointers-by-identifier" : "supersedes-foreign-pointers-by-reference"))
    return bad_target("Resolved DocumentReference is not associated with custodian " + one.admitted.sender.ods_code);
  if (old.status != "current") return inactive();
  return std::nullopt;
}

// Both or neither: the old pointer is looked at before anything is stored.
Reply Registry::supersede(const Case& one, Sent sent) {
  const auto& replaced = *sent.replaces;
  const auto* old = replaced.id.empty() ? pointers_.find(sent.pointer.patient, replaced.identifier) : pointers_.find(replaced.id);
  if (old == nullptr) return refuse(bad_target("Referenced DocumentReference does not exist."));
  if (const auto broken = why_not_superseded(one, sent, *old)) {
    if (faulty("supersedes-before-refusing")) pointers_.set_status(old->id, "superseded", one.now);
    if (faulty("keeps-half-of-a-refused-supersede")) (void)store(one, std::move(sent.pointer));
    return refuse(*broken);
  }
  const std::string id = old->id;
  Reply reply = store(one, std::move(sent.pointer));
  if (reply.status == 201) pointers_.set_status(id, "superseded", one.now);
  return reply;
}

std::variant<Refusal, Registry::Addressed> Registry::addressed(const Asked& asked) const {
  Addressed out;
  std::string name = asked.id;
  if (!asked.id.empty()) {
    if (!stranger(asked, {}).empty()) return invalid_parameter("an id in the path needs no parameter");
    out = {pointers_.find(asked.id), "id"};
  } else if (asked.parameters.contains("_id") && asked.interaction == Interaction::remove) {
    if (!stranger(asked, {"_id"}).empty()) return invalid_parameter("_id stands alone");
    name = asked.parameter("_id");
    out = {pointers_.find(name), "query-id"};
  } else {
    if (!stranger(asked, {"subject", "identifier"}).empty()) return invalid_parameter("subject and identifier are what says which pointer");
    if (auto broken = check_patient(asked.parameter("subject"), directory_)) return *broken;
    name = asked.parameter("identifier");
    const auto master = identifier_of(name);
    if (master.system.empty() || master.value.empty()) return invalid_parameter("identifier is not SYSTEM|VALUE");
    out = {pointers_.find(patient_of(asked.parameter("subject")), master), "identifier"};
  }
  if (out.pointer == nullptr) return unknown(name);
  return out;
}

Reply Registry::update(const Case& one) {
  if (const auto broken = check_update(one.arrived.body)) return refuse(*broken);
  const auto found = addressed(one.asked);
  if (const auto* broken = std::get_if<Refusal>(&found)) return refuse(*broken);
  const auto& [pointer, by] = std::get<Addressed>(found);
  if (!owns(one, *pointer, "updates-foreign-pointers-by-" + by)) {
    if (faulty("updates-before-refusing")) pointers_.set_status(pointer->id, "entered-in-error", one.now);
    return refuse(not_owner());
  }
  if (pointer->status != "current") return refuse(inactive());
  pointers_.set_status(pointer->id, "entered-in-error", one.now);
  return succeed(200, success_of("RESOURCE_UPDATED", "Successfully updated resource DocumentReference: " + url_of(*pointer)));
}

Reply Registry::remove(const Case& one) {
  const auto found = addressed(one.asked);
  if (const auto* broken = std::get_if<Refusal>(&found)) return refuse(*broken);
  const auto& [pointer, by] = std::get<Addressed>(found);
  if (!owns(one, *pointer, "deletes-foreign-pointers-by-" + by)) {
    if (faulty("deletes-before-refusing")) pointers_.remove(pointer->id);
    return refuse(not_owner());
  }
  if (faulty("denies-cleanup")) return refuse({400, "INVALID_RESOURCE", "invalid", "nothing is deleted here"});
  const std::string url = url_of(*pointer);
  pointers_.remove(pointer->id);
  return succeed(200, success_of("RESOURCE_DELETED", "Successfully removed resource DocumentReference: " + url));
}

void Registry::meet(const std::string& authority, const std::function<std::string(const std::string& label)>& name_of) {
  directory_.authority = authority;
  for (auto& system : directory_.systems) system.fqdn = name_of(system.credential);
}

void Registry::crowd(std::size_t pointers, base::EpochSeconds now) {
  for (std::size_t i = 0; i < pointers; ++i) {
    Pointer pointer;
    pointer.patient = directory_.patients.front();
    pointer.custodian = "RHM";
    pointer.content = {{"resourceType", "DocumentReference"},
                       {"type", {{"coding", base::Json::array({{{"system", "http://snomed.info/sct"}, {"code", "736253002"}}})}}},
                       {"custodian", {{"reference", "https://directory.spineservices.nhs.uk/STU3/Organization/" + pointer.custodian}}}};
    pointers_.add(std::move(pointer), now);
  }
}

}  // namespace demo::nrl
