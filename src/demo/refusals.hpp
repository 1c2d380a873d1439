// SPDX-License-Identifier: Apache-2.0
// How a refusal is told: a rule of its own, which faults can break.
#pragma once

#include <functional>
#include <string>

#include "base/json.hpp"
#include "demo/messages.hpp"

namespace demo {

// The OperationOutcome of a service.
using Teller = std::function<base::Json(const Refusal&)>;

Reply told(const Refusal& refusal, const Teller& outcome_of, const std::string& media_type, const Faults& faults);

}  // namespace demo
