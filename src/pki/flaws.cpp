// SPDX-License-Identifier: Apache-2.0
#include "pki/flaws.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>
#include <span>
#include <string_view>

#include "base/text.hpp"
#include "base/time.hpp"
#include "pki/certificate.hpp"

namespace pki {

namespace {

// NIST SP 800-57's 112 bits: RSA 2048, SHA-224. OpenSSL's security level 2 draws the same line.
constexpr int enough_bits = 112;

enum class Where { leaf, issuer };

// What OpenSSL's complaints mean here. {} is the issuer complained of.
struct Meaning {
  int code;
  Where where;
  Flaw flaw;
  std::string_view text;
};
constexpr Meaning meanings[] = {
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, Where::leaf, Flaw::self_signed, "is self-signed"},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, Where::leaf, Flaw::bad_signature,
     "has a signature that is wrong"},
    {X509_V_ERR_INVALID_PURPOSE, Where::leaf, Flaw::wrong_usage, "is not for TLS clients"},
    {X509_V_ERR_CERT_HAS_EXPIRED, Where::issuer, Flaw::issuer_expired,
     "was issued by {}, which has expired"},
    {X509_V_ERR_CERT_NOT_YET_VALID, Where::issuer, Flaw::other,
     "was issued by {}, which is not valid yet"},
    {X509_V_ERR_CERT_REVOKED, Where::issuer, Flaw::issuer_revoked,
     "was issued by {}, which is revoked"},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, Where::issuer, Flaw::other,
     "was issued by {}, whose signature is wrong"},
    {X509_V_ERR_INVALID_CA, Where::issuer, Flaw::issuer_no_ca, "was issued by {}, which is no CA"},
    {X509_V_ERR_INVALID_PURPOSE, Where::issuer, Flaw::issuer_no_ca,
     "was issued by {}, which is no CA"},
    {X509_V_ERR_PATH_LENGTH_EXCEEDED, Where::issuer, Flaw::issuer_no_ca,
     "was issued by {}, deeper than a CA above allows"},
    {X509_V_ERR_KEYUSAGE_NO_CERTSIGN, Where::issuer, Flaw::issuer_no_ca,
     "was issued by {}, which is no CA"},
};

// No path to a trusted CA, in OpenSSL's many words.
constexpr int no_path[] = {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
                           X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
                           X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
                           X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_CERT_UNTRUSTED};

// Complaints that say nothing new of this certificate: seen in the leaf itself already, or faults
// of the revocation lists, of which the kit's warnings speak.
constexpr int said_elsewhere[] = {
    X509_V_ERR_CERT_HAS_EXPIRED,      X509_V_ERR_CERT_NOT_YET_VALID,
    X509_V_ERR_CERT_REVOKED,          X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION,
    X509_V_ERR_UNABLE_TO_GET_CRL,     X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER,
    X509_V_ERR_CRL_SIGNATURE_FAILURE, X509_V_ERR_CRL_NOT_YET_VALID,
    X509_V_ERR_CRL_HAS_EXPIRED,       X509_V_ERR_CRL_PATH_VALIDATION_ERROR,
    X509_V_ERR_DIFFERENT_CRL_SCOPE};

