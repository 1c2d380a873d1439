// SPDX-License-Identifier: Apache-2.0
#include "probes/pointer_scene.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "probes/request_builder.hpp"

namespace probes {

using model::Observation;
using model::Trial;

Cast cast_of(const model::Check& check) {
  Cast cast;
  cast.attack = check.with.value("attack", "");
  cast.attacker = check.with.value("by", "");
  cast.custodian = check.with.value("custodian", cast.attacker);
  cast.creates = cast.attack == "create" || cast.attack.starts_with("supersede");
  cast.on_another = cast.attack != "create";
  // A consumer may do none of it: then the owner shows that it works.
  cast.granted = cast.on_another ? cast.attacker : cast.custodian;
  if (cast.granted == pointer_reader) cast.granted = pointer_owner;
  return cast;
}

std::string step_id(const Trial& trial, std::string_view label) {
  return fmt::format("{}-{}{}", trial.check.id, label, trial.attempt > 1 ? "-confirm" : "");
}

const Observation* answer(const Trial& trial, std::string_view label) {
  const std::string id = step_id(trial, label);
  const auto at = std::find_if(trial.answers.begin(), trial.answers.end(), [&](const Observation& seen) { return seen.id == id; });
  return at == trial.answers.end() ? nullptr : &*at;
}

std::string again_label(std::string_view label, std::size_t n) { return n == 0 ? std::string(label) : fmt::format("{}-{}", label, n + 1); }

std::vector<const Observation*> series(const Trial& trial, std::string_view label) {
  std::vector<const Observation*> looks;
  while (const auto* look = answer(trial, again_label(label, looks.size()))) looks.push_back(look);
  return looks;
}

const Observation* last(const Trial& trial, std::string_view label) {
  const auto looks = series(trial, label);
  return looks.empty() ? nullptr : looks.back();
}

namespace {

void learn(Pointer& pointer, const Observation* created, const model::Subject& subject) {
  if (created == nullptr || !succeeded(*created)) return;
  pointer.id = id_in(*created);
  pointer.location = location_in(*created);
  if (!model::parse_url(pointer.location) || pointer.location.find_first_of("?#") != std::string::npos)
    pointer.location = fmt::format("{}/DocumentReference/{}", subject.target.url, pointer.id);
}

// What shows that the pointer is not as it was; "" when it is; nothing when the look says neither.
std::optional<std::string> changed(const Observation* found, const Observation& look, const std::string& identifier) {
  const auto* before = found == nullptr ? nullptr : pointer_in(*found);
  if (before == nullptr) return std::nullopt;
  const auto* after = listed(look, identifier);
  if (after == nullptr || !succeeded(look)) {
    const auto where = presence({&look}, identifier);
    // A search that does not list it says nothing by itself: an index may lag.
    if (where == Presence::inactive) return fmt::format("the pointer is no longer current ({})", in_words(look));
    return where == Presence::gone ? std::optional(fmt::format("the pointer is gone ({})", in_words(look))) : std::nullopt;
  }
  if (after->status != before->status) return fmt::format("its status is now \"{}\"", after->status);
  if (after->version != before->version && !(after->version.empty() && look.resource_type == "Bundle"))
    return fmt::format("its versionId is now \"{}\" instead of \"{}\"", after->version, before->version);
  return "";
}

}  // namespace

Scene scene_of(const Trial& trial) {
  Scene scene;
  scene.cast = cast_of(trial.check);
  const auto pointer = [&](const std::string& role, const char* name) {
    return new_pointer(trial.subject, role, fmt::format("{}/{}/{}", trial.check.id, name, trial.attempt));
  };
  scene.target = pointer(pointer_owner, "target");
  scene.own = pointer(scene.cast.granted, "own");
  scene.made = pointer(scene.cast.custodian, "made");
  scene.heir = pointer(scene.cast.granted, "heir");
  learn(scene.target, answer(trial, "create"), trial.subject);
  learn(scene.own, answer(trial, "own-create"), trial.subject);
  learn(scene.made, answer(trial, "attack"), trial.subject);
  return scene;
}

bool shows(const Observation* read, const Pointer& pointer) {
  const auto* seen = read == nullptr ? nullptr : pointer_in(*read);
  return seen != nullptr && seen->identifier == pointer.identifier && seen->status == "current";
}

Aftermath aftermath(const Trial& trial, const Scene& scene) {
  Aftermath result;
  auto looks = series(trial, "state");
  for (const char* label : {"sought", "final", "final-sought"})
    for (const auto* look : series(trial, label)) looks.push_back(look);
  for (const auto* look : looks) {
    auto harm = changed(last(trial, "found"), *look, scene.target.identifier);
    result.as_it_was = harm && harm->empty();
    if (!harm) continue;
    // What was changed does not come back: two states of one pointer are two copies of it.
    if (harm->empty() && !result.harm.empty()) result.wavers = true;
    if (!harm->empty()) result.harm = *harm;
  }
  return result;
}

std::string unfit(const Trial& trial, const Scene& scene) {
  const auto* created = answer(trial, "create");
  const auto* found = last(trial, "found");
  if (created == nullptr) return "the owner's pointer was not created";
  if (!succeeded(*created)) return fmt::format("the owner's own create was not accepted: {}", in_words(*created));
  if (scene.target.id.empty()) return "the owner's create was answered without a Location, so the pointer cannot be read";
  if (found == nullptr) return "the owner's pointer was not read";
  const auto* seen = pointer_in(*found);
  if (seen == nullptr) return fmt::format("the consumer cannot read the owner's pointer: {}", in_words(*found));
  if (seen->identifier != scene.target.identifier) return "the consumer was given another pointer than the owner's";
  if (seen->status != "current") return fmt::format("the owner's new pointer has the status \"{}\"", seen->status);
  const std::string attackers = fact(trial.subject, scene.cast.attacker + ".ods_code").value_or("");
  if (scene.cast.attacker != pointer_owner && base::same_ignoring_case(seen->custodian, attackers))
    return fmt::format("the owner's pointer belongs to {} ({}), not to another", scene.cast.attacker, attackers);
  return "";
}

}  // namespace probes
