// SPDX-License-Identifier: Apache-2.0
// probity-judging(7), EXIT CODES: one number for each way to end.
#pragma once

#include <span>
#include <string>

#include "base/result.hpp"
#include "model/verdict.hpp"

namespace cli {

model::Exit exit_for(base::Trouble trouble);

struct ExitRow {
  model::Exit code;
  const char* name;
  const char* when;
};

// The table of `probity help exit-codes` and the man page.
std::span<const ExitRow> exit_table();
std::string exit_codes_text();
const char* exit_name(model::Exit code);

}  // namespace cli
