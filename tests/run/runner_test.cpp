// SPDX-License-Identifier: Apache-2.0
// Controls, epochs, confirmations: probity-judging(7), CONTROLS, on a scripted target.
#include "tests/run/bench.hpp"

using namespace bench;

namespace {

const run::Selection four_headers = only({"headers.rejects-missing-ssp-traceid", "headers.rejects-missing-ssp-from",
                                          "headers.rejects-missing-ssp-to", "headers.rejects-missing-ssp-interactionid"});

}  // namespace

TEST_CASE("a pass stands between two accepted controls") {
  Bench bench([](const auto& http) { return is_good(http) ? good() : bad_request(); });
  const auto report = bench.run(four_headers);
  const auto& seen = finding(report, "headers.rejects-missing-ssp-to");
  CHECK(seen.verdict == Verdict::pass);
  CHECK(seen.control == "metadata");
  CHECK(seen.control_before == true);
  CHECK(seen.control_after == true);
  CHECK(report.run.exit == Exit::conformant);
  // base control, control, four mutations, control
  CHECK(bench.http_requests == 7);
}

TEST_CASE("a server that refuses everything passes nothing") {
  Bench bench([](const auto&) { return bad_request(); });
  const auto report = bench.run(four_headers);
  for (const auto& f : report.findings) CHECK(f.verdict != Verdict::pass);
  CHECK(finding(report, "headers.rejects-missing-ssp-to").cause == Cause::control);
  CHECK(report.run.exit == Exit::incomplete);
  CHECK_THAT(report.blocked_by, ContainsSubstring("HTTP 400"));
  CHECK(bench.http_requests == 1);
}

TEST_CASE("a base control that stays silent is asked twice, and blocks") {
  Bench bench([](const auto&) {
    Observation seen;
    seen.outcome = Outcome::timed_out;
    return seen;
  });
  const auto report = bench.run(four_headers);
  CHECK(bench.http_requests == 2);
  CHECK(finding(report, "headers.rejects-missing-ssp-to").cause == Cause::blocked_by);
  CHECK(report.blocked_red);
  CHECK(report.run.exit == Exit::incomplete);
}

TEST_CASE("a target that dies of a mutation: passes are asked again until a control fails") {
  bool dead = false;
  Bench bench([&](const auto& http) {
    if (!has_header(http, "Ssp-From")) dead = true;
    if (dead) {
      Observation gone;
      gone.outcome = Outcome::unreachable;
      return gone;
    }
    return is_good(http) ? good() : bad_request();
  });
  const auto report = bench.run(four_headers);
  for (const auto& f : report.findings) CHECK(f.verdict != Verdict::pass);
  CHECK(finding(report, "headers.rejects-missing-ssp-traceid").cause == Cause::control);
  CHECK(report.run.exit == Exit::incomplete);
}

TEST_CASE("a target that dies of one mutation and comes back: the others pass, that one does not") {
  int silent = 0;
  Bench bench([&](const auto& http) {
    if (silent > 0) {
      --silent;
      Observation gone;
      gone.outcome = Outcome::unreachable;
      return gone;
    }
    if (!has_header(http, "Ssp-From")) {
      silent = 1;  // the next request, whatever it is, finds nobody
      return bad_request();
    }
    return is_good(http) ? good() : bad_request();
  });
  run::RunSettings settings;
  settings.pace.jobs = 1;
  const auto report = bench.run(only({"headers.rejects-missing-ssp-from", "headers.rejects-missing-ssp-traceid"}), settings);
  CHECK(finding(report, "headers.rejects-missing-ssp-from").verdict == Verdict::inconclusive);
  CHECK(finding(report, "headers.rejects-missing-ssp-from").cause == Cause::control);
  CHECK(finding(report, "headers.rejects-missing-ssp-traceid").verdict != Verdict::fail);
}

