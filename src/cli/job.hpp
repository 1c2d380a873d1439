// SPDX-License-Identifier: Apache-2.0
// Everything a run needs, loaded and checked, before anything is sent: profile, target, credentials,
// plan. What goes wrong here ends the program with one line.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/arguments.hpp"
#include "cli/settings.hpp"
#include "model/probe.hpp"
#include "model/report.hpp"
#include "pki/kit.hpp"
#include "profile/profile_file.hpp"
#include "run/plan.hpp"

namespace cli {

// Not movable once planned: the plan refers to the job's own profile and target.
struct Job {
  Settings settings;
  model::Profile profile;
  model::Target target;
  std::optional<pki::Kit> kit;
  std::vector<model::CredentialInfo> credentials;
  std::vector<std::string> trusted_names;   // of the kit's CAs
  std::string lists;                        // the kit's CRLs, in words
  std::set<std::string> selected;
  std::vector<std::string> notes;      // warnings for people
  std::string target_file;             // where the target's facts lie, when no option names it
  std::string credential_hint;         // why there is no valid credential; "" when there is one

  Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  [[nodiscard]] model::Subject subject() const;
};

// Where profiles come from: PROBITY_PROFILES, --checks, the program itself.
profile::Sources sources_from(const Arguments& arguments);

// Loads the profile -p names. Fails with usage when none is named.
base::Result<model::Profile> chosen_profile(const Arguments& arguments);

// Target file and flags, together; `url` is the positional argument, or "".
base::Result<model::Target> chosen_target(const Arguments& arguments, const std::string& url);

base::Result<pki::Passphrase> chosen_passphrase(const Arguments& arguments, const model::Target& target);

// Fills the job from the arguments. `job` may have a target and profile already (demo).
base::Status load_job(const Arguments& arguments, Job& job);

// Without --rate: unlimited on loopback, else 100 exchanges a second.
void set_usual_rate(Job& job);

// Refuses live national services unless authorised (profiles/data/live-hosts.json).
base::Status guard_live_service(const model::Target& target, const std::string& authorisation);

}  // namespace cli
