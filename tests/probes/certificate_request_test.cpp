// SPDX-License-Identifier: Apache-2.0
// What a server asks of clients, judged on the handshakes that were made anyway.
#include "tests/probes/identity_scene.hpp"

using namespace scene;

namespace {

const char* const public_ca = "CN=ISRG Root X1,O=Internet Security Research Group,C=US";

Observation handshake(std::vector<std::string> names, bool requested = true) {
  Observation seen;
  seen.id = "handshake";
  seen.exchange = model::HandshakeExchange{{true, "provider.example", 443}, "", "valid"};
  seen.outcome = Outcome::answered;
  seen.tls.complete = true;
  seen.tls.certificate_requested = requested;
  seen.tls.ca_names = std::move(names);
  return seen;
}

Observation request(std::string credential, Observation seen) {
  model::HttpExchange http;
  http.credential = std::move(credential);
  seen.exchange = std::move(http);
  return seen;
}

const Observation control = request("valid", answered(shown("leaf of valid"), 200));

// The verdict after a run that saw a good request, a handshake, and what else is given.
model::Judgement judged(const char* looks_at, Observation seen, std::vector<Observation> more = {}, Scene scene = {}) {
  scene.everything = {control, std::move(seen)};
  scene.everything.insert(scene.everything.end(), more.begin(), more.end());
  return scene.judge(probes::certificate_request, check({{"looks_at", looks_at}}), {});
}

}  // namespace

TEST_CASE("public CAs among those asked for") {
  const auto verdict = [](std::vector<std::string> names) { return judged("public-cas", handshake(std::move(names))).verdict; };
  CHECK(verdict({"CN=RootCA", "CN=SubCA"}) == Verdict::pass);
  CHECK(verdict({"CN=RootCA", public_ca}) == Verdict::fail);
  CHECK(verdict({"CN=ISRG Root X1"}) == Verdict::pass);   // the whole name counts
  CHECK(judged("public-cas", handshake({public_ca})).suspects == std::vector<std::string>{"handshake"});
}

TEST_CASE("other CAs than the kit's") {
  const auto verdict = [](std::vector<std::string> names) { return judged("other-cas", handshake(std::move(names))).verdict; };
  CHECK(verdict({"CN=RootCA", "CN=SubCA"}) == Verdict::pass);
  CHECK(verdict({"CN=RootCA", "CN=Somebody"}) == Verdict::warn);
  CHECK(verdict({"CN=RootCA", public_ca}) == Verdict::pass);   // the other check's
  Scene nothing_known;
  nothing_known.trusted_names.clear();
  CHECK(judged("other-cas", handshake({"CN=Somebody"}), {}, nothing_known).cause == Cause::needs_input);
}

TEST_CASE("who names no CA, or asks for nothing, is not judged by it") {
  for (const char* looks_at : {"public-cas", "other-cas"})
    for (const bool requested : {true, false}) {
      const auto judgement = judged(looks_at, handshake({}, requested));
      CHECK(judgement.verdict == Verdict::skipped);
      CHECK(judgement.cause == Cause::not_applicable);
    }
}

TEST_CASE("demanded, optional, or not asked for: a fact") {
  const auto said = [](Observation seen, std::vector<Observation> more = {}) {
    const auto judgement = judged("request", std::move(seen), std::move(more));
    CHECK(judgement.verdict == Verdict::pass);
    return judgement.because;
  };
  const auto asks = handshake({"CN=RootCA"});
  const auto nobody = request("", ended(shown(""), Outcome::refused));
  CHECK_THAT(said(asks, {nobody}), ContainsSubstring("demanded in the handshake"));
  CHECK_THAT(said(asks, {request("", answered(shown(""), 400))}), !ContainsSubstring("demanded in the handshake"));
  CHECK_THAT(said(asks), ContainsSubstring("not tried"));
  CHECK_THAT(said(handshake({}, false)), ContainsSubstring("no certificate is asked for"));
}

TEST_CASE("without a good request or a whole handshake nothing is judged") {
  Scene scene;
  scene.everything = {handshake({"CN=RootCA"})};
  const auto looks = check({{"looks_at", "public-cas"}});
  CHECK(scene.judge(probes::certificate_request, looks, {}).cause == Cause::control);
  scene.everything = {control};
  CHECK(scene.judge(probes::certificate_request, looks, {}).cause == Cause::control);
  auto half = handshake({"CN=RootCA"});
  half.tls.complete = false;
  scene.everything = {control, half};
  CHECK(scene.judge(probes::certificate_request, looks, {}).verdict == Verdict::inconclusive);
}
