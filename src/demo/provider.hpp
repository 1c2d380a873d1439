// SPDX-License-Identifier: Apache-2.0
// The reference provider: a GP Connect provider or an NRL registry that keeps every rule, and can be told to break
// one. It is what the checks are proved on, and a stub for developers of consumers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace demo {

struct ProviderOptions {
  std::string service = "gp-connect";
  std::uint16_t port = 0;                  // 0 takes a free one
  std::filesystem::path folder;            // kit and target.json are written here
  std::vector<std::string> faults;
  base::EpochSeconds now = base::now_seconds();
};

// Serves from its own threads until it is destroyed.
class Provider {
 public:
  // Mints a kit in the folder, or reuses the one there, writes target.json and begins to listen on
  // loopback. Fails with usage (unknown service or fault), cannot_create, io, or unreachable (the
  // port is taken).
  static base::Result<std::unique_ptr<Provider>> start(const ProviderOptions& options);

  virtual ~Provider() = default;
  Provider(const Provider&) = delete;
  Provider& operator=(const Provider&) = delete;

  [[nodiscard]] virtual std::string url() const = 0;
  [[nodiscard]] virtual std::filesystem::path target_file() const = 0;

 protected:
  Provider() = default;
};

// The services there are: gp-connect, gp-connect-0.x, nrl.
const std::vector<std::string>& services();
// The profile that demo uses for a service, and the service a profile is proved on ("" when none is).
std::string profile_for(const std::string& service);
std::string service_for(const std::string& profile, const std::vector<std::string>& lineage);

}  // namespace demo
