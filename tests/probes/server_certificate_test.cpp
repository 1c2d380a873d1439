// SPDX-License-Identifier: Apache-2.0
// The target's own certificate: what is looked at, what is wrong with it.
#include "tests/probes/identity_scene.hpp"

using namespace scene;

namespace {

constexpr base::EpochSeconds day = 86400;

model::CertificateFacts certificate(const char* subject, const char* issuer) {
  model::CertificateFacts facts;
  facts.subject = subject;
  facts.issuer = issuer;
  facts.names = {"provider.example"};
  facts.not_before = Scene{}.now - day;
  facts.not_after = Scene{}.now + 365 * day;
  facts.key = "RSA 2048";
  facts.signature = "sha256WithRSAEncryption";
  return facts;
}

struct Shown {
  model::CertificateFacts leaf = certificate("CN=provider.example", "CN=SubCA");
  std::vector<model::CertificateFacts> issuers = {certificate("CN=SubCA", "CN=RootCA")};
  std::vector<std::string> stapled;
};

model::Judgement judged(const char* aspect, const Shown& shown) {
  Observation seen;
  seen.id = "handshake";
  seen.exchange = model::HandshakeExchange{{true, "provider.example", 443}, "", "valid"};
  seen.tls.server = shown.leaf;
  seen.tls.issuers = shown.issuers;
  seen.tls.stapled = shown.stapled;
  Scene scene;
  scene.everything = {seen};
  return scene.judge(probes::server_certificate, check({{"aspect", aspect}}, model::Expectation::Kind::noted), {});
}

// What a certificate with one thing changed is worth: a warning that says what is wrong.
struct Flaw {
  const char* aspect;
  const char* says;
  void (*make)(Shown& shown);
};
constexpr Flaw flaws[] = {
    {"dates", "expired on", [](Shown& s) { s.leaf.not_after = Scene{}.now - 1; }},
    {"dates", "not valid before", [](Shown& s) { s.leaf.not_before = Scene{}.now + day; }},
    {"names", "not provider.example", [](Shown& s) { s.leaf.names = {"other.example"}; }},
    {"names", "not provider.example", [](Shown& s) { s.leaf.names = {"*.provider.example"}; }},
    {"names", "no subject alternative name", [](Shown& s) { s.leaf.names.clear(); }},
    {"chain", "sent without its issuer", [](Shown& s) { s.issuers.clear(); }},
    {"chain", "did not issue it", [](Shown& s) { s.issuers = {certificate("CN=Another", "CN=RootCA")}; }},
    {"chain", "expired on", [](Shown& s) { s.issuers[0].not_after = Scene{}.now - 1; }},
    {"chain", "self-signed", [](Shown& s) { s.leaf.issuer = s.leaf.subject; }},
    {"key", "RSA 1024", [](Shown& s) { s.leaf.key = "RSA 1024"; }},
    {"key", "secp192k1", [](Shown& s) { s.leaf.key = "EC secp192k1"; }},
    {"signature", "sha1WithRSAEncryption", [](Shown& s) { s.leaf.signature = "sha1WithRSAEncryption"; }},
    {"signature", "CN=SubCA", [](Shown& s) { s.issuers[0].signature = "md5WithRSAEncryption"; }},
};

}  // namespace

TEST_CASE("a sound server certificate passes in every aspect") {
  for (const char* aspect : {"dates", "names", "chain", "key", "signature", "stapling"}) {
    CAPTURE(aspect);
    CHECK(judged(aspect, {}).verdict == Verdict::pass);
  }
}

TEST_CASE("each flaw warns in its own aspect, and in no other") {
  for (const auto& flaw : flaws) {
    CAPTURE(flaw.aspect, flaw.says);
    Shown shown;
    flaw.make(shown);
    const auto judgement = judged(flaw.aspect, shown);
    CHECK(judgement.verdict == Verdict::warn);
    CHECK(judgement.cause == Cause::deviation);
    CHECK_THAT(judgement.because, ContainsSubstring(flaw.says));
    for (const char* other : {"dates", "names", "chain", "key", "signature"})
      if (std::string(other) != flaw.aspect) CHECK(judged(other, shown).verdict == Verdict::pass);
  }
}

TEST_CASE("what is no flaw") {
  Shown shown;
  shown.leaf.names = {"*.example"};
  CHECK(judged("names", shown).verdict == Verdict::pass);
  shown.issuers.push_back(certificate("CN=RootCA", "CN=RootCA"));
  shown.issuers.back().signature = "sha1WithRSAEncryption";   // a root's own signature proves nothing anyway
  CHECK(judged("signature", shown).verdict == Verdict::pass);
  shown.leaf.not_after = Scene{}.now + 10 * day;
  CHECK_THAT(judged("dates", shown).because, ContainsSubstring("in 10 days"));
  shown.stapled = {"OCSP response", "SCT"};
  CHECK_THAT(judged("stapling", shown).because, ContainsSubstring("OCSP response, SCT"));
  shown.leaf.key = "EC prime256v1";
  CHECK(judged("key", shown).verdict == Verdict::pass);
}

TEST_CASE("no handshake, no opinion") {
  const auto judgement = Scene{}.judge(probes::server_certificate, check({{"aspect", "dates"}}), {});
  CHECK(judgement.verdict == Verdict::inconclusive);
  CHECK(judgement.cause == Cause::control);
}
