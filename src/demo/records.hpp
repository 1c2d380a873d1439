// SPDX-License-Identifier: Apache-2.0
// The bodies the reference provider serves: small, plausible FHIR STU3 resources about nobody.
#pragma once

#include <string>

#include "base/json.hpp"
#include "demo/rules.hpp"

namespace demo {

// The answer of an endpoint to a good request; nothing when the record asked for does not exist.
std::optional<base::Json> record(const Endpoint& endpoint, const Arrived& arrived, const Practice& practice);

// An OperationOutcome as the GP Connect page FHIR error handling guidance has it.
base::Json operation_outcome(const Refusal& refusal, const Practice& practice);

}  // namespace demo
