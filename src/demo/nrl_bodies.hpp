// SPDX-License-Identifier: Apache-2.0
// What is sent to the registry and what it says: DocumentReference, the Parameters of an update, Bundle, OperationOutcome.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/json.hpp"
#include "demo/messages.hpp"
#include "demo/nrl_directory.hpp"
#include "demo/nrl_pointers.hpp"

namespace demo::nrl {

// What a new pointer replaces.
struct Replaced {
  std::string id;          // of the reference; "" when there is none
  Identifier identifier;
  [[nodiscard]] bool empty() const { return id.empty() && identifier.empty(); }
};

struct Sent {
  Pointer pointer;
  std::optional<Replaced> replaces;
};

// Profile and business rules of a create or supersede (nrl.md 8.1); who owns what is not looked at.
std::variant<Refusal, Sent> read_pointer(const std::string& body, const Directory& directory);

// The one update there is: status to entered-in-error.
std::optional<Refusal> check_update(const std::string& body);

// "SYSTEM|VALUE"; empty when it is not that.
Identifier identifier_of(const std::string& text);
// The NHS number at the end of a patient's URL; "" when it is no such URL.
std::string patient_of(const std::string& url);
// The ODS code at the end of an organisation's URL; "" when it is no such URL.
std::string organisation_of(const std::string& url);

base::Json bundle_of(const std::vector<const Pointer*>& pointers, const std::string& self, const std::string& collection_url);
base::Json outcome_of(const Refusal& refusal);
// `code`: RESOURCE_CREATED and so on.
base::Json success_of(const std::string& code, const std::string& diagnostics);

}  // namespace demo::nrl
