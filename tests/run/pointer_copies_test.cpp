// SPDX-License-Identifier: Apache-2.0
// Registries whose copies lag, whose searches show not all, and whose Locations mislead: nothing is believed too
// soon, and nothing is left or deleted on the word of one answer.
#include "tests/run/registry_bench.hpp"

using namespace bench;

TEST_CASE("half of what was refused is found, however late a search lists it") {
  for (const char* check : {"pointers.rejects-foreign-supersede-by-reference", "pointers.rejects-create-for-another"})
    for (const int lag : {1, 3}) {
      RegistryBench bench;
      bench.registry.faults = {"half-SUPERSEDE", "half-POST"};
      bench.registry.search_lag = lag;
      const auto seen = bench.only_check(check);
      INFO(check << " " << lag << ": " << seen.observed << " / " << seen.because);
      CHECK(seen.cause == Cause::assertion);
      CHECK_THAT(seen.because, ContainsSubstring("in words only"));
      CHECK(bench.registry.pointers.empty());
    }
  // A search that never lists what was made by right shows nothing.
  RegistryBench blind;
  blind.registry.search_lag = 1000;
  expect_open(blind, "pointers.rejects-foreign-supersede-by-reference", Cause::control, "made by right is not listed");
  CHECK(blind.registry.pointers.empty());
}

TEST_CASE("one page of a search shows neither that nothing was made nor that it is gone") {
  RegistryBench sound;
  sound.registry.pointers = {{"id-other", "3", "current", "urn:uuid:other", "1XR"}};
  sound.registry.faults = {"pages"};
  CHECK(sound.only_check("pointers.rejects-foreign-supersede-by-reference").verdict == Verdict::inconclusive);
  CHECK(sound.registry.pointers.size() == 1);
  // Tidying finds by its identifier what no page showed.
  RegistryBench half;
  half.registry.pointers = sound.registry.pointers;
  half.registry.faults = {"pages", "half-SUPERSEDE"};
  CHECK(half.only_check("pointers.rejects-foreign-supersede-by-reference").verdict == Verdict::fail);
  CHECK(half.registry.pointers.size() == 1);
}

TEST_CASE("a change that reads show late is waited for") {
  for (const int lag : {0, 1, 2}) {
    RegistryBench bench;
    bench.registry.faults = {"half-PATCH"};
    bench.registry.read_lag = lag;
    const auto seen = bench.only_check("pointers.rejects-foreign-update");
    INFO(lag << ": " << seen.observed << " / " << seen.because);
    CHECK(seen.verdict == Verdict::fail);
  }
  RegistryBench sound;
  sound.registry.read_lag = 3;
  CHECK(sound.only_check("pointers.rejects-foreign-update").verdict == Verdict::pass);
  // One that never comes leaves open what else did.
  RegistryBench frozen;
  frozen.registry.faults = {"half-PATCH"};
  frozen.registry.read_lag = 1000;
  expect_open(frozen, "pointers.rejects-foreign-update", Cause::control, "cannot be seen");
}

TEST_CASE("one copy that misses a pointer is no proof that it is gone") {
  RegistryBench bench;
  bench.registry.faults = {"second-read-misses"};
  expect_open(bench, "pointers.rejects-foreign-delete", Cause::ambiguous, "contradict");
  CHECK(bench.registry.pointers.empty());
  CHECK(all_gone(bench.created));
}

TEST_CASE("what is not ours is neither changed nor deleted, whatever a Location says") {
  RegistryBench bench;
  bench.registry.pointers = {{"id-other", "3", "current", "urn:uuid:other", "MHT01"}, {"id-more", "1", "current", "urn:uuid:more", "1XR"}};
  const auto before = bench.registry.pointers;
  bench.registry.faults = {"gives-foreign-location"};
  for (const char* check : {"pointers.rejects-foreign-delete", "pointers.rejects-foreign-supersede-by-reference", "interactions.rejects-delete-by-consumer"}) {
    CHECK(bench.only_check(check).verdict == Verdict::inconclusive);
    CHECK(bench.registry.pointers == before);
    CHECK(all_gone(bench.created));
  }
}

TEST_CASE("gone is only what is seen to be gone") {
  const auto left = [](std::set<std::string> faults, const char* check) {
    RegistryBench bench;
    // The searches of the controls stay short.
    const bool is_long = faults.erase("long-search") == 1;
    bench.registry.faults = std::move(faults);
    bench.before = [&](const model::HttpExchange& http) {
      if (is_long && http.path.find("custodian=") != std::string::npos) bench.registry.faults.insert("long-search");
    };
    const auto report = bench.run({check});
    INFO(bench.registry.pointers.size() << " left");
    // What is there is not called gone.
    for (const auto& created : report.created) {
      const bool there = std::any_of(bench.registry.pointers.begin(), bench.registry.pointers.end(), [&](const auto& pointer) { return pointer.identifier == created.identifier; });
      INFO(created.identifier << " " << created.state << " " << created.because);
      CHECK((!there || (created.state != "removed" && created.state != "never-there")));
    }
    if (!all_gone(report.created)) CHECK(report.run.exit != Exit::conformant);
    return bench.registry.pointers.size();
  };
  const char* update = "pointers.rejects-foreign-update";
  CHECK(left({"gives-format-in-location", "deletes-anything"}, update) == 0);
  CHECK(left({"deletes-current-only", "shows-current-only"}, update) == 1);
  CHECK(left({"deletes-current-only"}, update) == 1);
  CHECK(left({"loses-answers", "pages"}, update) == 0);
  CHECK(left({"loses-answers", "pages", "deletes-anything"}, update) == 0);
  CHECK(left({"loses-answers", "pages", "knows-no-conditions"}, update) <= 1);
  CHECK(left({"loses-answers", "long-search", "knows-no-conditions"}, update) == 1);
  CHECK(left({"gives-wrong-location", "long-search", "knows-no-conditions", "deletes-anything"}, update) == 1);
  CHECK(left({"loses-answers", "knows-no-conditions"}, update) == 0);
}

TEST_CASE("a run that leaves something is not over, whatever its checks are worth") {
  RegistryBench bench;
  bench.registry.faults = {"refuses-own-DELETE"};
  const auto report = bench.run({"pointers.rejects-create-for-another", "headers.rejects-missing-fromasid"});
  CHECK_FALSE(all_gone(report.created));
  CHECK(report.run.exit == Exit::incomplete);
}
