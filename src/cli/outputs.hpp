// SPDX-License-Identifier: Apache-2.0
// Writing the reports of a run to where they were asked for.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/console.hpp"
#include "cli/settings.hpp"
#include "model/report.hpp"

namespace cli {

// The out-dir with {run} filled in, created. "" when none was asked for.
base::Result<std::filesystem::path> made_out_dir(const Settings& settings, const std::string& run_id);

// Whether standard output is claimed by a report.
bool claims_stdout(const Settings& settings);

struct Written {
  std::vector<std::string> paths;
  std::string html;   // where report.html lies, or ""
};

// Writes result.json, junit.xml and (unless nothing ran) report.html into `folder`, and the reports
// wished for one by one. The first failure is returned after everything that can be written was.
base::Result<Written> write_reports(const model::Report& report, const Settings& settings,
                                    const std::filesystem::path& folder, Console& console);

}  // namespace cli
