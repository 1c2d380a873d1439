// SPDX-License-Identifier: Apache-2.0
// Nothing that may change the target is sent without permission, whatever the file that asks for it says.
#include "run/plan.hpp"

#include "tests/run/bench.hpp"

namespace {

using base::Json;

// What becomes of a check of one's own that says it only reads, on GET /metadata changed so.
std::optional<model::Judgement> settled(Json mutations, run::Permissions permissions = {}) {
  bench::Bench bench([](const model::HttpExchange&) { return bench::good(); });
  auto& checks = bench.profile.checks;
  const auto like = std::find_if(checks.begin(), checks.end(), [](const model::Check& check) { return check.id == "headers.rejects-missing-ssp-to"; });
  REQUIRE(like != checks.end());
  model::Check own = *like;
  own.with["mutate"] = std::move(mutations);
  checks = {own};
  const model::Subject subject{bench.profile, bench.target, bench.credentials};
  const run::Plan plan = run::make_plan(subject, probes::all(), {own.id}, permissions);
  return plan.checks.front().prepared.settled;
}

Json verb(const char* name, const char* path = "/Patient/1") {
  return Json::array({Json{{"op", "method.set"}, {"value", name}}, Json{{"op", "path.set"}, {"value", path}}});
}

}  // namespace

TEST_CASE("a write that calls itself a read needs permission") {
  const auto refused = settled(verb("DELETE"));
  REQUIRE(refused);
  CHECK(refused->verdict == model::Verdict::skipped);
  CHECK(refused->cause == model::Cause::not_authorised);
  CHECK(refused->because == "DELETE /root/Patient/1 may change the target: needs --allow intrusive and --authorisation");
  CHECK(settled(verb("put")));
  CHECK(settled(verb("MOVE")));
  CHECK(settled(verb("POST", "/Patient/_search")));   // the good request was no POST: nobody has said that this one reads
  CHECK(settled(Json::array({Json{{"op", "header.set"}, {"name", "X-HTTP-Method-Override"}, {"value", "delete"}}, Json{{"op", "path.set"}, {"value", "/Patient/1"}}})));
  CHECK_FALSE(settled(verb("DELETE"), {true, false}));
}

TEST_CASE("what changes nothing needs none") {
  CHECK_FALSE(settled(verb("HEAD")));
  CHECK_FALSE(settled(verb("get")));
  CHECK_FALSE(settled(verb("DELETE", "/metadata")));
  CHECK_FALSE(settled(Json::array({Json{{"op", "header.remove"}, {"name", "Ssp-To"}}})));
}
