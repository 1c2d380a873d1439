// SPDX-License-Identifier: Apache-2.0
// The little that judging needs to know of a FHIR body.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/observation.hpp"

namespace model {

struct FhirFacts {
  std::string resource_type;              // "" when the body is no FHIR JSON
  std::vector<std::string> issue_codes;   // details.coding.code of each issue of an OperationOutcome
  bool found_nothing = false;             // a Bundle without entries
  // An OperationOutcome in the shape the Spine Security Proxy writes (GP Connect, FHIR error handling guidance): no
  // meta.profile, and its own code systems.
  bool made_by_gateway = false;
  // What an OperationOutcome lacks of what GP Connect asks of one, as paths: meta.profile, issue.details.coding.display.
  std::vector<std::string> lacks;
  std::optional<std::int64_t> total;      // of a Bundle, as it says
  std::int64_t listed = 0;                // entries of a Bundle
  bool more_pages = false;                // a Bundle that has a link "next"
  // Entries of a Bundle of which nothing says whose they are: neither master identifier nor attachment, no
  // resource at all, or more than are kept.
  std::int64_t unnamed = 0;
  // A DocumentReference; of a Bundle those whose attachment bears the marker of probity, or that have none, for
  // a registry may hold thousands.
  std::vector<PointerSeen> pointers;
  // The body without what changes from one answer to the next (times, links, ids of Bundles), as
  // JSON; "" when the body is no FHIR JSON.
  std::string stable;
};

// In the attachment's URL of every pointer that probity creates: how people and programs know it.
inline constexpr std::string_view pointer_marker = ".probity.thirdparty.nhs.uk/";

FhirFacts fhir_facts(std::string_view body);

}  // namespace model
