// SPDX-License-Identifier: Apache-2.0
// Precedence: flags, PROBITY_* environment, --config, ./probity.json, the user's XDG file, defaults.
#pragma once

#include "base/result.hpp"
#include "cli/arguments.hpp"

namespace cli {

// Adds what the lower layers give for options that no higher one has given. Fails with no_input (a
// named file is missing) or bad_data (it parses wrongly or has an unknown key).
base::Status add_layers(Arguments& arguments);

}  // namespace cli
