// SPDX-License-Identifier: Apache-2.0
// The rules of the NRL's token: unsigned, for audit, with claims of plain text.
#pragma once

#include <optional>
#include <string>

#include "base/time.hpp"
#include "demo/nrl_directory.hpp"
#include "demo/nrl_request.hpp"

namespace demo::nrl {

struct TokenJudgement {
  std::optional<Refusal> refusal;
  std::string asid;   // of requesting_system; "" when a fault let the token pass unread
};

TokenJudgement judge_token(const Arrived& arrived, const Asked& asked, const Directory& directory, const Faults& faults,
                           base::EpochSeconds now);

}  // namespace demo::nrl
