// SPDX-License-Identifier: Apache-2.0
// Who may ask the registry for what (NRL, Interaction security): the headers, the token and the grants, in the order of
// nrl.md 4.5. Pure: no socket, no clock of its own.
#pragma once

#include <optional>
#include <variant>

#include "base/time.hpp"
#include "demo/nrl_directory.hpp"
#include "demo/nrl_request.hpp"

namespace demo::nrl {

// The sender, once every rule before the body holds.
struct Admitted {
  System sender;
  bool granted = true;   // false: only a fault lets this sender ask for this
};

std::variant<Refusal, Admitted> admitted(const Arrived& arrived, const Asked& asked, const Directory& directory, const Faults& faults,
                                         base::EpochSeconds now);

// "search", "create" and so on, as in the names of the faults.
const char* word_of(Interaction interaction);

}  // namespace demo::nrl
