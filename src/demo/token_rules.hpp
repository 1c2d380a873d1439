// SPDX-License-Identifier: Apache-2.0
// The rules of the bearer token (GP Connect, Cross-organisation audit and provenance): shape, claims, lifetime, scope.
#pragma once

#include <optional>

#include "demo/rules.hpp"

namespace demo {

std::optional<Refusal> check_token(const Arrived& arrived, const Endpoint& endpoint, const Practice& practice, const Faults& faults,
                                   base::EpochSeconds now);

}  // namespace demo
