// SPDX-License-Identifier: Apache-2.0
// What `run` and `demo` share: from a loaded job to written reports and an exit code.
#pragma once

#include <filesystem>
#include <string>

#include "cli/arguments.hpp"
#include "cli/console.hpp"
#include "cli/job.hpp"
#include "cli/signals.hpp"

namespace cli {

// Reports for a run that ended before it began: verdict nothing-run, one red preflight case. Writes
// only where -o or --report asked for it, and says the line.
model::Exit end_before_start(const base::Error& error, const Arguments& arguments, const Settings& settings,
                             const std::filesystem::path& folder, const std::string& run_id, const model::Target& target,
                             Console& console);

// The same where not even the settings could be had: what -o on the command line asks for is written.
model::Exit end_misconfigured(const base::Error& error, const Arguments& arguments, Console& console);

// Resolves, connects, runs, reports. `folder` is the out-dir, made already, or "".
model::Exit execute(Job& job, const Arguments& arguments, const std::filesystem::path& folder, const std::string& run_id,
                    Console& console, Signals& signals);

}  // namespace cli
