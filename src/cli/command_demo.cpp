// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/execute.hpp"
#include "cli/exit_code.hpp"
#include "cli/job.hpp"
#include "cli/outputs.hpp"
#include "demo/faults.hpp"
#include "demo/provider.hpp"
#include "pki/digest.hpp"
#include "profile/target_file.hpp"

namespace cli {

namespace {

// What to try next, where a newcomer looks: after the verdict.
std::string next_steps(const std::string& program, const std::string& folder, const std::string& profile, bool faulty, bool intrusive) {
  std::string out = fmt::format("\nThe report lies in {0}/report.html, the provider's kit and target file in {0}/provider.\nTry next:\n", folder);
  const auto step = [&](const std::string& command, const char* what) {
    out += what[0] == '\0' ? fmt::format("  {} {}\n", program, command) : fmt::format("  {} {:<28}  {}\n", program, command, what);
  };
  if (profile.starts_with("nrl")) {
    if (!intrusive) step("demo -p nrl --allow intrusive --authorisation demo", "whose pointers are whose: makes some, and takes them away again");
    step("list faults -p nrl", "everything the registry can be told to do wrong");
    step("explain NRL-PTR-3", "a requirement, and how it is tested");
    step("run -p nrl --target FILE --kit DIR -o DIR", "");
    return out;
  }
  if (!faulty) step("demo --fault ignores-exp", "a provider that takes expired tokens: exit 1, GPC-CON-8 not met");
  step("list faults", "everything the provider can be told to do wrong");
  step("explain GPC-CON-8", "a requirement, and how it is tested");
  step("run -p gp-connect-provider https://HOST/ROOT --target FILE --kit DIR -o DIR", "");
  return out;
}

std::vector<std::string> profiles_of_demo() {
  std::vector<std::string> profiles;
  for (const auto& service : demo::services()) profiles.push_back(demo::profile_for(service));
  return profiles;
}

}  // namespace

model::Exit command_demo(const Arguments& arguments, Console& console) {
  Signals signals;   // first of all: whatever is interrupted leaves its files
  Job job;
  auto settings = settings_from(arguments);
  if (!settings) return end_misconfigured(settings.error(), arguments, console);
  job.settings = std::move(*settings);
  if (claims_stdout(job.settings)) console.claim_stdout();
  if (job.settings.out_dir.empty()) job.settings.out_dir = "probity-demo";

  Arguments own = arguments;
  if (!own.has("profile")) own.given["profile"] = {{demo::profile_for(demo::services().front())}, "default"};
  auto profile = chosen_profile(own);
  if (!profile) return end_misconfigured(profile.error(), arguments, console);
  job.profile = std::move(*profile);
  const std::string service = demo::service_for(job.profile.id, job.profile.lineage);
  if (service.empty())
    return failed({base::Trouble::usage, fmt::format("no reference service goes with profile {}", job.profile.id), "",
                   "profiles of demo: " + base::join(profiles_of_demo(), ", ") + ", and what extends them"},
                  console);
  const auto faults = arguments.list("fault");
  if (auto status = demo::check_faults(faults, service); !status) return failed(status.error(), console);

  const std::string run_id = pki::random_uuid();
  const auto folder = made_out_dir(job.settings, run_id);
  if (!folder) return failed(folder.error(), console);
  const auto end = [&](const base::Error& error) {
    if (error.kind == base::Trouble::usage) return failed(error, console);
    return end_before_start(error, arguments, job.settings, *folder, run_id, job.target, console);
  };
  demo::ProviderOptions options;
  options.service = service;
  options.folder = *folder / "provider";
  options.faults = faults;
  options.now = present(job.settings);
  auto provider = demo::Provider::start(options);
  if (!provider) return end(provider.error());
  auto target = profile::load_target((*provider)->target_file());
  if (!target) return end(target.error());
  job.target = std::move(*target);
  job.target_file = (*provider)->target_file();
  if (auto status = load_job(own, job); !status) return end(status.error());
  const model::Exit exit = execute(job, own, *folder, run_id, console, signals);
  if (!arguments.flag("quiet") && Signals::received() == 0) console.say(next_steps(arguments.program, folder->string(), job.profile.id, !faults.empty(), job.settings.permissions.intrusive));
  return exit;
}

model::Exit command_provider(const Arguments& arguments, Console& console) {
  auto settings = settings_from(arguments);
  if (!settings) return failed(settings.error(), console);
  demo::ProviderOptions options;
  options.service = arguments.one("service").value_or(demo::services().front());
  options.folder = arguments.one("dir").value_or("probity-provider");
  options.faults = arguments.list("fault");
  options.now = present(*settings);
  if (const auto port = arguments.one("port")) {
    const auto number = base::whole_number(*port);
    if (!number || *number > 65535)
      return failed({base::Trouble::usage, fmt::format("\"{}\" is no port", *port), "--port", "0 to 65535"}, console);
    options.port = static_cast<std::uint16_t>(*number);
  }
  Signals signals;   // before the provider, so that no signal is missed
  auto provider = demo::Provider::start(options);
  if (!provider) return failed(provider.error(), console);
  console.say(fmt::format("ready {}\n", (*provider)->url()));
  if (console.broken()) return model::Exit::io;
  (void)Signals::wait();
  return model::Exit::conformant;
}

}  // namespace cli
