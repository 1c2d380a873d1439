// SPDX-License-Identifier: Apache-2.0
// One function for each command; each says what it has to say and gives the exit code.
#pragma once

#include "cli/arguments.hpp"
#include "cli/console.hpp"
#include "model/verdict.hpp"

namespace cli {

model::Exit command_run(const Arguments& arguments, Console& console);
model::Exit command_demo(const Arguments& arguments, Console& console);
model::Exit command_provider(const Arguments& arguments, Console& console);
model::Exit command_survey(const Arguments& arguments, Console& console);
model::Exit command_plan(const Arguments& arguments, Console& console);
model::Exit command_doctor(const Arguments& arguments, Console& console);
model::Exit command_list(const Arguments& arguments, Console& console);
model::Exit command_explain(const Arguments& arguments, Console& console);
model::Exit command_credentials(const Arguments& arguments, Console& console);
model::Exit command_target(const Arguments& arguments, Console& console);
model::Exit command_token(const Arguments& arguments, Console& console);
model::Exit command_profile(const Arguments& arguments, Console& console);
model::Exit command_report(const Arguments& arguments, Console& console);
model::Exit command_cleanup(const Arguments& arguments, Console& console);
model::Exit command_version(const Arguments& arguments, Console& console);
model::Exit command_help(const Arguments& arguments, Console& console);

// Says the trouble and gives its exit code.
model::Exit failed(const base::Error& error, Console& console);

}  // namespace cli
