// SPDX-License-Identifier: Apache-2.0
// Options as typed values, each checked and blamed on where it came from.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "cli/arguments.hpp"
#include "model/report.hpp"
#include "run/courier.hpp"
#include "run/plan.hpp"
#include "run/selection.hpp"
#include "run/tally.hpp"
#include "wire/wire.hpp"

namespace cli {

struct ReportWish {
  std::string format;   // json, html, junit, text
  std::string path;     // "-" is standard output; "" the usual name in the out-dir
};

struct Settings {
  run::Selection selection;
  run::Permissions permissions;
  std::string authorisation;
  run::Pace pace;
  std::optional<model::SurveyMode> survey;
  bool rate_given = false;
  run::Gate gate;
  wire::Limits limits;
  wire::Evidence evidence = wire::Evidence::snippet;
  std::filesystem::path out_dir;
  std::vector<ReportWish> reports;
  std::optional<base::EpochSeconds> now;
  std::vector<std::pair<std::string, std::string>> pins;   // "host:port", address
  std::optional<std::string> proxy;                        // "" = none, nothing = look at the environment
};

base::Result<Settings> settings_from(const Arguments& arguments);

// The present time, or --now.
base::EpochSeconds present(const Settings& settings);

// The proxy for a host: --proxy, else https_proxy and no_proxy; "" for none.
std::string proxy_for(const Settings& settings, const std::string& host);

// The effective options that shaped what was sent, for the report's conditions of test.
std::vector<model::Setting> in_words(const Settings& settings);

}  // namespace cli