TEST_CASE("a failure is confirmed on a fresh connection between two controls") {
  Bench bench([](const auto& http) { return is_good(http) || !has_header(http, "Ssp-To") ? good() : bad_request(); });
  const auto report = bench.run(four_headers);
  const auto& failed = finding(report, "headers.rejects-missing-ssp-to");
  CHECK(failed.verdict == Verdict::fail);
  CHECK(failed.cause == Cause::assertion);
  CHECK(std::find(failed.observations.begin(), failed.observations.end(), "headers.rejects-missing-ssp-to-1-confirm") !=
        failed.observations.end());
  CHECK(finding(report, "headers.rejects-missing-ssp-from").verdict == Verdict::pass);
  CHECK(report.run.exit == Exit::non_conformant);
  const auto fresh = std::count_if(bench.wire.sent().begin(), bench.wire.sent().end(), [](const model::Exchange& exchange) {
    const auto* http = std::get_if<model::HttpExchange>(&exchange);
    return http != nullptr && !has_header(*http, "Ssp-To") && http->connection == model::Connection::fresh;
  });
  CHECK(fresh == 1);
}

TEST_CASE("a failure seen once of two times is ambiguous") {
  int n = 0;
  Bench bench([&](const auto& http) {
    if (is_good(http)) return good();
    return !has_header(http, "Ssp-To") && ++n == 1 ? good() : bad_request();
  });
  const auto report = bench.run(four_headers);
  const auto& seen = finding(report, "headers.rejects-missing-ssp-to");
  CHECK(seen.verdict == Verdict::inconclusive);
  CHECK(seen.cause == Cause::ambiguous);
}

TEST_CASE("no valid credential: inconclusive, never skipped, and the target is left alone") {
  Bench bench([](const auto&) { return good(); });
  bench.credentials.clear();
  run::RunSettings settings;
  settings.no_credential_hint = "no valid client credential was given";
  const auto report = bench.run(four_headers, settings);
  CHECK(finding(report, "headers.rejects-missing-ssp-to").verdict == Verdict::inconclusive);
  CHECK(finding(report, "headers.rejects-missing-ssp-to").cause == Cause::control);
  CHECK(report.blocked_by == settings.no_credential_hint);
  CHECK(report.run.exit == Exit::incomplete);
  CHECK(bench.http_requests == 0);
}

TEST_CASE("transport and ciphers need no credential") {
  Bench bench([](const auto&) {
    Observation seen;
    seen.outcome = Outcome::closed;
    return seen;
  });
  bench.credentials.clear();
  run::Selection selection;
  selection.suites = {"transport", "ciphers"};
  const auto report = bench.run(selection);
  CHECK(finding(report, "transport.rejects-tlsv1-0").verdict == Verdict::pass);
  CHECK(finding(report, "ciphers.rejects-unlisted-suites").verdict == Verdict::pass);
  CHECK(finding(report, "ciphers.supports-aes256-edh").verdict == Verdict::pass);
  CHECK(report.run.exit == Exit::conformant);
}

TEST_CASE("an endpoint's own control failing touches that endpoint only") {
  Bench bench([](const auto& http) {
    if (http.path.find("/Patient") != std::string::npos) return http_answer(403, "OperationOutcome", {"NO_PATIENT_CONSENT"});
    if (http.path.find("/Location") != std::string::npos) return http_answer(404, "OperationOutcome", {"REFERENCE_NOT_FOUND"});
    return is_good(http) ? good() : bad_request();
  });
  bench.target.facts["patient.nhs_number"] = "9434765919";
  bench.target.facts["location.id"] = "1";
  auto selection = four_headers;
  selection.only.push_back("scope.rejects-*");
  const auto report = bench.run(selection);
  CHECK(finding(report, "scope.rejects-organization-scope-on-patient").cause == Cause::control);
  CHECK(finding(report, "scope.rejects-patient-scope-on-location").verdict == Verdict::skipped);
  CHECK(finding(report, "scope.rejects-patient-scope-on-location").cause == Cause::not_applicable);
  CHECK(finding(report, "scope.rejects-patient-scope-on-slot").cause == Cause::needs_input);
  CHECK(finding(report, "headers.rejects-missing-ssp-to").verdict == Verdict::pass);
}

static void add_copies(Bench& bench, int count) {
  model::Check extra = *std::find_if(bench.profile.checks.begin(), bench.profile.checks.end(),
                                     [](const auto& check) { return check.id == "headers.rejects-missing-ssp-to"; });
  for (int i = 0; i < count; ++i) {
    extra.id = "headers.rejects-copy-" + std::to_string(i);
    bench.profile.checks.push_back(extra);
  }
}

