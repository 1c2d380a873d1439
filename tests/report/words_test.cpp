// SPDX-License-Identifier: Apache-2.0
#include "report/words.hpp"

#include <set>

#include "tests/catch.hpp"
#include "tests/report/sample_report.hpp"

TEST_CASE("the sample holds every verdict and every cause") {
  std::set<model::Verdict> verdicts;
  std::set<model::Cause> causes;
  std::set<model::RequirementVerdict> rows;
  const auto made = sample::report();
  for (const auto& finding : made.findings) {
    verdicts.insert(finding.verdict);
    causes.insert(finding.cause);
  }
  CHECK(verdicts.size() == model::all_words<model::Verdict>().size());
  CHECK(causes.size() == model::all_words<model::Cause>().size());
}

TEST_CASE("everything has a shape, a label and a meaning") {
  for (const auto& [verdict, word] : model::Words<model::Verdict>::table)
    CHECK_FALSE(report::meaning(verdict).empty());
  for (const auto& [verdict, word] : model::Words<model::RequirementVerdict>::table) {
    CHECK_FALSE(report::meaning(verdict).empty());
    CHECK_FALSE(report::shape(verdict).empty());
  }
  for (const auto& [cause, word] : model::Words<model::Cause>::table) {
    if (cause == model::Cause::none) continue;
    CHECK_FALSE(report::label(cause).empty());
    CHECK_FALSE(report::meaning(cause).empty());
  }
}

TEST_CASE("the verdict sentence says the verdict once") {
  model::Report made;
  const auto sentence = [&](model::RunVerdict verdict, const char* text) {
    made.verdict = verdict;
    made.sentence = text;
    const auto cut = report::verdict_sentence(made);
    return cut.lead + "|" + cut.rest;
  };
  using V = model::RunVerdict;
  CHECK(sentence(V::non_conformant, "not conformant: 3 of 61 are not met") ==
        "Not conformant|3 of 61 are not met.");
  CHECK(sentence(V::conformant, "nothing non-conformant in 241 of 262 checks") ==
        "Conformant|Nothing non-conformant in 241 of 262 checks.");
  CHECK(sentence(V::conformant, "conformant as far as tested: nothing failed; MUST: 1 open") ==
        "Conformant as far as tested|Nothing failed; MUST: 1 open.");
  CHECK(sentence(V::incomplete, "Incomplete.") == "Incomplete|");
  CHECK(sentence(V::nothing_run, "") == "Nothing was run|");
  CHECK(sentence(V::conformant, "Conformantly odd") == "Conformant|Conformantly odd.");
}

TEST_CASE("waivers end with their last day, UTC") {
  model::Report made;
  made.run.started = *base::parse_rfc3339("2026-11-23T14:05:10Z");
  model::WaiverResult waiver;
  const auto left = [&](const char* day) {
    waiver.expires = day;
    return report::days_left(made, waiver);
  };
  CHECK(left("2026-11-23") == 0);
  CHECK(left("2026-11-24") == 1);
  CHECK(left("2026-11-22") == -1);
  CHECK(left("2028-02-29") == 463);
}

TEST_CASE("fragments are fit for ids and links") {
  CHECK(report::fragment("r-", "GPC-CON-8") == "r-GPC-CON-8");
  CHECK(report::fragment("c-", "token.x@y \"<") == "c-token.x-y---");
}

TEST_CASE("parameters of a check read as words") {
  CHECK(report::parameters_in_words({{"mutations", {{{"op", "header.remove"}, {"name", "Ssp-To"}}}},
                                     {"versions", {"TLSv1.0"}}}) ==
        std::vector<std::string>{"header.remove Ssp-To", "versions: [\"TLSv1.0\"]"});
  CHECK(report::parameters_in_words(base::Json()).empty());
  CHECK(report::parameters_in_words({{"a", "\xff"}}) == std::vector<std::string>{"a: \xff"});
}
