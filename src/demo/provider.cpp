// SPDX-License-Identifier: Apache-2.0
#include "demo/provider.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/files.hpp"
#include "base/text.hpp"
#include "demo/faults.hpp"
#include "demo/services.hpp"

namespace demo {

namespace {

struct Row {
  const char* service;
  const char* profile;   // that it is judged by
  base::Result<std::unique_ptr<Provider>> (*start)(const ProviderOptions& options);
};
constexpr Row rows[] = {
    {"gp-connect", "gp-connect-provider", start_gp_connect},
    {"gp-connect-0.x", "gp-connect-provider-0.x", start_gp_connect},
    {"nrl", "nrl", start_nrl},
};

}  // namespace

const std::vector<std::string>& services() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const auto& row : rows) out.emplace_back(row.service);
    return out;
  }();
  return names;
}

std::string profile_for(const std::string& service) {
  for (const auto& row : rows)
    if (service == row.service) return row.profile;
  return "";
}

std::string service_for(const std::string& profile, const std::vector<std::string>& lineage) {
  for (const auto& row : rows)
    if (profile == row.profile) return row.service;
  for (const auto& row : rows)
    if (std::find(lineage.begin(), lineage.end(), row.profile) != lineage.end()) return row.service;
  return "";
}

base::Result<std::unique_ptr<Provider>> Provider::start(const ProviderOptions& options) {
  const auto* row = std::find_if(std::begin(rows), std::end(rows), [&](const Row& known) { return options.service == known.service; });
  if (row == std::end(rows))
    return base::Error{base::Trouble::usage, fmt::format("there is no service {}", options.service), "",
                       "services: " + base::join(services(), ", ")};
  if (auto status = check_faults(options.faults, options.service); !status) return status.error();
  if (auto status = base::make_folder(options.folder); !status) return status.error();
  return row->start(options);
}

}  // namespace demo
