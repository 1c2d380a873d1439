// SPDX-License-Identifier: Apache-2.0
// A run of the profile nrl on a registry in memory, with its journal in a folder of its own.
#pragma once

#include <memory>

#include "base/files.hpp"
#include "run/journal.hpp"
#include "tests/run/bench.hpp"
#include "tests/support/fake_registry.hpp"
#include "tests/support/temp_folder.hpp"

namespace bench {

inline model::CredentialInfo labelled(const char* label) {
  model::CredentialInfo info;
  info.label = label;
  return info;
}

class RegistryBench {
 public:
  RegistryBench()
      : wire([this](const model::Exchange& exchange) {
          if (const auto* hello = std::get_if<model::HelloExchange>(&exchange)) return hello_answer(*hello);
          const auto* http = std::get_if<model::HttpExchange>(&exchange);
          if (http == nullptr) {
            Observation seen;
            seen.outcome = Outcome::answered;
            seen.tls.version = model::TlsVersion::tls1_2;
            return seen;
          }
          if (before) before(*http);
          Observation seen = registry.answer(*http);
          if (const auto location = model::header_value(seen, "Location")) seen.location = *location;
          if (masks_location && !seen.location.empty()) seen.headers = {{"Location", "https://registry.example/STU3/DocumentReference/[NHS number]"}};
          return seen;
        }) {
    auto loaded = profile::load_profile("nrl", {{}, {}, probes::all()});
    REQUIRE(loaded);
    profile = std::move(*loaded);
    target.url = "https://registry.example/STU3";
    target.alias = "registry";
    target.facts = {{"nrl.to_asid", "999999999999"},
                    {"nrl.patient.nhs_number", "9434765919"},
                    {"nrl.consumer.asid", "200000000117"},
                    {"nrl.consumer.ods_code", "AMS01"},
                    {"nrl.provider_a.asid", "200000000118"},
                    {"nrl.provider_a.ods_code", "MHT01"},
                    {"nrl.provider_a.credential", "provider-a"},
                    {"nrl.provider_b.asid", "200000000121"},
                    {"nrl.provider_b.ods_code", "1XR"},
                    {"nrl.provider_b.credential", "provider-b"}};
    credentials = {labelled("valid"), labelled("provider-a"), labelled("provider-b")};
  }

  model::Report run(std::vector<std::string> globs, run::Permissions permissions = {true, false}, run::RunSettings settings = {}) {
    const auto chosen = run::selected(profile, only(std::move(globs)));
    REQUIRE(chosen);
    model::Subject subject{profile, target, credentials};
    subject.run_id = "01234567-89ab-4cde-8f01-23456789abcd";
    const run::Plan plan = run::make_plan(subject, probes::all(), *chosen, permissions);
    run::Journal journal(journal_file(), {{"schema", "probity.journal/1"}});
    settings.run_id = subject.run_id;
    settings.clock = [] { return 1800000000; };
    settings.journal = &journal;
    model::Report report;
    run::run_plan(plan, subject, wire, settings, report);
    return report;
  }

  // The verdict of one check that changes the registry.
  model::Finding only_check(const char* id) {
    const auto report = run({id});
    created = report.created;
    return finding(report, id);
  }

  [[nodiscard]] std::filesystem::path journal_file() const { return folder.path() / "journal.jsonl"; }
  [[nodiscard]] run::JournalFile journal() const {
    auto file = run::read_journal(journal_file());
    REQUIRE(file);
    return std::move(*file);
  }

  support::FakeRegistry registry;
  std::function<void(const model::HttpExchange&)> before;
  bool masks_location = false;
  std::vector<model::Created> created;
  support::TempFolder folder;
  support::FakeWire wire;
  model::Profile profile;
  model::Target target;
  std::vector<model::CredentialInfo> credentials;
};

inline bool all_gone(const std::vector<model::Created>& created) {
  return std::all_of(created.begin(), created.end(), [](const auto& one) { return one.state == "removed" || one.state == "never-there"; });
}

inline model::Finding expect_open(RegistryBench& bench, const char* check, Cause cause, const char* says) {
  const auto seen = bench.only_check(check);
  INFO(seen.observed << " / " << seen.because);
  CHECK(seen.verdict == Verdict::inconclusive);
  CHECK(seen.cause == cause);
  CHECK_THAT(seen.because, ContainsSubstring(says));
  return seen;
}

}  // namespace bench
