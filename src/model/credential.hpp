// SPDX-License-Identifier: Apache-2.0
// Client certificates as the rest of the program sees them: a label, what is wrong with it, and
// what the certificate says. Keys never appear here; pki holds them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "model/words.hpp"

namespace model {

// In the order of profiles/data/credential-kinds.json; a row of probity-judging(7), FLAWS
// names each of the first twelve.
enum class CredentialKind {
  valid,
  none,
  expired,
  not_yet_valid,
  revoked,
  wrong_fqdn,
  untrusted_ca,
  lookalike_ca,
  self_signed,
  tampered_signature,
  key_mismatch,
  other_client,
  valid_cn_only,
  valid_san_only,
  fqdn_suffix,
  fqdn_nul,
  fqdn_wildcard,
  fqdn_cn_only_wrong_san,
  missing_intermediate,
  expired_intermediate,
  revoked_intermediate,
  wrong_eku,
  ca_as_leaf,
  non_ca_issuer,
  weak_key,
  weak_signature,
  unknown_critical_extension,
};

template <>
struct Words<CredentialKind> {
  using K = CredentialKind;
  static constexpr std::pair<K, std::string_view> table[] = {
      {K::valid, "valid"},
      {K::none, "none"},
      {K::expired, "expired"},
      {K::not_yet_valid, "not-yet-valid"},
      {K::revoked, "revoked"},
      {K::wrong_fqdn, "wrong-fqdn"},
      {K::untrusted_ca, "untrusted-ca"},
      {K::lookalike_ca, "lookalike-ca"},
      {K::self_signed, "self-signed"},
      {K::tampered_signature, "tampered-signature"},
      {K::key_mismatch, "key-mismatch"},
      {K::other_client, "other-client"},
      {K::valid_cn_only, "valid-cn-only"},
      {K::valid_san_only, "valid-san-only"},
      {K::fqdn_suffix, "fqdn-suffix"},
      {K::fqdn_nul, "fqdn-nul"},
      {K::fqdn_wildcard, "fqdn-wildcard"},
      {K::fqdn_cn_only_wrong_san, "fqdn-cn-only-wrong-san"},
      {K::missing_intermediate, "missing-intermediate"},
      {K::expired_intermediate, "expired-intermediate"},
      {K::revoked_intermediate, "revoked-intermediate"},
      {K::wrong_eku, "wrong-eku"},
      {K::ca_as_leaf, "ca-as-leaf"},
      {K::non_ca_issuer, "non-ca-issuer"},
      {K::weak_key, "weak-key"},
      {K::weak_signature, "weak-signature"},
      {K::unknown_critical_extension, "unknown-critical-extension"}};
};

// What a certificate says of itself.
struct CertificateFacts {
  std::string subject;               // RFC 2253 text
  std::string issuer;
  std::string common_name;
  std::vector<std::string> names;    // SAN dNSName and iPAddress entries
  std::string serial;                // hexadecimal
  base::EpochSeconds not_before = 0;
  base::EpochSeconds not_after = 0;
  std::string key;                   // "RSA 2048", "EC prime256v1"
  std::string signature;             // "sha256WithRSAEncryption"
  std::string sha256;                // of the DER form
  std::string public_key;            // PEM, as openssl x509 -pubkey prints it; in no report

  friend bool operator==(const CertificateFacts&, const CertificateFacts&) = default;
};

// How the revocation of the kit's `revoked` credential reaches the target (probity-judging(7), RULES).
enum class Revocation { installed, published, unknown };

template <>
struct Words<Revocation> {
  static constexpr std::pair<Revocation, std::string_view> table[] = {
      {Revocation::installed, "installed"},
      {Revocation::published, "published"},
      {Revocation::unknown, "unknown"}};
};

struct CredentialInfo {
  std::string label;          // unique in the kit; "" is no certificate at all
  CredentialKind kind = CredentialKind::valid;
  CertificateFacts leaf;
  std::string unusable;       // why it is not what its kind says; empty when it is
  // Where it lies, for commands a person can repeat; a PKCS#12 file stands in cert_file alone.
  std::string cert_file, key_file;
  std::string chain_file;     // the issuers sent with it, when they lie in a file of their own
};

}  // namespace model
