// SPDX-License-Identifier: Apache-2.0
// A bad client certificate: every outcome and what it is worth.
#include "tests/probes/identity_scene.hpp"

using namespace scene;

namespace {

const Observation expired = shown("leaf of expired");
const model::Check rejects_expired = check({{"kind", "expired"}, {"version", "TLSv1.2"}});

Observation unproved() {
  auto seen = expired;
  seen.tls.verify_sent = false;
  return seen;
}

Observation unasked() {
  auto seen = shown("");
  seen.tls.certificate_requested = false;
  return seen;
}

}  // namespace

TEST_CASE("a bad certificate: what came back, and the verdict") {
  hold(Scene{}, probes::credential, rejects_expired,
       {{"served", {answered(expired, 200, "CapabilityStatement")}, Verdict::fail, Cause::assertion},
        {"served, whatever the body", {answered(expired, 204)}, Verdict::fail, Cause::assertion},
        {"an alert", {ended(expired, Outcome::refused)}, Verdict::pass, Cause::none},
        {"HTTP 400", {answered(expired, 400)}, Verdict::pass, Cause::none},
        {"HTTP 403", {answered(expired, 403)}, Verdict::pass, Cause::none},
        {"HTTP 403 of the application", {answered(expired, 403, "OperationOutcome")}, Verdict::warn, Cause::deviation},
        {"HTTP 404", {answered(expired, 404)}, Verdict::warn, Cause::deviation},
        {"HTTP 405", {answered(expired, 405)}, Verdict::inconclusive, Cause::ambiguous},
        {"HTTP 500", {answered(expired, 500)}, Verdict::fail, Cause::assertion},
        {"HTTP 503", {answered(expired, 503)}, Verdict::inconclusive, Cause::network},
        {"a redirect", {answered(expired, 302)}, Verdict::inconclusive, Cause::ambiguous},
        {"silence", {ended(expired, Outcome::timed_out)}, Verdict::inconclusive, Cause::timeout},
        {"no connection", {ended(expired, Outcome::unreachable)}, Verdict::inconclusive, Cause::network},
        {"our side could not", {ended(expired, Outcome::not_sent)}, Verdict::inconclusive, Cause::capability}});
}

TEST_CASE("a refusal of what never left proves nothing, and neither does serving it") {
  for (const auto& end : {ended({}, Outcome::refused), answered({}, 400), answered({}, 200)}) {
    const auto merge = [&](Observation seen) {
      seen.outcome = end.outcome;
      seen.status = end.status;
      return seen;
    };
    hold(Scene{}, probes::credential, rejects_expired,
         {{"not asked for", {merge(unasked())}, Verdict::inconclusive, Cause::capability},
          {"an empty Certificate", {merge(shown(""))}, Verdict::inconclusive, Cause::capability},
          {"another leaf", {merge(shown("leaf of valid"))}, Verdict::inconclusive, Cause::capability},
          {"possession not proved", {merge(unproved())}, Verdict::inconclusive, Cause::capability}});
  }
}

TEST_CASE("a bare close is asked twice, and both outcomes must agree") {
  const auto closed = ended(expired, Outcome::closed);
  CHECK(Scene{}.judge(probes::credential, rejects_expired, {closed}).ask_again);
  CHECK_FALSE(Scene{}.judge(probes::credential, rejects_expired, {closed, closed}).ask_again);
  hold(Scene{}, probes::credential, rejects_expired,
       {{"closed, closed", {closed, closed}, Verdict::pass, Cause::none},
        {"closed, then an alert", {closed, ended(expired, Outcome::refused)}, Verdict::pass, Cause::none},
        {"closed, then served", {closed, answered(expired, 200)}, Verdict::inconclusive, Cause::ambiguous},
        {"closed, then HTTP 400", {closed, answered(expired, 400)}, Verdict::inconclusive, Cause::ambiguous},
        {"closed, then silence", {closed, ended(expired, Outcome::timed_out)}, Verdict::inconclusive, Cause::ambiguous}});
}

TEST_CASE("without a certificate") {
  hold(Scene{}, probes::credential, check({{"kind", "none"}}),
       {{"asked for, and refused", {ended(shown(""), Outcome::refused)}, Verdict::pass, Cause::none},
        {"asked for, and HTTP 400", {answered(shown(""), 400)}, Verdict::pass, Cause::none},
        {"asked for, and served", {answered(shown(""), 200)}, Verdict::fail, Cause::assertion},
        {"not asked for, and served", {answered(unasked(), 200)}, Verdict::fail, Cause::assertion},
        {"not asked for, and refused", {answered(unasked(), 403)}, Verdict::inconclusive, Cause::ambiguous}});
}

