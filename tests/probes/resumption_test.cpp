// SPDX-License-Identifier: Apache-2.0
// Whether a TLS session is an entrance: what became of it, and what that is worth.
#include "tests/probes/identity_scene.hpp"

using namespace scene;

namespace {

const Observation nobody = shown("");
const Observation stranger = shown("leaf of untrusted-ca");

model::Check resumes(const char* began, const char* resumed) {
  return check({{"began", began}, {"resumed", resumed}, {"version", "TLSv1.3"}});
}

// The first connection left nothing to resume; the wire says so by not sending the second.
Observation withheld(Observation first) {
  const auto status = first.status;
  first = with_session(ended(std::move(first), Outcome::not_sent), Session::withheld);
  first.status = status;
  return first;
}

}  // namespace

TEST_CASE("a session begun without a certificate") {
  hold(Scene{}, probes::resumption, resumes("none", "none"),
       {{"resumed and served", {with_session(answered(nobody, 200), Session::resumed)}, Verdict::fail, Cause::assertion},
        {"resumed and refused", {with_session(answered(nobody, 403), Session::resumed)}, Verdict::pass, Cause::none},
        {"refused, so there is none", {withheld(ended(nobody, Outcome::refused))}, Verdict::pass, Cause::none},
        {"HTTP 400, and no session", {withheld(answered(nobody, 400))}, Verdict::pass, Cause::none},
        {"a full handshake, refused", {with_session(ended(nobody, Outcome::refused), Session::offered)}, Verdict::pass, Cause::none},
        {"a full handshake, served", {with_session(answered(nobody, 200), Session::offered)}, Verdict::fail, Cause::assertion},
        {"silence", {ended(nobody, Outcome::timed_out)}, Verdict::inconclusive, Cause::timeout}});
}

TEST_CASE("a good session, resumed by a stranger: it stands for who began it") {
  const auto by_stranger = resumes("valid", "untrusted-ca");
  auto unshown = stranger;
  unshown.tls.leaf_sent.clear();   // no certificate is shown in a resumed session
  const auto resumed = with_session(answered(unshown, 200), Session::resumed);
  hold(Scene{}, probes::resumption, by_stranger,
       {{"resumed and served", {resumed}, Verdict::warn, Cause::deviation},
        {"resumed and refused", {with_session(answered(unshown, 403), Session::resumed)}, Verdict::pass, Cause::none},
        {"no session given", {withheld(answered(shown("leaf of valid"), 200))}, Verdict::pass, Cause::none},
        {"the valid one not served", {withheld(ended(shown("leaf of valid"), Outcome::closed))}, Verdict::inconclusive, Cause::control},
        {"a full handshake, refused", {with_session(ended(stranger, Outcome::refused), Session::offered)}, Verdict::pass, Cause::none},
        // That it serves strangers is what identity.rejects-untrusted-ca says.
        {"a full handshake, served", {with_session(answered(stranger, 200), Session::offered)}, Verdict::pass, Cause::none}});
  for (const auto& [grade, verdict] : {std::pair{"fail", Verdict::fail}, std::pair{"warn", Verdict::warn}, std::pair{"pass", Verdict::pass}}) {
    Scene scene;
    scene.profile.parameters["resumption"] = grade;
    CHECK(scene.judge(probes::resumption, by_stranger, {resumed}).verdict == verdict);
  }
}

TEST_CASE("a full handshake that serves nobody in particular is no entrance for a session, but an entrance") {
  hold(Scene{}, probes::resumption, resumes("valid", "none"),
       {{"served", {with_session(answered(nobody, 200), Session::offered)}, Verdict::fail, Cause::assertion}});
}

TEST_CASE("both connections and the control are of one version") {
  const auto prepared = Scene{}.prepare(probes::resumption, resumes("valid", "untrusted-ca"));
  REQUIRE(prepared.asks.size() == 1);
  const auto& asked = std::get<model::HttpExchange>(prepared.asks.front());
  CHECK(asked.only == model::TlsVersion::tls1_3);
  CHECK(asked.session_of == "valid");
  CHECK(asked.credential == "untrusted-ca");
  CHECK(prepared.control->exchange.only == model::TlsVersion::tls1_3);
  CHECK_FALSE(prepared.control->exchange.session_of);
  const auto missing = Scene{}.prepare(probes::resumption, check({{"began", "valid"}, {"resumed", "self-signed"}, {"version", "TLSv1.2"}}));
  REQUIRE(missing.settled);
  CHECK(missing.settled->cause == Cause::needs_input);
}
