// SPDX-License-Identifier: Apache-2.0
// Wire-facts 2: every credential really leaves, at TLS 1.2 and 1.3, and the server refuses it for
// what it is.
#include "base/text.hpp"
#include "pki/certificate.hpp"
#include "pki/credential.hpp"
#include "pki/issue.hpp"
#include "pki/key.hpp"
#include "tests/catch.hpp"
#include "tests/pki/tls_pair.hpp"

using K = model::CredentialKind;
using pki::KeyType;
using support::Handshake;
using support::minted;

namespace {

struct Expected {
  K kind;
  int verification;   // what the server's X509_verify said
  const char* alert;  // at both versions; "" = let in
};

constexpr const char* unknown_ca = "unknown CA";

// Kinds whose certificate is in order but for its name are let in: this server checks no names.
constexpr Expected table[] = {
    {K::valid, X509_V_OK, ""},
    {K::expired, X509_V_ERR_CERT_HAS_EXPIRED, "certificate expired"},
    {K::not_yet_valid, X509_V_ERR_CERT_NOT_YET_VALID, "bad certificate"},
    {K::revoked, X509_V_ERR_CERT_REVOKED, "certificate revoked"},
    {K::wrong_fqdn, X509_V_OK, ""},
    {K::untrusted_ca, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, unknown_ca},
    {K::lookalike_ca, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, unknown_ca},
    {K::self_signed, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, unknown_ca},
    {K::tampered_signature, X509_V_ERR_CERT_SIGNATURE_FAILURE, "decrypt error"},
    {K::key_mismatch, X509_V_OK, "decrypt error"},
    {K::other_client, X509_V_OK, ""},
    {K::valid_cn_only, X509_V_OK, ""},
    {K::valid_san_only, X509_V_OK, ""},
    {K::fqdn_suffix, X509_V_OK, ""},
    {K::fqdn_nul, X509_V_OK, ""},
    {K::fqdn_wildcard, X509_V_OK, ""},
    {K::fqdn_cn_only_wrong_san, X509_V_OK, ""},
    {K::missing_intermediate, X509_V_OK, ""},
    {K::expired_intermediate, X509_V_ERR_CERT_HAS_EXPIRED, "certificate expired"},
    {K::revoked_intermediate, X509_V_ERR_CERT_REVOKED, "certificate revoked"},
    {K::wrong_eku, X509_V_ERR_INVALID_PURPOSE, "unsupported certificate"},
    {K::ca_as_leaf, X509_V_OK, ""},
    {K::non_ca_issuer, X509_V_ERR_INVALID_CA, unknown_ca},
    {K::weak_key, X509_V_OK, ""},
    {K::weak_signature, X509_V_OK, ""},
    {K::unknown_critical_extension, X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, "certificate unknown"},
};

Handshake shake(const pki::Credential& shown, int version, KeyType type = KeyType::rsa) {
  support::TlsPair pair(minted(type).kit, shown, version);
  if (!pair.installed) throw std::runtime_error(base::one_line(pair.installed.error()));
  return pair.shake();
}

// A credential outside the kit: a leaf of an odd key or digest, under itself.
pki::Credential self_made(pki::Pkey key, const EVP_MD* digest) {
  const auto subject = pki::distinguished_name("GB", "", support::fqdn);
  pki::CertificatePlan plan{.subject = subject.get(),
                            .dns_names = {support::fqdn},
                            .period = {support::now - 60, support::now + 60}};
  plan.digest = digest;
  pki::Credential out;
  out.chain.push_back(pki::issue(plan, key.get(), {nullptr, key.get()}));
  out.key = std::move(key);
  out.info.leaf = pki::facts_of(out.leaf());
  return out;
}

}  // namespace

TEST_CASE("every kind leaves whole and is refused for what it is") {
  for (const auto type : {KeyType::rsa, KeyType::ecdsa}) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      for (const auto& row : table) {
        INFO(model::word(row.kind) << (type == KeyType::rsa ? " RSA" : " ECDSA")
                                   << (version == TLS1_2_VERSION ? " 1.2" : " 1.3"));
        const auto& shown = support::credential(row.kind, type);
        const auto seen = shake(shown, version, type);
        std::vector<std::string> sent;
        for (const auto& certificate : shown.chain)
          sent.push_back(support::digest_of(certificate.get()));
        CHECK(seen.arrived == sent);  // the leaf, and exactly what the kit says is sent after it
        CHECK(seen.verification == row.verification);
        CHECK(seen.alert == row.alert);
        CHECK(seen.server_done == std::string_view(row.alert).empty());
      }
    }
  }
}

TEST_CASE("MD5 signatures and RSA 512 leave too, RSA 512 at TLS 1.2 only") {
  const auto md5 = self_made(pki::new_key(KeyType::rsa), EVP_md5());
  CHECK(md5.info.leaf.signature == "md5WithRSAEncryption");
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION})
    CHECK(shake(md5, version).arrived == std::vector<std::string>{md5.info.leaf.sha256});
  const auto tiny = self_made(pki::new_rsa_key(512), EVP_sha256());
  CHECK(shake(tiny, TLS1_2_VERSION).arrived == std::vector<std::string>{tiny.info.leaf.sha256});
  // Too short for any signature of TLS 1.3: OpenSSL sends an empty Certificate. This is why the
  // wire floor records what left, and why minted weak keys have 1024 bits.
  const auto empty = shake(tiny, TLS1_3_VERSION);
  CHECK(empty.arrived.empty());
  CHECK_FALSE(empty.server_done);
}

TEST_CASE("a key of another kind still gives a foreign key") {
  for (const auto type : {KeyType::rsa, KeyType::ecdsa}) {
    const auto& valid = support::credential(K::valid, type);
    const auto other = pki::new_key(type == KeyType::rsa ? KeyType::ecdsa : KeyType::rsa);
    pki::Credential mixed;
    for (const auto& certificate : valid.chain)
      mixed.chain.push_back(pki::shared(certificate.get()));
    mixed.key = pki::with_foreign_private_half(X509_get0_pubkey(valid.leaf()), other.get());
    REQUIRE(mixed.key != nullptr);
    const auto seen = shake(mixed, TLS1_3_VERSION, type);
    CHECK(seen.arrived.size() == 2);
    CHECK(seen.alert == "decrypt error");
  }
}

TEST_CASE("a credential that cannot be sent says so") {
  pki::Credential nothing;
  nothing.info.label = "odd";
  nothing.info.unusable = "no key";
  support::TlsPair pair(minted().kit, nothing, TLS1_3_VERSION);
  REQUIRE_FALSE(pair.installed);
  CHECK(support::line_of(pair.installed) == "odd: OpenSSL will not send the credential: no key");
  CHECK(pair.shake().arrived.empty());
}
