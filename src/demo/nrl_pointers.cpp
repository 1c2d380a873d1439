// SPDX-License-Identifier: Apache-2.0
#include "demo/nrl_pointers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pki/digest.hpp"

namespace demo::nrl {

base::Json Pointer::resource() const {
  base::Json out = content;
  out["id"] = id;
  out["meta"]["versionId"] = std::to_string(version);
  out["meta"]["lastUpdated"] = base::rfc3339(updated);
  out["status"] = status;
  return out;
}

const Pointer* Pointers::find(const std::string& id) const {
  const auto at = by_id_.find(id);
  return at == by_id_.end() ? nullptr : &at->second;
}

const Pointer* Pointers::find(const std::string& patient, const Identifier& master) const {
  for (const auto& [id, pointer] : by_id_)
    if (pointer.patient == patient && pointer.master == master && !master.empty()) return &pointer;
  return nullptr;
}

std::vector<const Pointer*> Pointers::of_patient(const std::string& patient) const {
  std::vector<const Pointer*> out;
  for (const auto& id : order_)
    if (const auto& pointer = by_id_.at(id); pointer.patient == patient) out.push_back(&pointer);
  return out;
}

bool Pointers::was_used(const std::string& patient, const Identifier& master) const { return used_.contains({patient, master}); }

const Pointer& Pointers::add(Pointer pointer, base::EpochSeconds now) {
  // As Spine makes them: a UUID and twenty digits.
  pointer.id = fmt::format("{}-{:020}", pki::random_uuid(), ++made_);
  pointer.version = 1;
  pointer.updated = now;
  pointer.content["indexed"] = base::rfc3339(now);
  if (!pointer.master.empty()) used_.insert({pointer.patient, pointer.master});
  order_.push_back(pointer.id);
  const std::string id = pointer.id;
  return by_id_.emplace(id, std::move(pointer)).first->second;
}

void Pointers::set_status(const std::string& id, const std::string& status, base::EpochSeconds now) {
  const auto at = by_id_.find(id);
  if (at == by_id_.end()) return;
  at->second.status = status;
  at->second.updated = now;
  ++at->second.version;
}

void Pointers::remove(const std::string& id) {
  const auto at = by_id_.find(id);
  if (at == by_id_.end()) return;
  order_.erase(std::remove(order_.begin(), order_.end(), id), order_.end());
  by_id_.erase(at);   // last: the id may be the pointer's own
}

}  // namespace demo::nrl
