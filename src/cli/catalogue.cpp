// SPDX-License-Identifier: Apache-2.0
#include "cli/catalogue.hpp"

#include <set>

#include "probes/families.hpp"
#include "profile/catalogue.hpp"

namespace cli {

base::Result<std::vector<model::Check>> known_checks(const Arguments& arguments) {
  const auto sources = sources_from(arguments);
  std::vector<std::string> names;
  if (const auto one = arguments.one("profile")) {
    names.push_back(*one);
  } else {
    names = profile::profile_names(sources);
  }
  std::vector<model::Check> checks;
  std::set<std::string> seen;
  for (const auto& name : names) {
    const auto profile = profile::load_profile(name, sources);
    if (!profile) return profile.error();
    for (const auto& check : profile->checks)
      if (seen.insert(check.id).second) checks.push_back(check);
  }
  return checks;
}

base::Result<std::vector<model::Specification>> known_specifications(const Arguments& arguments) {
  if (!arguments.has("profile")) return profile::shipped_specifications();
  const auto profile = chosen_profile(arguments);
  if (!profile) return profile.error();
  return profile->specs;
}

std::string control_of(const model::Check& check) {
  const std::string interaction = check.with.value("interaction", "");
  if (!interaction.empty()) return interaction;
  const auto* probe = model::find_probe(probes::all(), check.probe);
  return probe == nullptr ? "" : std::string(probe->control);
}

}  // namespace cli
