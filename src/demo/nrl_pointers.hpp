// SPDX-License-Identifier: Apache-2.0
// The pointers of the reference registry, in memory. Knows no rule but that nothing is stored under an id twice.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"

namespace demo::nrl {

// A business identifier as FHIR has it; both parts or none.
struct Identifier {
  std::string system;
  std::string value;

  [[nodiscard]] bool empty() const { return value.empty(); }
  friend bool operator==(const Identifier&, const Identifier&) = default;
  friend bool operator<(const Identifier& a, const Identifier& b) { return std::tie(a.system, a.value) < std::tie(b.system, b.value); }
};

struct Pointer {
  std::string id;
  int version = 1;
  std::string status = "current";
  base::EpochSeconds updated = 0;
  base::Json content;      // as it was sent, but for what the registry sets
  std::string patient;     // NHS number
  std::string custodian;   // ODS code: the owner
  Identifier master;       // "" when it has none

  // The DocumentReference with what the registry sets.
  [[nodiscard]] base::Json resource() const;
};

class Pointers {
 public:
  [[nodiscard]] const Pointer* find(const std::string& id) const;
  [[nodiscard]] const Pointer* find(const std::string& patient, const Identifier& master) const;
  [[nodiscard]] std::vector<const Pointer*> of_patient(const std::string& patient) const;
  // A master identifier is never used again for a patient, whatever became of its pointer.
  [[nodiscard]] bool was_used(const std::string& patient, const Identifier& master) const;
  [[nodiscard]] std::size_t size() const { return by_id_.size(); }

  // Takes everything but id and version from the argument.
  const Pointer& add(Pointer pointer, base::EpochSeconds now);
  void set_status(const std::string& id, const std::string& status, base::EpochSeconds now);
  void remove(const std::string& id);

 private:
  std::map<std::string, Pointer> by_id_;
  std::vector<std::string> order_;   // ids as they came
  std::size_t made_ = 0;
  std::set<std::pair<std::string, Identifier>> used_;
};

}  // namespace demo::nrl
