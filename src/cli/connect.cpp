// SPDX-License-Identifier: Apache-2.0
#include "cli/connect.hpp"

#include <fmt/format.h>

#include <utility>

#include "wire/resolve.hpp"

namespace cli {

model::Origin dialled(const model::Target& target) {
  const auto url = model::parse_url(target.via_ssp.empty() ? target.url : target.via_ssp);
  return url ? url->origin : model::Origin{};
}

base::Result<std::vector<std::string>> find_address(const Job& job, wire::Settings& settings) {
  for (const auto& [name, address] : job.settings.pins) settings.pinned[name] = address;
  const model::Origin origin = dialled(job.target);
  const std::string name = fmt::format("{}:{}", origin.host, origin.port);
  const auto pinned = settings.pinned.find(name);
  if (!settings.proxy.empty()) {
    const std::string dial = pinned == settings.pinned.end() ? origin.host : pinned->second;
    if (auto status = wire::reach_through(settings.proxy, dial, origin, job.settings.limits); !status) return status.error();
    return std::vector<std::string>{};
  }
  std::vector<std::string> addresses;
  if (pinned != settings.pinned.end()) {
    addresses = {pinned->second};
  } else {
    auto resolved = wire::resolve(origin.host);
    if (!resolved) return resolved.error();
    addresses = std::move(*resolved);
  }
  const auto reached = wire::first_reachable(addresses, origin, job.settings.limits.connect);
  if (!reached) return reached.error();
  settings.pinned[name] = *reached;
  std::erase(addresses, *reached);
  addresses.insert(addresses.begin(), *reached);
  return addresses;
}

wire::Settings wire_settings_for(const Job& job) {
  wire::Settings settings;
  settings.limits = job.settings.limits;
  settings.evidence = job.settings.evidence;
  settings.proxy = proxy_for(job.settings, dialled(job.target).host);
  settings.server_ca = job.target.server_ca;
  settings.verified_name = job.target.server_name;
  settings.kept_connections = job.settings.pace.jobs;
  settings.mask = model::numbers_to_mask(job.target);
  if (job.kit) {
    settings.credentials = job.kit->credentials;
    if (const auto* valid = job.kit->by_kind(model::CredentialKind::valid)) settings.pooled_credential = valid->info.label;
  }
  return settings;
}

}  // namespace cli
