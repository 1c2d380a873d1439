// SPDX-License-Identifier: Apache-2.0
// probity-judging(7), GRADING, row by row and column by column.
#include "probes/grading.hpp"

#include "tests/catch.hpp"

namespace {

using model::Cause;
using model::Outcome;
using model::Verdict;
using probes::Column;

const model::Expectation expect = [] {
  model::Expectation wanted;
  wanted.status = {400};
  wanted.codes = {"BAD_REQUEST"};
  return wanted;
}();

model::Observation http(int status, std::string resource = "OperationOutcome", std::vector<std::string> codes = {}) {
  model::Observation seen;
  seen.outcome = Outcome::answered;
  seen.status = status;
  seen.resource_type = std::move(resource);
  seen.issue_codes = std::move(codes);
  return seen;
}

model::Observation ended(Outcome outcome) {
  model::Observation seen;
  seen.outcome = outcome;
  return seen;
}

void check(const model::Observation& seen, Verdict for_http, Cause http_cause, Verdict for_identity, Cause identity_cause,
           const model::Expectation& expected = expect) {
  CAPTURE(model::in_words(seen));
  const auto request = probes::judge_refusal(seen, expected, Column::http);
  CHECK(request.verdict == for_http);
  CHECK(request.cause == http_cause);
  const auto identity = probes::judge_refusal(seen, expected, Column::identity);
  CHECK(identity.verdict == for_identity);
  CHECK(identity.cause == identity_cause);
}

}  // namespace

TEST_CASE("alert or close") {
  check(ended(Outcome::refused), Verdict::inconclusive, Cause::ambiguous, Verdict::pass, Cause::none);
  check(ended(Outcome::closed), Verdict::inconclusive, Cause::ambiguous, Verdict::pass, Cause::none);
  auto closes = expect;
  closes.closes = true;
  check(ended(Outcome::closed), Verdict::pass, Cause::none, Verdict::pass, Cause::none, closes);
  CHECK(probes::judge_refusal(ended(Outcome::closed), expect, Column::identity).ask_again);
}

TEST_CASE("the expected status and code") {
  const auto seen = http(400, "OperationOutcome", {"BAD_REQUEST"});
  CHECK(probes::judge_refusal(seen, expect, Column::http).verdict == Verdict::pass);
}

TEST_CASE("a refusal in another shape") {
  for (const int status : {400, 401, 403, 495, 496})
    check(http(status, ""), Verdict::warn, Cause::deviation, Verdict::pass, Cause::none);
  // In the identity column an OperationOutcome means that the application has answered.
  check(http(403, "OperationOutcome", {"ACCESS_DENIED"}), Verdict::warn, Cause::deviation, Verdict::warn, Cause::deviation);
}

TEST_CASE("other client errors") {
  for (const int status : {404, 409, 422, 418})
    check(http(status), Verdict::warn, Cause::deviation, Verdict::warn, Cause::deviation);
}

TEST_CASE("statuses that may have another reason, unless the check lists them") {
  for (const int status : {405, 406, 408, 413, 414, 415, 431})
    check(http(status), Verdict::inconclusive, Cause::ambiguous, Verdict::inconclusive, Cause::ambiguous);
  auto lists = expect;
  lists.lists = {405};
  CHECK(probes::judge_refusal(http(405), lists, Column::http).verdict == Verdict::pass);
}

TEST_CASE("501 with NOT_IMPLEMENTED") {
  const auto seen = http(501, "OperationOutcome", {"NOT_IMPLEMENTED"});
  check(seen, Verdict::warn, Cause::deviation, Verdict::warn, Cause::deviation);
  auto lists = expect;
  lists.lists = {501};
  CHECK(probes::judge_refusal(seen, lists, Column::http).verdict == Verdict::pass);
  check(http(501, ""), Verdict::fail, Cause::assertion, Verdict::fail, Cause::assertion);
}

TEST_CASE("intermediaries") {
  for (const int status : {429, 502, 503, 504})
    check(http(status), Verdict::inconclusive, Cause::network, Verdict::inconclusive, Cause::network);
  auto gateway = http(400, "OperationOutcome", {"BAD_REQUEST"});
  gateway.made_by_gateway = true;
  check(gateway, Verdict::inconclusive, Cause::network, Verdict::inconclusive, Cause::network);
  // A firewall's page stops a request before the application; a certificate is refused by it as by any front.
  auto firewall = http(403, "");
  firewall.made_by_gateway = true;
  check(firewall, Verdict::inconclusive, Cause::network, Verdict::pass, Cause::none);
}

TEST_CASE("other server errors are unhandled, not refused") {
  for (const int status : {500, 505, 599})
    check(http(status), Verdict::fail, Cause::assertion, Verdict::fail, Cause::assertion);
}

TEST_CASE("redirects are never followed") {
  for (const int status : {301, 302, 307})
    check(http(status, ""), Verdict::inconclusive, Cause::ambiguous, Verdict::inconclusive, Cause::ambiguous);
}

TEST_CASE("2xx whatever the body") {
  for (const int status : {200, 201, 204})
    check(http(status, "OperationOutcome", {"BAD_REQUEST"}), Verdict::fail, Cause::assertion, Verdict::fail, Cause::assertion);
  CHECK(probes::judge_refusal(http(200), expect, Column::http).suspects.size() == 1);
}

TEST_CASE("silence, and what never left") {
  check(ended(Outcome::timed_out), Verdict::inconclusive, Cause::timeout, Verdict::inconclusive, Cause::timeout);
  check(ended(Outcome::not_sent), Verdict::inconclusive, Cause::capability, Verdict::inconclusive, Cause::capability);
  check(ended(Outcome::unreachable), Verdict::inconclusive, Cause::network, Verdict::inconclusive, Cause::network);
  check(http(0), Verdict::inconclusive, Cause::ambiguous, Verdict::inconclusive, Cause::ambiguous);
}

TEST_CASE("every kind of answer has its row") {
  for (const auto& [answer, name] : model::Words<probes::Answer>::table) {
    CAPTURE(std::string(name));
    int rows = 0;
    for (const auto& row : probes::grading_table()) rows += row.answer == answer ? 1 : 0;
    CHECK(rows == 1);
  }
}

TEST_CASE("legal variants: the control's resource passes, a refusal is the failure") {
  model::Control control;
  control.resource = "CapabilityStatement";
  CHECK(probes::judge_acceptance(http(200, "CapabilityStatement"), control).verdict == Verdict::pass);
  CHECK(probes::judge_acceptance(http(400), control).verdict == Verdict::fail);
  CHECK(probes::judge_acceptance(http(500), control).verdict == Verdict::fail);
  CHECK(probes::judge_acceptance(http(200, "Bundle"), control).verdict == Verdict::inconclusive);
  CHECK(probes::judge_acceptance(http(429), control).cause == Cause::network);
  CHECK(probes::judge_acceptance(ended(Outcome::closed), control).verdict == Verdict::inconclusive);
  CHECK(probes::judge_acceptance(ended(Outcome::timed_out), control).cause == Cause::timeout);
}
