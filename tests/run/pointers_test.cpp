// SPDX-License-Identifier: Apache-2.0
// Whose pointers are whose, on a registry in memory: sound, broken in each way, and unfit to be tested.
#include "tests/run/registry_bench.hpp"

using namespace bench;

namespace {

constexpr const char* ownership[] = {"pointers.rejects-foreign-delete",
                                     "pointers.rejects-foreign-delete-by-query",
                                     "pointers.rejects-foreign-delete-by-identifier",
                                     "pointers.rejects-foreign-update",
                                     "pointers.rejects-foreign-update-by-identifier",
                                     "pointers.rejects-foreign-supersede-by-reference",
                                     "pointers.rejects-foreign-supersede-by-identifier",
                                     "pointers.rejects-create-for-another",
                                     "interactions.rejects-create-by-consumer",
                                     "interactions.rejects-update-by-consumer",
                                     "interactions.rejects-delete-by-consumer"};

// What a fault makes of a check.
void expect_fail(const char* fault, const char* check, const char* says) {
  RegistryBench bench;
  bench.registry.faults = {fault};
  const auto seen = bench.only_check(check);
  INFO(fault << " " << check << ": " << seen.observed << " / " << seen.because);
  CHECK(seen.cause == Cause::assertion);
  CHECK(seen.verdict == (seen.check.level == model::Level::must ? Verdict::fail : Verdict::warn));
  CHECK_THAT(seen.because, ContainsSubstring(says));
  CHECK(bench.registry.pointers.empty());
  CHECK(all_gone(bench.created));
}

}  // namespace

TEST_CASE("a sound registry passes every check of ownership and is left as it was") {
  RegistryBench bench;
  bench.registry.pointers = {{"id-other", "3", "current", "urn:uuid:other", "1XR"}};
  const auto before = bench.registry.pointers;
  const auto report = bench.run({"pointers.*", "interactions.rejects-*-by-consumer"});
  for (const char* id : ownership) {
    const auto& seen = finding(report, id);
    INFO(id << ": " << seen.observed << " / " << seen.because);
    CHECK(seen.verdict == Verdict::pass);
  }
  CHECK(bench.registry.pointers == before);
  CHECK(all_gone(report.created));
  CHECK(report.created.size() == 28);
  CHECK(bench.journal().entries.size() == report.created.size());
  for (const auto& entry : bench.journal().entries) CHECK(entry.settled());
}

TEST_CASE("a foreign request that is served is a failure, however the pointer is addressed") {
  expect_fail("takes-DELETE", "pointers.rejects-foreign-delete", "the pointer is gone");
  expect_fail("takes-DELETE", "pointers.rejects-foreign-delete-by-query", "the pointer is gone");
  expect_fail("takes-by-identifier", "pointers.rejects-foreign-delete-by-identifier", "the pointer is gone");
  expect_fail("takes-PATCH", "pointers.rejects-foreign-update", "entered-in-error");
  expect_fail("takes-by-identifier", "pointers.rejects-foreign-update-by-identifier", "entered-in-error");
  expect_fail("takes-SUPERSEDE", "pointers.rejects-foreign-supersede-by-reference", "superseded");
  expect_fail("takes-SUPERSEDE", "pointers.rejects-foreign-supersede-by-identifier", "superseded");
  expect_fail("takes-POST", "pointers.rejects-create-for-another", "is there");
}

TEST_CASE("a refusal in words that changed the pointer is a failure") {
  expect_fail("half-DELETE", "pointers.rejects-foreign-delete", "refused in words only");
  expect_fail("half-PATCH", "pointers.rejects-foreign-update", "refused in words only");
  // The new pointer stayed when the old one could not be superseded.
  expect_fail("half-SUPERSEDE", "pointers.rejects-foreign-supersede-by-reference", "the pointer it asked for is there");
}

TEST_CASE("an identifier is not the id: a hole in one way is found in that way only") {
  RegistryBench bench;
  bench.registry.faults = {"takes-by-identifier"};
  CHECK(bench.only_check("pointers.rejects-foreign-delete").verdict == Verdict::pass);
}

