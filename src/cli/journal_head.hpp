// SPDX-License-Identifier: Apache-2.0
// The first line of a journal: how to reach the target again, in paths and names, without secrets.
#pragma once

#include <filesystem>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "cli/arguments.hpp"
#include "cli/job.hpp"

namespace cli {

base::Json journal_head(const Job& job, const Arguments& arguments, const std::string& run_id);

// That the target file says of the registry and its parties what it said in the run: else a pointer would be looked
// for where it never was.
base::Status same_facts(const base::Json& head, const Job& job, const std::string& where);

// What the journal says, for every option that is not given; `where` is the journal's name, for messages.
base::Status take_from_head(const base::Json& head, const std::string& where, Arguments& arguments);

// Where the journal of a run stands: in its folder, else in the current one.
std::filesystem::path journal_path(const std::filesystem::path& folder, const std::string& run_id);

}  // namespace cli
