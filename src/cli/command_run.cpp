// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/execute.hpp"
#include "cli/exit_code.hpp"
#include "cli/job.hpp"
#include "cli/outputs.hpp"
#include "pki/digest.hpp"

namespace cli {

model::Exit failed(const base::Error& error, Console& console) {
  console.trouble(error);
  return exit_for(error.kind);
}

model::Exit command_run(const Arguments& arguments, Console& console) {
  Signals signals;   // first of all: whatever is interrupted leaves its files
  Job job;
  auto settings = settings_from(arguments);
  if (!settings) return end_misconfigured(settings.error(), arguments, console);
  job.settings = std::move(*settings);
  if (claims_stdout(job.settings)) console.claim_stdout();
  const std::string url = arguments.positionals.empty() ? "" : arguments.positionals.front();
  const std::string run_id = pki::random_uuid();
  // The out-dir comes first, so that whatever goes wrong next is reported in it.
  const auto folder = made_out_dir(job.settings, run_id);
  if (!folder) return failed(folder.error(), console);
  const auto end = [&](const base::Error& error) {
    if (error.kind == base::Trouble::usage) return failed(error, console);
    return end_before_start(error, arguments, job.settings, *folder, run_id, job.target, console);
  };
  auto target = chosen_target(arguments, url);
  if (!target) return end(target.error());
  job.target = std::move(*target);
  auto profile = chosen_profile(arguments);
  if (!profile) return end(profile.error());
  job.profile = std::move(*profile);
  if (auto status = load_job(arguments, job); !status) return end(status.error());
  return execute(job, arguments, *folder, run_id, console, signals);
}

}  // namespace cli
