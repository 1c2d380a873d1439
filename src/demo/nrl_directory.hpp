// SPDX-License-Identifier: Apache-2.0
// Who is known to the reference registry (NRL): systems, what each is granted, patients. What Spine keeps in its directory.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace demo::nrl {

// As Spine grants them; a supersede is a create.
enum class Interaction { search, read, create, update, remove };

struct System {
  std::string asid;
  std::string ods_code;
  std::string credential;             // label in the kit
  std::string fqdn;                   // registered, and borne by its client certificate
  std::set<Interaction> granted;
};

struct Directory {
  std::string asid = "999999999999";  // of the registry: what toASID must say
  std::vector<System> systems;        // the first of a credential is the one target.json names
  std::vector<std::string> patients;  // NHS numbers
  std::string authority;              // 127.0.0.1:PORT

  [[nodiscard]] const System* by_asid(std::string_view asid) const;
  [[nodiscard]] const System* by_credential(std::string_view label) const;
  [[nodiscard]] bool knows_organisation(std::string_view ods_code) const;
  [[nodiscard]] bool knows_patient(std::string_view nhs_number) const;
  [[nodiscard]] std::string root() const { return "https://" + authority + "/STU3"; }
};

// A consumer, two providers of different organisations, and a second system of the first of them that may delete but
// not update. Nobody real: the numbers are the specification's examples and of the range that is never issued.
Directory standard_directory();

// Nobody's.
constexpr const char* unknown_asid = "200000000999";

// Twelve digits.
bool is_asid(std::string_view text);
// Ten digits, the last of which checks the others (modulus 11).
bool is_nhs_number(std::string_view text);

}  // namespace demo::nrl
