// SPDX-License-Identifier: Apache-2.0
// The target file of the reference provider: every fixture it has, so that every check can run.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.hpp"
#include "demo/rules.hpp"

namespace demo {

// `ca`: the file that vouches for the server's certificate, "" for none. `writes`: names POST /Task too; not
// by default, for a write needs --allow, and what is not asked leaves its row partly tested.
base::Json target_of(const Practice& practice, std::uint16_t plain_port, const std::string& ca, bool writes);

}  // namespace demo
