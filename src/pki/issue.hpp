// SPDX-License-Identifier: Apache-2.0
// Making certificates and revocation lists from a plan. Nothing here knows of kinds; what is wrong
// with a certificate is already in its plan.
#pragma once

#include <string>
#include <vector>

#include "base/time.hpp"
#include "pki/owned.hpp"

namespace pki {

struct Period {
  base::EpochSeconds from = 0;
  base::EpochSeconds until = 0;
};

// A distinguished name of country, organisation and common name; an empty part is left out. A part
// may hold any octets, NUL included.
Name distinguished_name(const std::string& country, const std::string& organisation,
                        const std::string& common_name);

enum class Role { leaf, ca };

struct CertificatePlan {
  const X509_NAME* subject = nullptr;
  std::vector<std::string> dns_names = {};     // any octets, NUL included
  std::vector<std::string> ip_addresses = {};  // as text; must be valid
  Period period = {};
  Role role = Role::leaf;
  bool client_use = true;  // extended key usage of a leaf
  bool server_use = true;
  bool unknown_critical_extension = false;
  const EVP_MD* digest = EVP_sha256();
};

struct Issuer {
  X509* certificate = nullptr;  // null: self-signed
  EVP_PKEY* key = nullptr;
};

// A version 3 certificate for the public half of `key`, with a random serial number.
Cert issue(const CertificatePlan& plan, EVP_PKEY* key, const Issuer& issuer);

// The same certificate with its last octet, which is the signature's, changed.
Cert with_tampered_signature(const X509* certificate);

struct RevokedSerial {
  Asn1Integer serial;
  base::EpochSeconds since = 0;
};

// A version 2 list, numbered by its date, so that a later one supersedes it.
Crl issue_crl(const Issuer& issuer, const Period& period,
              const std::vector<RevokedSerial>& revoked);

// What revokes this certificate.
RevokedSerial revocation_of(const X509* certificate, base::EpochSeconds since);

// Whether OpenSSL can sign with this key and this digest (Ed25519 knows no other than its own).
bool takes_digest(const EVP_PKEY* key);

}  // namespace pki
