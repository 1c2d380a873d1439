// SPDX-License-Identifier: Apache-2.0
// The one JSON type of the project: it keeps the order in which keys were written, so that files we
// write diff well.
#pragma once

#include <nlohmann/json.hpp>

namespace base {
using Json = nlohmann::ordered_json;
}  // namespace base