TEST_CASE("what the ASID is not granted") {
  RegistryBench created;
  created.registry.faults = {"ungranted-POST", "ungranted-DELETE"};
  CHECK(created.only_check("interactions.rejects-create-by-consumer").verdict == Verdict::fail);
  CHECK(created.registry.pointers.empty());
  // Nobody may delete what it should not have been able to make: the failure stands, and the state is named.
  RegistryBench stuck;
  stuck.registry.faults = {"ungranted-POST"};
  const auto left = stuck.only_check("interactions.rejects-create-by-consumer");
  CHECK(left.verdict == Verdict::fail);
  CHECK_THAT(left.because, ContainsSubstring("is still there"));
  CHECK_FALSE(all_gone(stuck.created));
  // Without a check of grants, that of ownership refuses: secure, but not as specified.
  RegistryBench deleted;
  deleted.registry.faults = {"ungranted-DELETE"};
  const auto seen = deleted.only_check("interactions.rejects-delete-by-consumer");
  CHECK(seen.verdict == Verdict::warn);
  CHECK(seen.cause == Cause::deviation);
}

TEST_CASE("without permission nothing is written, and it says so") {
  RegistryBench bench;
  const auto report = bench.run({"pointers.*", "interactions.rejects-*-by-consumer", "headers.rejects-missing-fromasid"}, {});
  for (const char* id : ownership) {
    CHECK(finding(report, id).verdict == Verdict::skipped);
    CHECK(finding(report, id).cause == Cause::not_authorised);
  }
  CHECK(finding(report, "headers.rejects-missing-fromasid").verdict == Verdict::pass);
  CHECK(bench.registry.writes == 0);
  CHECK(report.created.empty());
  CHECK_FALSE(std::filesystem::exists(bench.journal_file()));
  for (const auto& row : report.requirements)
    if (row.requirement.id.starts_with("NRL-PTR"))
      CHECK((row.verdict == model::RequirementVerdict::not_tested || row.verdict == model::RequirementVerdict::partly_tested));
}

TEST_CASE("fixtures that do not hold decide nothing") {
  SECTION("both providers of one organisation") {
    RegistryBench bench;
    bench.target.facts["nrl.provider_b.ods_code"] = "mht01";
    expect_open(bench, "pointers.rejects-foreign-delete", Cause::control, "the same ods_code");
    CHECK(bench.registry.writes == 0);
  }
  SECTION("both providers one ASID") {
    RegistryBench bench;
    bench.target.facts["nrl.provider_b.asid"] = "200000000118";
    expect_open(bench, "pointers.rejects-foreign-delete", Cause::control, "the same asid");
  }
  SECTION("a provider that is not in the target file") {
    RegistryBench bench;
    bench.target.facts.erase("nrl.provider_b.asid");
    const auto seen = bench.only_check("pointers.rejects-foreign-delete");
    CHECK(seen.cause == Cause::needs_input);
    CHECK_THAT(seen.because, ContainsSubstring("nrl.provider_b.asid"));
  }
  SECTION("a credential that is not in the kit") {
    RegistryBench bench;
    bench.target.facts["nrl.provider_b.credential"] = "nobody";
    const auto seen = bench.only_check("pointers.rejects-foreign-delete");
    CHECK(seen.cause == Cause::needs_input);
    CHECK_THAT(seen.because, ContainsSubstring("nobody"));
  }
  SECTION("a provider that the registry does not know: what it is refused proves nothing") {
    RegistryBench bench;
    bench.registry.ods.erase("200000000121");
    expect_open(bench, "pointers.rejects-foreign-delete", Cause::control, "nrl.provider_b cannot create a pointer of its own");
    CHECK(bench.registry.pointers.empty());
  }
  SECTION("the foreign pointer is the asker's own") {
    RegistryBench bench;
    bench.registry.faults = {"gives-another's"};
    expect_open(bench, "pointers.rejects-foreign-delete", Cause::control, "belongs to nrl.provider_b");
    CHECK(bench.registry.pointers.empty());
  }
  SECTION("a registry that refuses everybody") {
    RegistryBench bench;
    bench.registry.faults = {"refuses-own-PATCH"};
    expect_open(bench, "pointers.rejects-foreign-update", Cause::control, "so is update for those who may");
    CHECK(bench.registry.pointers.empty());
  }
  SECTION("a consumer that may not read") {
    RegistryBench bench;
    bench.registry.faults = {"hides-from-readers"};
    expect_open(bench, "pointers.rejects-foreign-update", Cause::control, "the consumer cannot read the pointer that");
    CHECK(bench.registry.pointers.empty());
  }
}

TEST_CASE("thousands of pointers of others change nothing") {
  RegistryBench bench;
  bench.registry.strangers = 5000;
  CHECK(bench.only_check("pointers.rejects-foreign-supersede-by-reference").verdict == Verdict::pass);
  CHECK(bench.registry.pointers.empty());
}

