// SPDX-License-Identifier: Apache-2.0
// Requests about pointers (NRL DocumentReferences): the profile's interactions with who asks and which
// pointer put in. Used by the probe and by what cleans up after it.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "model/probe.hpp"

namespace probes {

// What {pointer.*} in a profile's interactions stand for.
struct Pointer {
  std::string identifier;       // urn:uuid:...
  std::string id;               // logical id, once the target has given it
  std::string location;         // absolute URL of it
  std::string custodian;        // ODS code
  std::string old_identifier;   // of the one it replaces
};

// A fresh pointer of a role's organisation; `name` tells those of one run apart.
Pointer new_pointer(const model::Subject& subject, const std::string& role, const std::string& name);

// The request, or why there is none.
std::variant<model::HttpExchange, model::Judgement> pointer_request(const model::Subject& subject, const std::string& interaction,
                                                                    const std::string& role, const Pointer& pointer);

// Location of an answer, as it came.
std::string location_in(const model::Observation& seen);
// The logical id in the answer to a create: in its Location, else in its body.
std::string id_in(const model::Observation& created);
// The entry of an answer with this master identifier.
const model::PointerSeen* listed(const model::Observation& seen, std::string_view identifier);
// The pointer that a read was answered with, or null.
const model::PointerSeen* pointer_in(const model::Observation& read);
// Whether a search showed all there is and whose it is, so that what it does not list is not there, or not current.
bool shows_all(const model::Observation& seen);
// Whether an answer about an id says that there is nothing under it.
bool says_gone(const model::Observation& seen);
// Whether the registry itself says so, as NO_RECORD_FOUND: a 404 alone may mean that it knows no such request.
bool says_no_record(const model::Observation& seen);

// What becomes of a pointer, from the least to the most that is said. A complete search tells only what is current.
enum class Presence { unclear, current, not_current, inactive, gone, contradictory };
// What reads of one id and searches, null or not, say together of the pointer with this master identifier.
Presence presence(std::initializer_list<const model::Observation*> looks, std::string_view identifier);

bool succeeded(const model::Observation& seen);

}  // namespace probes
