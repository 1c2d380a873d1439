// SPDX-License-Identifier: Apache-2.0
// The NRL service of the reference provider: the registry on a host, with a log of what was asked.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <mutex>
#include <utility>

#include "base/files.hpp"
#include "base/text.hpp"
#include "demo/host.hpp"
#include "demo/nrl_registry.hpp"
#include "demo/services.hpp"

namespace demo {

namespace {

using base::Json;
namespace fs = std::filesystem;

// The one suite of the specification.
constexpr const char* ciphers = "DHE-RSA-AES256-SHA256";
constexpr std::size_t a_crowd = 2000;

Site site_of(const nrl::Directory& directory) {
  Site site{"", {}, ciphers};
  for (const auto& system : directory.systems) {
    if (system.credential == "valid") {
      site.fqdn = system.fqdn;
    } else if (directory.by_credential(system.credential) == &system) {
      site.systems.push_back({system.credential, system.fqdn});
    }
  }
  return site;
}

// One line a request, so that a test can see what was asked for: never a token, a body or a query, which names patients.
class Log {
 public:
  base::Status open(const fs::path& file) {
    out_.open(file, std::ios::trunc);
    if (!out_) return base::Error{base::Trouble::cannot_create, "cannot be written", file.string(), ""};
    return base::Nothing{};
  }
  void add(const Arrived& arrived, int status) {
    const auto asid = arrived.header("fromASID").value_or("");
    out_ << fmt::format("{} {} {} {}\n", base::printable(arrived.method), base::printable(arrived.path), asid.empty() ? "-" : base::printable(asid), status);
    out_.flush();
  }

 private:
  std::ofstream out_;
};

class Nrl final : public Provider, private Service {
 public:
  explicit Nrl(const ProviderOptions& options)
      : folder_(options.folder),
        registry_(nrl::standard_directory(), {options.faults.begin(), options.faults.end()}),
        host_(options, site_of(registry_.directory()), *this) {
    const auto& faults = options.faults;
    if (std::find(faults.begin(), faults.end(), "holds-a-crowd") != faults.end()) registry_.crowd(a_crowd, options.now);
  }

  base::Status open(std::uint16_t port) {
    if (auto status = log_.open(folder_ / "requests.log"); !status) return status;
    const std::lock_guard lock(mutex_);   // whoever comes early waits for the registry to know its name
    if (auto status = host_.open(port); !status) return status;
    registry_.meet(host_.authority(), [this](const std::string& label) { return host_.name_of(label); });
    return base::write_file(target_file(), target().dump(2) + "\n");
  }

  [[nodiscard]] std::string url() const override { return registry_.directory().root(); }
  [[nodiscard]] fs::path target_file() const override { return folder_ / "target.json"; }

 private:
  [[nodiscard]] std::string media_type() const override { return registry_.media_type(); }

  Reply answer(const Arrived& arrived) override {
    const std::lock_guard lock(mutex_);
    Reply reply = registry_.answer(arrived, base::now_seconds());
    log_.add(arrived, reply.status);
    return reply;
  }

  [[nodiscard]] Reply nonsense(int status) const override {
    return {status, nrl::outcome_of({status, "BAD_REQUEST", "invalid", "no such request"}).dump(), media_type(), {}};
  }

  [[nodiscard]] Json party(const char* label) const {
    const auto* system = registry_.directory().by_credential(label);
    return {{"asid", system->asid}, {"ods_code", system->ods_code}, {"credential", label}};
  }

  [[nodiscard]] Json target() const {
    const auto& directory = registry_.directory();
    Json out = {{"schema", "probity.target/1"},
                {"alias", "reference-registry"},
                {"url", url()},
                {"plain_url", fmt::format("http://127.0.0.1:{}{}", host_.plain_port(), nrl::root_path)},
                {"server_name", "localhost"},
                {"kit", "."},
                {"nrl",
                 {{"to_asid", directory.asid},
                  {"provider_a", party("provider-a")},
                  {"provider_b", party("provider-b")},
                  {"consumer", party("valid")},
                  {"unknown_asid", nrl::unknown_asid},
                  {"patient", {{"nhs_number", directory.patients.front()}}}}},
                {"about", {{"supplier", "probity"}, {"product", "reference registry"}, {"environment", "loopback"}}}};
    if (const auto ca = host_.server_ca(); !ca.empty()) out["server_ca"] = ca;
    return out;
  }

  fs::path folder_;
  std::mutex mutex_;
  nrl::Registry registry_;
  Log log_;
  Host host_;   // last: it goes first, and with it the threads that ask
};

}  // namespace

base::Result<std::unique_ptr<Provider>> start_nrl(const ProviderOptions& options) {
  auto provider = std::make_unique<Nrl>(options);
  if (auto status = provider->open(options.port); !status) return status.error();
  return std::unique_ptr<Provider>(std::move(provider));
}

}  // namespace demo
