// SPDX-License-Identifier: Apache-2.0
#include "run/selection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace run {

namespace {

using base::Error;
using base::Trouble;

std::vector<std::string> suites_of(const model::Profile& profile) {
  std::vector<std::string> suites;
  for (const auto& check : profile.checks)
    if (std::find(suites.begin(), suites.end(), check.suite) == suites.end()) suites.push_back(check.suite);
  return suites;
}

// A glob names checks by their id, or by a requirement they cite.
bool matches(const std::string& glob, const model::Check& check) {
  if (base::glob_matches(glob, check.id)) return true;
  return std::any_of(check.cites.begin(), check.cites.end(),
                     [&](const std::string& id) { return base::glob_matches(glob, id); });
}

base::Status every_word_matches(const model::Profile& profile, const std::vector<std::string>& globs, const char* flag) {
  for (const auto& glob : globs) {
    const auto hit = [&](const model::Check& check) { return matches(glob, check); };
    if (std::any_of(profile.checks.begin(), profile.checks.end(), hit)) continue;
    std::vector<std::string> words;
    for (const auto& check : profile.checks) {
      words.push_back(check.id);
      words.insert(words.end(), check.cites.begin(), check.cites.end());
    }
    auto hint = base::did_you_mean(glob, words);
    if (hint.empty()) hint = fmt::format("see `probity list checks -p {}`", profile.id);
    return Error{Trouble::usage, fmt::format("{} {} matches no check of profile {}", flag, glob, profile.id), "", hint};
  }
  return base::Nothing{};
}

}  // namespace

base::Result<std::set<std::string>> selected(const model::Profile& profile, const Selection& selection) {
  const auto suites = suites_of(profile);
  for (const auto& suite : selection.suites) {
    if (std::find(suites.begin(), suites.end(), suite) != suites.end()) continue;
    auto hint = base::did_you_mean(suite, suites);
    if (hint.empty()) hint = "suites of this profile: " + base::join(suites, ", ");
    return Error{Trouble::usage, fmt::format("--suite {}: profile {} has no such suite", suite, profile.id), "", hint};
  }
  if (auto status = every_word_matches(profile, selection.only, "--only"); !status) return status.error();
  if (auto status = every_word_matches(profile, selection.skip, "--skip"); !status) return status.error();
  std::set<std::string> ids;
  for (const auto& check : profile.checks) {
    const auto any = [&](const std::vector<std::string>& globs) {
      return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) { return matches(glob, check); });
    };
    const auto& wanted = selection.suites;
    const bool suite = wanted.empty() || std::find(wanted.begin(), wanted.end(), check.suite) != wanted.end();
    const bool named = selection.only.empty() || any(selection.only);
    const bool high = !selection.level || check.level <= *selection.level;
    if (suite && named && high && !any(selection.skip)) ids.insert(check.id);
  }
  return ids;
}

}  // namespace run