bool among(std::span<const int> codes, int code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

class Finder {
 public:
  Finder(const Credential& credential, const Yardstick& against)
      : leaf_(credential.leaf()),
        facts_(credential.info.leaf),
        chain_(credential.chain),
        against_(against) {}

  std::vector<Found> all() {
    dates();
    name();
    revocation();
    by_itself();
    if (!against_.trust.ca.empty()) chain();
    std::stable_sort(found_.begin(), found_.end(),
                     [](const Found& a, const Found& b) { return a.flaw < b.flaw; });
    return std::move(found_);
  }

 private:
  void add(Flaw flaw, std::string text) {
    if (!holds(found_, flaw)) found_.push_back({flaw, std::move(text)});
  }

  void dates() {
    if (facts_.not_after < against_.now)
      add(Flaw::expired, "expired on " + base::rfc3339(facts_.not_after));
    if (facts_.not_before > against_.now)
      add(Flaw::not_yet_valid, "is not valid before " + base::rfc3339(facts_.not_before));
  }

  void name() {
    if (against_.fqdn.empty() || names_host(leaf_, against_.fqdn)) return;
    const auto names =
        facts_.names.empty() ? std::vector<std::string>{facts_.common_name} : facts_.names;
    add(Flaw::other_name, fmt::format("names {}, not {}", base::join(names, ", "), against_.fqdn));
  }

  void revocation() {
    for (const auto& crl : against_.trust.crls) {
      if (!same_name(X509_CRL_get_issuer(crl.get()), X509_get_issuer_name(leaf_))) continue;
      X509_REVOKED* entry = nullptr;
      // 2 would mean "taken off the list again" (removeFromCRL).
      if (X509_CRL_get0_by_serial(crl.get(), &entry, X509_get0_serialNumber(leaf_)) != 1) continue;
      add(Flaw::revoked,
          fmt::format("was revoked on {} (CRL of {})",
                      base::rfc3339(seconds_of(X509_REVOKED_get0_revocationDate(entry))),
                      short_name_of(X509_CRL_get_issuer(crl.get()))));
    }
  }

  // What needs no CA to be seen.
  void by_itself() {
    const std::uint32_t flags = X509_get_extension_flags(leaf_);
    if ((flags & EXFLAG_SS) != 0) add(Flaw::self_signed, "is self-signed");
    if ((flags & EXFLAG_CA) != 0) add(Flaw::is_ca, "is a CA certificate");
    if ((flags & EXFLAG_CRITICAL) != 0)
      add(Flaw::unknown_extension, "holds a critical extension nobody knows");
    if ((X509_get_extended_key_usage(leaf_) & XKU_SSL_CLIENT) == 0)
      add(Flaw::wrong_usage, "is not for TLS clients (its extended key usage lacks clientAuth)");
    const EVP_PKEY* key = X509_get0_pubkey(leaf_);
    if (key != nullptr && EVP_PKEY_get_security_bits(key) < enough_bits)
      add(Flaw::weak_key, "has a weak key, " + facts_.key);
    int bits = 0;
    if (X509_get_signature_info(leaf_, nullptr, nullptr, &bits, nullptr) == 1 && bits < enough_bits)
      add(Flaw::weak_signature, "has a weak signature, " + facts_.signature);
    ERR_clear_error();
  }

  void chain() {
    const auto& trust = against_.trust;
    const auto check = trust.crls.empty() ? CrlCheck::off : CrlCheck::chain;
    const auto view = verify_as_server(trust, {"", against_.now, check, 0}, chain_);
    for (const auto& complaint : view.complaints) complained(complaint);
  }

  void complained(const Complaint& complaint) {
    const Where where = complaint.depth == 0 ? Where::leaf : Where::issuer;
    for (const auto& meaning : meanings)
      if (meaning.code == complaint.code && meaning.where == where)
        return add(meaning.flaw, fmt::format(fmt::runtime(meaning.text), complaint.subject));
    if (among(no_path, complaint.code)) return untrusted();
    if (!among(said_elsewhere, complaint.code))
      add(Flaw::other, fmt::format("is refused by OpenSSL: {}", complaint.text));
  }

  void untrusted() {
    if (holds(found_, Flaw::self_signed)) return;  // the nearer reason of the two
    const std::string issuer = short_name_of(X509_get_issuer_name(leaf_));
    std::string text =
        fmt::format("was issued by {}, which does not chain to a trusted CA", issuer);
    for (const auto& trusted : against_.trust.ca) {
      if (!same_name(X509_get_subject_name(trusted.get()), X509_get_issuer_name(leaf_))) continue;
      const bool issued = X509_verify(leaf_, X509_get0_pubkey(trusted.get())) == 1;
      text = issued
                 ? fmt::format("was issued by {}, whose root is not among the trusted CAs", issuer)
                 : fmt::format("was issued by another CA of the same name, {}", issuer);
    }
    add(Flaw::untrusted, std::move(text));
  }

  X509* leaf_;
  const model::CertificateFacts& facts_;
  const std::vector<Cert>& chain_;
  const Yardstick& against_;
  std::vector<Found> found_;
};

}  // namespace

bool holds(const std::vector<Found>& flaws, Flaw flaw) {
  return std::any_of(flaws.begin(), flaws.end(),
                     [&](const Found& found) { return found.flaw == flaw; });
}

std::vector<Found> flaws_of(const Credential& credential, const Yardstick& against) {
  return Finder(credential, against).all();
}

}  // namespace pki
