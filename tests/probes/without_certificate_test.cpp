// SPDX-License-Identifier: Apache-2.0
// Without a certificate, asked in another way: the pair of answers and what it is worth.
#include "tests/probes/identity_scene.hpp"

using namespace scene;

namespace {

const Observation nobody = shown("");
const Observation good = answered(shown("leaf of valid"), 200, "CapabilityStatement");

Observation unasked(Observation seen) {
  seen.tls.certificate_requested = false;
  return seen;
}

Observation page(Observation seen, int status, std::string digest) {
  seen = answered(std::move(seen), status);
  seen.body_digest = std::move(digest);
  return seen;
}

}  // namespace

TEST_CASE("without a certificate in another way: the verdicts") {
  const auto refused = ended(nobody, Outcome::refused);
  const auto closed = ended(nobody, Outcome::closed);
  const auto no_way_in = ended(unasked(nobody), Outcome::refused);
  hold(Scene{}, probes::without_certificate, check({{"change", "head"}}),
       {{"served", {answered(nobody, 200), good}, Verdict::fail, Cause::assertion},
        {"served, and the valid one is not", {answered(nobody, 200), page(good, 404, "x")}, Verdict::fail, Cause::assertion},
        {"an alert", {refused, good}, Verdict::pass, Cause::none},
        {"HTTP 400, and the valid one is served", {page(nobody, 400, "a"), good}, Verdict::pass, Cause::none},
        {"HTTP 400, and the valid one gets another page", {page(nobody, 400, "a"), page(good, 400, "b")}, Verdict::pass, Cause::none},
        {"HTTP 400 for both alike", {page(nobody, 400, "a"), page(good, 400, "a")}, Verdict::warn, Cause::deviation},
        {"HTTP 405 for both alike", {page(nobody, 405, "a"), page(good, 405, "a")}, Verdict::warn, Cause::deviation},
        {"HTTP 503 for both alike", {page(nobody, 503, "a"), page(good, 503, "a")}, Verdict::inconclusive, Cause::network},
        {"HTTP 500", {page(nobody, 500, "a"), good}, Verdict::fail, Cause::assertion},
        {"silence", {ended(nobody, Outcome::timed_out), good}, Verdict::inconclusive, Cause::timeout},
        {"nobody gets in this way", {no_way_in, no_way_in}, Verdict::pass, Cause::none},
        {"refused unasked, but the valid one is served", {no_way_in, good}, Verdict::inconclusive, Cause::ambiguous},
        {"an alert for both alike", {refused, ended(shown("leaf of valid"), Outcome::refused)}, Verdict::warn, Cause::deviation},
        {"closed twice", {closed, good, closed, good}, Verdict::pass, Cause::none},
        {"closed, then HTTP 400 for both alike", {closed, good, page(nobody, 400, "a"), page(good, 400, "a")}, Verdict::inconclusive, Cause::ambiguous},
        {"closed, then served", {closed, good, answered(nobody, 200), good}, Verdict::inconclusive, Cause::ambiguous}});
  CHECK(Scene{}.judge(probes::without_certificate, check({{"change", "head"}}), {closed, good}).ask_again);
}

TEST_CASE("each change is made to both requests, and to nothing else") {
  for (const char* change : {"options", "head", "root-path", "another-host", "another-sni", "no-sni"}) {
    CAPTURE(change);
    const auto prepared = Scene{}.prepare(probes::without_certificate, check({{"change", change}}));
    REQUIRE(prepared.asks.size() == 2);
    auto without = std::get<model::HttpExchange>(prepared.asks[0]);
    const auto with = std::get<model::HttpExchange>(prepared.asks[1]);
    CHECK(without.credential.empty());
    CHECK(with.credential == "valid");
    without.credential = with.credential;
    CHECK(without == with);
    CHECK_FALSE(with == prepared.control->exchange);
  }
}

TEST_CASE("a name in the hello cannot be left out where none is sent") {
  Scene scene;
  scene.target.url = "https://192.0.2.1/root";
  const auto prepared = scene.prepare(probes::without_certificate, check({{"change", "no-sni"}}));
  REQUIRE(prepared.settled);
  CHECK(prepared.settled->cause == Cause::not_applicable);
}