TEST_CASE("a search that is too long to be read leaves open whether a pointer was made") {
  RegistryBench bench;
  bench.before = [&](const model::HttpExchange& http) {
    if (http.path.find("custodian=") != std::string::npos) bench.registry.faults.insert("long-search");
  };
  expect_open(bench, "pointers.rejects-foreign-supersede-by-reference", Cause::ambiguous, "too long to be read whole");
  CHECK(bench.registry.pointers.empty());
}

TEST_CASE("a registry that denies cleanup: the state is named, and nothing more is created") {
  RegistryBench bench;
  bench.registry.faults = {"refuses-own-DELETE"};
  const auto report = bench.run({"pointers.rejects-foreign-update", "pointers.rejects-foreign-supersede-by-reference"});
  const auto& first = finding(report, "pointers.rejects-foreign-update");
  CHECK(first.verdict == Verdict::inconclusive);
  CHECK_THAT(first.because, ContainsSubstring("is still there"));
  CHECK(finding(report, "pointers.rejects-foreign-supersede-by-reference").cause == Cause::blocked_by);
  CHECK(bench.registry.pointers.size() == 2);
  CHECK(report.created.size() == 2);
  for (const auto& created : report.created) CHECK(created.state == "left");
  CHECK(report.run.exit == Exit::incomplete);
  for (const auto& entry : bench.journal().entries) CHECK(entry.state == "left");
}

TEST_CASE("an interrupted run takes away what it created") {
  RegistryBench bench;
  bool interrupted = false;
  bench.before = [&](const model::HttpExchange& http) {
    if (http.method == "PATCH") interrupted = true;
  };
  run::RunSettings settings;
  settings.interrupted = [&] { return interrupted; };
  const auto report = bench.run({"pointers.rejects-foreign-update", "pointers.rejects-foreign-delete"}, {true, false}, settings);
  CHECK(interrupted);
  CHECK(bench.registry.pointers.empty());
  CHECK(all_gone(report.created));
  CHECK_FALSE(report.run.complete);
}

TEST_CASE("what is created stands in the journal before it is asked for") {
  RegistryBench bench;
  std::size_t posts = 0;
  bench.before = [&](const model::HttpExchange& http) {
    if (http.method != "POST") return;
    ++posts;
    const auto file = bench.journal();
    REQUIRE(file.entries.size() == posts);
    CHECK(http.body.find(file.entries.back().creation.identifier) != std::string::npos);
    CHECK(file.entries.back().state.empty());
  };
  (void)bench.only_check("pointers.rejects-foreign-supersede-by-reference");
  CHECK(posts == 4);
}

TEST_CASE("no journal, no pointer") {
  RegistryBench bench;
  std::filesystem::create_directory(bench.journal_file());
  expect_open(bench, "pointers.rejects-foreign-delete", Cause::tool, "the journal could not be written");
  CHECK(bench.registry.writes == 0);
}

TEST_CASE("an id that is masked in the evidence is not the id: what was created is found by Location as it came") {
  RegistryBench bench;
  bench.masks_location = true;
  const auto report = bench.run({"pointers.rejects-foreign-delete"});
  CHECK(finding(report, "pointers.rejects-foreign-delete").verdict == Verdict::pass);
  CHECK(bench.registry.pointers.empty());
}

TEST_CASE("a pointer that is not under the id that was given is not called removed") {
  RegistryBench bench;
  bench.registry.faults = {"gives-wrong-location"};
  const auto report = bench.run({"pointers.rejects-foreign-delete"});
  CHECK(finding(report, "pointers.rejects-foreign-delete").verdict == Verdict::inconclusive);
  // Its master identifier finds it.
  CHECK(bench.registry.pointers.empty());
  CHECK(all_gone(report.created));
  // Or a search does.
  RegistryBench searched;
  searched.registry.faults = {"gives-wrong-location", "refuses-identifiers"};
  CHECK(all_gone(searched.run({"pointers.rejects-foreign-delete"}).created));
  CHECK(searched.registry.pointers.empty());
  // Where not even that helps, it is said.
  RegistryBench hidden;
  hidden.registry.faults = {"gives-wrong-location", "refuses-identifiers"};
  hidden.before = [&](const model::HttpExchange& http) {
    if (http.path.find("custodian=") != std::string::npos) hidden.registry.faults.insert("long-search");
  };
  const auto left = hidden.run({"pointers.rejects-foreign-delete"});
  CHECK_FALSE(hidden.registry.pointers.empty());
  CHECK_FALSE(all_gone(left.created));
}
