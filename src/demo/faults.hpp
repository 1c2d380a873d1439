// SPDX-License-Identifier: Apache-2.0
// The named misbehaviours of the reference provider, and what each must turn red: the golden table
// of src/README.md, idea 5. The table is data (profiles/faults/*.json); the misbehaviour is code.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace demo {

struct Fault {
  std::string id;                          // named after the rule it breaks, never after a check
  std::string service;                     // gp-connect
  std::string title;
  std::vector<std::string> checks;         // globs: exactly the checks they match do not pass
  std::vector<std::string> requirements;   // exactly these are not met
  std::string needs;                       // "", intrusive, dos
};

// All faults of all services. A mistake in the shipped tables is a defect of ours.
base::Result<std::vector<Fault>> all_faults();

// Fails with usage when a word is no fault of the service, naming the service that has it, or the
// nearest word.
base::Status check_faults(const std::vector<std::string>& ids, const std::string& service);

}  // namespace demo
