// SPDX-License-Identifier: Apache-2.0
#include "pki/inspect.hpp"

#include "tests/catch.hpp"
#include "tests/pki/support.hpp"

using K = model::CredentialKind;

TEST_CASE("each credential of a minted kit is described by what is wrong with it") {
  struct Row {
    K kind;
    const char* words;
  };
  constexpr Row rows[] = {
      {K::valid, "nothing is wrong with it"},
      {K::expired, "expired on "},
      {K::not_yet_valid, "is not valid before "},
      {K::revoked, "was revoked on "},
      {K::wrong_fqdn, "names wrong-fqdn.dev.spine2.ncrs.nhs.uk, not msg.dev.spine2.ncrs.nhs.uk"},
      {K::untrusted_ca, "which does not chain to a trusted CA"},
      {K::lookalike_ca, "was issued by another CA of the same name, Test SubCA "},
      {K::self_signed, "is self-signed"},
      {K::tampered_signature, "has a signature that is wrong"},
      {K::key_mismatch, "comes with a private key that is not its own"},
      {K::other_client, "names other-client.dev.spine2.ncrs.nhs.uk, not "},
      {K::valid_cn_only, "bears its name in the common name only"},
      {K::valid_san_only, "bears its name in the subject alternative name only"},
      {K::fqdn_suffix, "names msg.dev.spine2.ncrs.nhs.uk.evil.example, not "},
      {K::fqdn_nul, "names msg.dev.spine2.ncrs.nhs.uk\\x00.evil.example, not "},
      {K::fqdn_wildcard, "names *.dev.spine2.ncrs.nhs.uk, not "},
      {K::fqdn_cn_only_wrong_san, "names wrong-fqdn.dev.spine2.ncrs.nhs.uk, not "},
      {K::missing_intermediate, "is sent without its issuer, Test SubCA "},
      {K::expired_intermediate, "was issued by Test expired SubCA "},
      {K::revoked_intermediate, "was issued by Test revoked SubCA "},
      {K::wrong_eku, "is not for TLS clients"},
      {K::ca_as_leaf, "is a CA certificate"},
      {K::non_ca_issuer, "was issued by other-client.dev.spine2.ncrs.nhs.uk, which is no CA"},
      {K::weak_key, "has a weak key, RSA 1024"},
      {K::weak_signature, "has a weak signature, sha1WithRSAEncryption"},
      {K::unknown_critical_extension, "holds a critical extension nobody knows"},
  };
  const auto entries = pki::inspect(support::minted().kit);
  REQUIRE(entries.size() == std::size(rows));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    INFO(entries[i].label);
    CHECK(entries[i].kind == rows[i].kind);
    CHECK(entries[i].label == model::word(rows[i].kind));
    CHECK_THAT(entries[i].in_words, ContainsSubstring(rows[i].words));
    CHECK(entries[i].in_words.find("; ") == std::string::npos);  // one thing each
    CHECK(entries[i].unusable.empty());
    CHECK(entries[i].key_matches == (rows[i].kind != K::key_mismatch));
    CHECK(entries[i].leaf == support::credential(rows[i].kind).info.leaf);
  }
  REQUIRE(entries[0].chain.size() == 1);
  CHECK_THAT(entries[0].chain[0], ContainsSubstring("CN=Test SubCA "));
}