TEST_CASE("revocation is judged by how the target learns of it") {
  const auto revoked = check({{"kind", "revoked"}});
  const Observation was_served = answered(shown("leaf of revoked"), 200);
  Scene scene;
  CHECK_THAT(scene.judge(probes::credential, revoked, {was_served}).because, ContainsSubstring("installed") && ContainsSubstring("crl.pem"));
  hold(scene, probes::credential, revoked, {{"installed", {was_served}, Verdict::fail, Cause::assertion}});
  scene.revocation = model::Revocation::published;
  hold(scene, probes::credential, revoked, {{"published", {was_served}, Verdict::fail, Cause::assertion}});
  scene.revocation = model::Revocation::unknown;
  hold(scene, probes::credential, revoked,
       {{"unknown, served", {was_served}, Verdict::inconclusive, Cause::ambiguous},
        {"unknown, refused", {ended(shown("leaf of revoked"), Outcome::refused)}, Verdict::pass, Cause::none}});
}

TEST_CASE("kinds that nothing decides are facts, or worth a warning") {
  const auto noted = [](const char* served, const char* refused) {
    return check({{"kind", "expired"}, {"served", served}, {"refused", refused}}, model::Expectation::Kind::noted);
  };
  const auto let_in = answered(expired, 200);
  const auto refused = ended(expired, Outcome::refused);
  hold(Scene{}, probes::credential, noted("pass", "pass"),
       {{"served", {let_in}, Verdict::pass, Cause::none},
        {"refused", {refused}, Verdict::pass, Cause::none},
        {"a server error", {answered(expired, 500)}, Verdict::warn, Cause::deviation},
        {"silence", {ended(expired, Outcome::timed_out)}, Verdict::inconclusive, Cause::timeout},
        {"a redirect", {answered(expired, 301)}, Verdict::inconclusive, Cause::ambiguous}});
  hold(Scene{}, probes::credential, noted("warn", "pass"),
       {{"served", {let_in}, Verdict::warn, Cause::deviation}, {"refused", {refused}, Verdict::pass, Cause::none}});
  hold(Scene{}, probes::credential, noted("pass", "warn"),
       {{"served", {let_in}, Verdict::pass, Cause::none}, {"refused", {refused}, Verdict::warn, Cause::deviation}});
}

TEST_CASE("what is asked: the control's request with another credential, both bound to the version") {
  const auto prepared = Scene{}.prepare(probes::credential, rejects_expired);
  REQUIRE(prepared.control);
  REQUIRE(prepared.asks.size() == 1);
  const auto& control = prepared.control->exchange;
  auto asked = std::get<model::HttpExchange>(prepared.asks.front());
  CHECK(control.credential == "valid");
  CHECK(asked.credential == "expired");
  CHECK(control.connection == model::Connection::fresh);
  CHECK(control.only == model::TlsVersion::tls1_2);
  asked.credential = control.credential;
  CHECK(asked == control);
  CHECK_THAT(prepared.reproduce.front(), ContainsSubstring("--tls-max 1.2") && ContainsSubstring("--cert kit/expired.pem"));
  const auto unbound = Scene{}.prepare(probes::credential, check({{"kind", "expired"}}));
  CHECK_FALSE(unbound.control->exchange.only);
  CHECK(unbound.control->id == "metadata");
}

TEST_CASE("what cannot be asked says why, and what to obtain") {
  const auto because = [](const Scene& scene, const model::Check& asked, Verdict verdict, Cause cause) {
    const auto prepared = scene.prepare(probes::credential, asked);
    REQUIRE(prepared.settled);
    CHECK(prepared.asks.empty());
    CHECK(prepared.settled->verdict == verdict);
    CHECK(prepared.settled->cause == cause);
    return prepared.settled->because;
  };
  Scene scene;
  CHECK_THAT(because(scene, check({{"kind", "wrong-fqdn"}}), Verdict::skipped, Cause::needs_input),
             ContainsSubstring("wrong-fqdn") && ContainsSubstring("another FQDN"));
  CHECK_THAT(because(scene, check({{"kind", "fqdn-nul"}}), Verdict::skipped, Cause::needs_input), ContainsSubstring("credentials mint"));
  scene.kit[1] = credential(CredentialKind::expired, "it has not expired");
  CHECK_THAT(because(scene, rejects_expired, Verdict::skipped, Cause::needs_input), ContainsSubstring("it has not expired"));
  scene.target.via_ssp = "https://ssp.example";
  because(scene, rejects_expired, Verdict::skipped, Cause::not_applicable);
  Scene without;
  without.kit.erase(without.kit.begin());
  because(without, rejects_expired, Verdict::inconclusive, Cause::control);
}
