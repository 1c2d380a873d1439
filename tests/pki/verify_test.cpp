// SPDX-License-Identifier: Apache-2.0
// Every kind against X509_verify: the certificate is refused for what its label says, and for
// nothing else.
#include "pki/verify.hpp"

#include "base/text.hpp"
#include "pki/recipes.hpp"
#include "tests/catch.hpp"
#include "tests/pki/support.hpp"

using K = model::CredentialKind;
using pki::KeyType;
using support::minted;

namespace {

struct Expected {
  K kind;
  int code;  // X509_V_OK: the chain is in order
  int depth;
  bool named;  // holds the FQDN
};

// With the kit's trust bundle and lists, at security level 0.
constexpr Expected table[] = {
    {K::valid, X509_V_OK, 0, true},
    {K::expired, X509_V_ERR_CERT_HAS_EXPIRED, 0, true},
    {K::not_yet_valid, X509_V_ERR_CERT_NOT_YET_VALID, 0, true},
    {K::revoked, X509_V_ERR_CERT_REVOKED, 0, true},
    {K::wrong_fqdn, X509_V_OK, 0, false},
    {K::untrusted_ca, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, 2, true},
    {K::lookalike_ca, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, 2, true},
    {K::self_signed, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, 0, true},
    {K::tampered_signature, X509_V_ERR_CERT_SIGNATURE_FAILURE, 0, true},
    {K::key_mismatch, X509_V_OK, 0, true},
    {K::other_client, X509_V_OK, 0, false},
    {K::valid_cn_only, X509_V_OK, 0, true},
    {K::valid_san_only, X509_V_OK, 0, true},
    {K::fqdn_suffix, X509_V_OK, 0, false},
    {K::fqdn_nul, X509_V_OK, 0, false},
    {K::fqdn_wildcard, X509_V_OK, 0, false},
    {K::fqdn_cn_only_wrong_san, X509_V_OK, 0, false},
    {K::missing_intermediate, X509_V_OK, 0, true},
    {K::expired_intermediate, X509_V_ERR_CERT_HAS_EXPIRED, 1, true},
    {K::revoked_intermediate, X509_V_ERR_CERT_REVOKED, 1, true},
    {K::wrong_eku, X509_V_ERR_INVALID_PURPOSE, 0, true},
    {K::ca_as_leaf, X509_V_OK, 0, true},
    {K::non_ca_issuer, X509_V_ERR_INVALID_CA, 1, true},
    {K::weak_key, X509_V_OK, 0, true},
    {K::weak_signature, X509_V_OK, 0, true},
    {K::unknown_critical_extension, X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, 0, true},
};

pki::ServerView viewed(K kind, KeyType type, int level = 0,
                       pki::CrlCheck crl = pki::CrlCheck::chain) {
  return pki::verify_as_server(*minted(type).kit.trust, {support::fqdn, support::now, crl, level},
                               support::credential(kind, type).chain);
}

}  // namespace

TEST_CASE("each kind is refused for what it is called") {
  for (const auto type : {KeyType::rsa, KeyType::ecdsa}) {
    for (const auto& row : table) {
      INFO(model::word(row.kind) << (type == KeyType::rsa ? " RSA" : " ECDSA"));
      const auto view = viewed(row.kind, type);
      CHECK(view.named == row.named);
      CHECK(view.accepts() == (row.code == X509_V_OK && row.named));
      if (row.code == X509_V_OK) {
        CHECK(view.complaints.empty());
      } else {
        CHECK(view.complains_of(row.code, row.depth));
      }
    }
  }
  CHECK(std::size(table) == pki::recipes().size());
}

TEST_CASE("nothing but the one thing is wrong") {
  // The first complaint is the only one, where the kinds' nature allows it: a chain that is not
  // trusted has no revocation lists either.
  for (const auto& row : table) {
    INFO(model::word(row.kind));
    const auto view = viewed(row.kind, KeyType::rsa);
    for (const auto& complaint : view.complaints) {
      INFO(complaint.text);
      CHECK((complaint.code == row.code || complaint.code == X509_V_ERR_UNABLE_TO_GET_CRL ||
             (row.kind == K::non_ca_issuer && complaint.depth == 1)));
    }
  }
}

