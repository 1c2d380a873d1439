// SPDX-License-Identifier: Apache-2.0
// The GP Connect services of the reference provider: the rules of a practice and its records, on a host.
#include <utility>

#include "base/files.hpp"
#include "demo/host.hpp"
#include "demo/records.hpp"
#include "demo/refusals.hpp"
#include "demo/rules.hpp"
#include "demo/services.hpp"
#include "demo/target_entry.hpp"

namespace demo {

namespace {

using base::Json;
namespace fs = std::filesystem;

// The list of the specification.
constexpr const char* ciphers = "AESGCM+EECDH:AESGCM+EDH:AES256+EECDH:AES256+EDH";

class GpConnect final : public Provider, private Service {
 public:
  explicit GpConnect(const ProviderOptions& options)
      : faults_(options.faults.begin(), options.faults.end()),
        folder_(options.folder),
        host_(options, {"ssp.probity.example.nhs.uk", {}, ciphers}, *this) {
    practice_.service = options.service;
  }

  base::Status open(std::uint16_t port) {
    if (auto status = host_.open(port); !status) return status;
    practice_.authority = host_.authority();
    const Json target = target_of(practice_, host_.plain_port(), host_.server_ca(), faulty("ignores-verb-of-scope"));
    return base::write_file(target_file(), target.dump(2) + "\n");
  }

  [[nodiscard]] std::string url() const override { return "https://" + practice_.authority + root_path(practice_, ""); }
  [[nodiscard]] fs::path target_file() const override { return folder_ / "target.json"; }

 private:
  // GP Connect, General API guidance: the charset is said, no space before it.
  [[nodiscard]] std::string media_type() const override {
    if (faulty("answers-plain-json")) return "application/json;charset=UTF-8";
    return edition_of(practice_).media_type + (faulty("omits-charset") ? "" : ";charset=UTF-8");
  }
  [[nodiscard]] bool faulty(const char* fault) const { return faults_.contains(fault); }

  Reply answer(const Arrived& seen) override {
    if (const auto broken = refusal(seen, practice_, faults_, base::now_seconds())) return refuse(*broken);
    const auto* endpoint = find_endpoint(practice_, seen, faults_);
    auto body = endpoint == nullptr ? std::nullopt : record(*endpoint, seen, practice_);
    if (!body) return refuse({404, "NO_RECORD_FOUND", "not-found", "no such record"});
    if (faulty("echoes-query") && seen.query.find("gpct") != std::string::npos) (*body)["language"] = "en";
    return {200, body->dump(), media_type(), {}};
  }

  [[nodiscard]] Reply nonsense(int status) const override {
    return {status, operation_outcome({status, "BAD_REQUEST", "invalid", "no such request"}, practice_).dump(), media_type(), {}};
  }

  [[nodiscard]] Reply refuse(const Refusal& refusal) const {
    return told(refusal, [this](const Refusal& what) { return operation_outcome(what, practice_); }, media_type(), faults_);
  }

  Faults faults_;
  fs::path folder_;
  Practice practice_;
  Host host_;   // last: it goes first, and with it the threads that ask
};

}  // namespace

base::Result<std::unique_ptr<Provider>> start_gp_connect(const ProviderOptions& options) {
  auto provider = std::make_unique<GpConnect>(options);
  if (auto status = provider->open(options.port); !status) return status.error();
  return std::unique_ptr<Provider>(std::move(provider));
}

}  // namespace demo
