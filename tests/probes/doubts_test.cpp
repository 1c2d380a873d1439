// SPDX-License-Identifier: Apache-2.0
#include "probes/doubts.hpp"

#include "tests/catch.hpp"

namespace {

using model::Cause;
using model::Observation;
using model::Verdict;

model::HttpExchange request() {
  model::HttpExchange http;
  http.origin = {true, "127.0.0.1", 8443};
  http.path = "/root/metadata";
  http.headers = {{"Host", "127.0.0.1:8443"}, {"Ssp-To", "200000000116"}};
  http.token = model::TokenRecipe{base::Json{{"iss", "https://x"}}, {}};
  return http;
}

Observation answer(std::string id, model::HttpExchange http, int status, std::string server, std::string resource = "") {
  Observation seen;
  seen.id = std::move(id);
  seen.exchange = std::move(http);
  seen.outcome = model::Outcome::answered;
  seen.status = status;
  seen.resource_type = std::move(resource);
  if (!server.empty()) seen.headers = {{"Server", std::move(server)}};
  return seen;
}

// The verdict that a first one becomes when this is what was seen, after a good request that `product` answered.
model::Judgement doubted(Verdict verdict, Cause cause, const Observation& seen, const std::string& product = "app/1") {
  const model::Check check;
  const model::Profile profile;
  const model::Target target;
  const model::Subject subject{profile, target, {}};
  model::Prepared prepared;
  prepared.control = model::Control{"metadata", request(), "CapabilityStatement"};
  const std::vector<Observation> everything = {answer("control-metadata-01", request(), 200, product, "CapabilityStatement"), seen};
  const model::TlsFacts none;
  const model::Trial trial{check, subject, prepared, {}, none, everything};
  model::Judgement judgement;
  judgement.verdict = verdict;
  judgement.cause = cause;
  judgement.suspects = {seen.id};
  probes::apply_doubts(judgement, trial, seen);
  return judgement;
}

Observation shifted(std::int64_t shift, std::int64_t offset) {
  auto http = request();
  http.token->mutations = {{"token.shift", "", shift}};
  auto seen = answer("x-1", http, 200, "app/1", "CapabilityStatement");
  seen.clock_offset = offset;
  return seen;
}

}  // namespace

TEST_CASE("a refusal by another product than the application's is none of its own") {
  const auto other = doubted(Verdict::warn, Cause::deviation, answer("x-1", request(), 400, "other/2"));
  CHECK(other.verdict == Verdict::inconclusive);
  CHECK(other.cause == Cause::network);
  CHECK(other.because.find("Server: other/2; to the good request Server: app/1") != std::string::npos);
  CHECK(doubted(Verdict::pass, Cause::none, answer("x-1", request(), 403, "")).verdict == Verdict::inconclusive);
  CHECK(doubted(Verdict::fail, Cause::assertion, answer("x-1", request(), 406, "other/2")).suspects.empty());
}

TEST_CASE("the application's own refusal stands, and so does FHIR from whoever fronts it") {
  CHECK(doubted(Verdict::warn, Cause::deviation, answer("x-1", request(), 400, "app/1")).verdict == Verdict::warn);
  CHECK(doubted(Verdict::pass, Cause::none, answer("x-1", request(), 400, "other/2", "OperationOutcome")).verdict == Verdict::pass);
  CHECK(doubted(Verdict::fail, Cause::assertion, answer("x-1", request(), 200, "other/2")).verdict == Verdict::fail);
  CHECK(doubted(Verdict::fail, Cause::assertion, answer("x-1", request(), 500, "other/2")).verdict == Verdict::fail);
  CHECK(doubted(Verdict::warn, Cause::deviation, answer("x-1", request(), 400, ""), "").verdict == Verdict::warn);
}

TEST_CASE("what breaks the grammar of HTTP need not reach an application") {
  auto malformed = request();
  malformed.headers.push_back({"Host", "another"});
  REQUIRE(model::breaks_grammar(malformed));
  CHECK(doubted(Verdict::warn, Cause::deviation, answer("x-1", malformed, 400, "other/2")).verdict == Verdict::warn);
}

TEST_CASE("a clock that is off excuses what it explains, and no more") {
  // Expired for 60 seconds.
  CHECK(doubted(Verdict::fail, Cause::assertion, shifted(-358, 0)).verdict == Verdict::fail);
  CHECK(doubted(Verdict::fail, Cause::assertion, shifted(-358, -30)).verdict == Verdict::fail);
  CHECK(doubted(Verdict::fail, Cause::assertion, shifted(-358, -90)).cause == Cause::ambiguous);
  CHECK(doubted(Verdict::fail, Cause::assertion, shifted(-358, 90)).cause == Cause::ambiguous);
  // For 302 seconds.
  CHECK(doubted(Verdict::fail, Cause::assertion, shifted(-600, -90)).verdict == Verdict::fail);
  // Refused though it has ten seconds left, or because it was made in the future.
  CHECK(doubted(Verdict::fail, Cause::assertion, shifted(-288, 20)).verdict == Verdict::inconclusive);
  CHECK(doubted(Verdict::fail, Cause::assertion, shifted(202, -20)).verdict == Verdict::inconclusive);
  CHECK(doubted(Verdict::fail, Cause::assertion, shifted(202, 3)).verdict == Verdict::fail);
  CHECK(doubted(Verdict::pass, Cause::none, shifted(-600, -900)).verdict == Verdict::pass);
}