TEST_CASE("a weak key and a weak signature are seen at OpenSSL's level 2") {
  CHECK(viewed(K::weak_key, KeyType::rsa, 2).complains_of(X509_V_ERR_EE_KEY_TOO_SMALL));
  CHECK(viewed(K::weak_signature, KeyType::rsa, 2).complains_of(X509_V_ERR_CA_MD_TOO_WEAK));
  CHECK(viewed(K::valid, KeyType::rsa, 2).accepts());
}

TEST_CASE("revocation is only seen by who looks") {
  CHECK(viewed(K::revoked, KeyType::rsa, 0, pki::CrlCheck::off).accepts());
  CHECK_FALSE(viewed(K::revoked, KeyType::rsa, 0, pki::CrlCheck::leaf).accepts());
  CHECK(viewed(K::revoked_intermediate, KeyType::rsa, 0, pki::CrlCheck::leaf).accepts());
}

TEST_CASE("without the intermediate in the bundle only those who send it get in") {
  pki::Trust root_only;
  root_only.ca.push_back(pki::shared(minted().kit.trust->ca.back().get()));
  const pki::ServerRules rules{support::fqdn, support::now, pki::CrlCheck::off, 0};
  CHECK(pki::verify_as_server(root_only, rules, support::credential(K::valid).chain).accepts());
  CHECK_FALSE(
      pki::verify_as_server(root_only, rules, support::credential(K::missing_intermediate).chain)
          .accepts());
}

TEST_CASE("the openssl command agrees with every label") {
  std::string output;
  if (support::run("command -v openssl", output) != 0) {
    WARN("no openssl command on this machine");
    return;
  }
  const auto& folder = minted().folder.path();
  for (const auto& row : table) {
    const std::string label{model::word(row.kind)};
    INFO(label);
    std::string command = "cd " + base::shell_quoted(folder.string()) +
                          " && openssl verify -purpose sslclient -crl_check_all -attime " +
                          std::to_string(support::now) + " -CAfile ca.pem -CRLfile crl.pem";
    const std::string own_chain = label + "-chain.pem";
    const bool has_own = std::filesystem::exists(folder / own_chain);
    if (has_own || row.kind != K::missing_intermediate)
      command += " -untrusted " + (has_own ? own_chain : "chain.pem");
    // The command lets wildcards match, which the tool does not.
    if (row.kind != K::fqdn_wildcard) command += " -verify_hostname " + support::fqdn;
    const int status = support::run(command.append(" ").append(label).append(".pem"), output);
    INFO(output);
    if (row.code != X509_V_OK) {
      CHECK(status != 0);
      CHECK_THAT(output, ContainsSubstring("error " + std::to_string(row.code) + " at " +
                                           std::to_string(row.depth) + " depth"));
    } else if (row.named || row.kind == K::fqdn_wildcard) {
      CHECK(status == 0);
      CHECK_THAT(output, ContainsSubstring("OK"));
    } else {
      CHECK(status != 0);
      CHECK_THAT(output, ContainsSubstring("error " + std::to_string(X509_V_ERR_HOSTNAME_MISMATCH) +
                                           " at 0"));
    }
  }
}

TEST_CASE("trust files") {
  const auto& kit = minted().kit;
  const auto trust = support::must(pki::read_trust(kit.ca, kit.crl));
  CHECK(trust.ca.size() == 2);
  CHECK(trust.crls.size() == 4);
  const auto nothing = support::must(pki::read_trust("", ""));
  CHECK(nothing.ca.empty());
  CHECK(nothing.crls.empty());
  CHECK_FALSE(pki::read_trust("/nowhere/ca.pem", ""));
  CHECK_FALSE(pki::read_trust(kit.ca, "/nowhere/crl.pem"));
}