static auto count_of(const model::Report& report, Verdict verdict) {
  return std::count_if(report.findings.begin(), report.findings.end(), [&](const auto& f) { return f.verdict == verdict; });
}

TEST_CASE("an epoch holds at most 25 mutations") {
  Bench bench([](const auto& http) { return is_good(http) ? good() : bad_request(); });
  add_copies(bench, 40);
  const auto report = bench.run(only({"headers.rejects-copy-*"}));
  CHECK(std::count_if(report.findings.begin(), report.findings.end(),
                      [](const auto& f) { return f.verdict == Verdict::pass; }) == 40);
  // base control, two epochs with a control before, between and after
  CHECK(bench.http_requests == 1 + 40 + 3);
}

TEST_CASE("a front that refuses everything for a while passes nothing that the target serves") {
  int n = 0;
  Bench bench([&](const auto&) { return ++n >= 4 && n <= 70 ? bad_request() : good(); });
  add_copies(bench, 100);
  const auto report = bench.run(only({"headers.rejects-copy-*"}));
  CHECK(count_of(report, Verdict::pass) == 0);
  CHECK(count_of(report, Verdict::fail) >= 50);
}

TEST_CASE("a run that is cut keeps the rounds that were finished, failures too") {
  Bench bench([&](const auto& http) { return is_good(http) || !has_header(http, "Ssp-To") ? good() : bad_request(); });
  add_copies(bench, 250);
  run::RunSettings settings;
  settings.interrupted = [&] { return bench.http_requests >= 250; };
  const auto report = bench.run(only({"headers.rejects-copy-*"}), settings);
  CHECK_FALSE(report.run.complete);
  CHECK(count_of(report, Verdict::fail) == 100);  // the first round, asked and confirmed; the second was not confirmed
  CHECK(count_of(report, Verdict::pass) == 0);
}

TEST_CASE("interrupted: what was finished stands, the rest says so") {
  Bench bench([](const auto& http) { return is_good(http) ? good() : bad_request(); });
  run::RunSettings settings;
  settings.pace.jobs = 1;
  settings.interrupted = [&] { return bench.http_requests >= 4; };
  const auto report = bench.run(four_headers, settings);
  CHECK_FALSE(report.run.complete);
  for (const auto& f : report.findings) CHECK(f.verdict != Verdict::pass);  // no closing control, no pass
  CHECK(finding(report, "headers.rejects-missing-ssp-interactionid").cause == Cause::deadline);
  CHECK(report.run.exit == Exit::incomplete);
}

TEST_CASE("no-store is looked for on every answer, whoever asked") {
  Bench bench([](const auto& http) {
    auto seen = is_good(http) ? good() : bad_request();
    if (seen.status == 400) seen.headers.clear();
    return seen;
  });
  auto selection = four_headers;
  selection.only.push_back("caching.*");
  const auto report = bench.run(selection);
  CHECK(finding(report, "caching.sends-no-store-on-bad-request").verdict == Verdict::fail);
  CHECK(finding(report, "caching.sends-no-store-on-success").verdict == Verdict::pass);
  CHECK(finding(report, "headers.rejects-missing-ssp-to").verdict == Verdict::pass);
}

TEST_CASE("an answer that comes and goes does not hide a no-store that is always missing") {
  int n = 0;
  Bench bench([&](const auto& http) {
    if (is_good(http)) return good();
    auto seen = ++n == 1 ? http_answer(503, "") : http_answer(422, "OperationOutcome", {"INVALID_RESOURCE"});
    seen.headers.clear();
    return seen;
  });
  auto selection = four_headers;
  selection.only.push_back("caching.*");
  const auto report = bench.run(selection);
  CHECK(finding(report, "caching.sends-no-store-on-other-answers").verdict == Verdict::fail);
}

TEST_CASE("observations have the same ids and order in every run") {
  const auto ids = [] {
    Bench bench([](const auto& http) { return is_good(http) ? good() : bad_request(); });
    std::vector<std::string> out;
    const auto report = bench.run({});
    for (const auto& observation : report.observations) out.push_back(observation.id);
    return out;
  };
  const auto first = ids();
  CHECK(first == ids());
  auto sorted = first;
  std::sort(sorted.begin(), sorted.end());
  CHECK(std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end());
}
