// SPDX-License-Identifier: Apache-2.0
// A whole run on a scripted target.
#pragma once

#include <algorithm>

#include "probes/families.hpp"
#include "profile/profile_file.hpp"
#include "run/runner.hpp"
#include "run/selection.hpp"
#include "tests/catch.hpp"
#include "tests/support/fake_wire.hpp"

namespace bench {

using model::Cause;
using model::Exit;
using model::Observation;
using model::Outcome;
using model::Verdict;

inline Observation hello_answer(const model::HelloExchange& hello) {
  Observation seen;
  seen.side = model::Side::target;
  seen.layer = model::Layer::tls;
  seen.outcome = Outcome::refused;
  seen.alert = "handshake_failure";
  const bool tls12 = std::find(hello.versions.begin(), hello.versions.end(), model::TlsVersion::tls1_2) != hello.versions.end();
  for (const std::uint32_t suite : {0xC030U, 0xC02FU, 0x009FU, 0x009EU, 0xC028U, 0x006BU})
    if (tls12 && std::find(hello.suites.begin(), hello.suites.end(), suite) != hello.suites.end()) {
      seen.outcome = Outcome::answered;
      seen.alert.clear();
      seen.tls.version = model::TlsVersion::tls1_2;
      seen.tls.suite = suite;
      break;
    }
  return seen;
}

inline Observation http_answer(int status, std::string resource, std::vector<std::string> codes = {}) {
  Observation seen;
  seen.side = model::Side::target;
  seen.layer = model::Layer::http;
  seen.outcome = Outcome::answered;
  seen.status = status;
  seen.resource_type = std::move(resource);
  seen.issue_codes = std::move(codes);
  seen.headers = {{"Cache-Control", "no-store"}};
  seen.tls.certificate_requested = true;
  return seen;
}

inline Observation good() { return http_answer(200, "CapabilityStatement"); }
inline Observation bad_request() { return http_answer(400, "OperationOutcome", {"BAD_REQUEST"}); }

inline bool has_header(const model::HttpExchange& http, const std::string& name) {
  return std::any_of(http.headers.begin(), http.headers.end(), [&](const auto& header) { return header.name == name; });
}

inline bool is_good(const model::HttpExchange& http) {
  return has_header(http, "Ssp-TraceID") && has_header(http, "Ssp-From") && has_header(http, "Ssp-To") &&
         has_header(http, "Ssp-InteractionID") && has_header(http, "Authorization");
}

// A sound target as far as headers go; a test changes what it says to HTTP.
class Bench {
 public:
  using Http = std::function<Observation(const model::HttpExchange&)>;

  explicit Bench(Http http)
      : wire([this, http = std::move(http)](const model::Exchange& exchange) {
          if (const auto* hello = std::get_if<model::HelloExchange>(&exchange)) return hello_answer(*hello);
          if (std::holds_alternative<model::HandshakeExchange>(exchange)) {
            Observation seen;
            seen.outcome = Outcome::answered;
            seen.tls.version = model::TlsVersion::tls1_2;
            return seen;
          }
          ++http_requests;
          return http(std::get<model::HttpExchange>(exchange));
        }) {
    auto loaded = profile::load_profile("gp-connect-provider", {{}, {}, probes::all()});
    REQUIRE(loaded);
    profile = std::move(*loaded);
    target.url = "https://host/root";
    target.alias = "host";
    model::CredentialInfo valid;
    valid.label = "valid";
    credentials = {valid};
  }

  model::Report run(run::Selection selection, run::RunSettings settings = {}) {
    const auto chosen = run::selected(profile, selection);
    REQUIRE(chosen);
    const model::Subject subject{profile, target, credentials};
    const run::Plan plan = run::make_plan(subject, probes::all(), *chosen, {});
    settings.run_id = "01234567-89ab-4cde-8f01-23456789abcd";
    settings.clock = [] { return 1800000000; };
    model::Report report;
    run::run_plan(plan, subject, wire, settings, report);
    return report;
  }

  int http_requests = 0;
  support::FakeWire wire;
  model::Profile profile;
  model::Target target;
  std::vector<model::CredentialInfo> credentials;
};

inline run::Selection only(std::vector<std::string> globs) {
  run::Selection selection;
  selection.only = std::move(globs);
  return selection;
}

inline const model::Finding& finding(const model::Report& report, const char* id) {
  const auto* found = model::find_finding(report, id);
  REQUIRE(found != nullptr);
  return *found;
}

}  // namespace bench
