// SPDX-License-Identifier: Apache-2.0
// Who plays in a check of ownership, the pointers of it, and what the answers so far say of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/probe.hpp"
#include "probes/pointer_requests.hpp"

namespace probes {

inline constexpr const char *pointer_owner = "nrl.provider_a", *pointer_reader = "nrl.consumer";

// The roles of one check.
struct Cast {
  std::string attack;      // interaction
  std::string attacker;
  std::string custodian;   // whose organisation a pointer made by the attack names
  std::string granted;     // who may do the same, on a pointer of its own
  bool creates = false;    // the attack makes a pointer
  bool on_another = true;  // it is aimed at the owner's pointer
};

Cast cast_of(const model::Check& check);

// The pointers as they are after the answers so far.
struct Scene {
  Cast cast;
  Pointer target;    // the owner's
  Pointer own;       // of who may
  Pointer made;      // what the attack would make
  Pointer heir;      // what is made by who may
};

Scene scene_of(const model::Trial& trial);

// The id of a step's observation, and its answer; null when it was not asked.
std::string step_id(const model::Trial& trial, std::string_view label);
const model::Observation* answer(const model::Trial& trial, std::string_view label);
// What is asked until an answer satisfies is named label, label-2, label-3...
std::string again_label(std::string_view label, std::size_t n);
std::vector<const model::Observation*> series(const model::Trial& trial, std::string_view label);
// The last of them, or null.
const model::Observation* last(const model::Trial& trial, std::string_view label);

// What the looks after the attack say of the owner's pointer.
struct Aftermath {
  std::string harm;            // what was seen to have changed, by the last look
  bool wavers = false;         // it was seen changed, and as it was after that
  bool as_it_was = false;      // the last look saw it so
};
Aftermath aftermath(const model::Trial& trial, const Scene& scene);

// Whether the answer shows the pointer itself, current, by its own master identifier.
bool shows(const model::Observation* read, const Pointer& pointer);
// Why what was made cannot be used to test anything, or "".
std::string unfit(const model::Trial& trial, const Scene& scene);

}  // namespace probes
