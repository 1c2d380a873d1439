// SPDX-License-Identifier: Apache-2.0
#include "pki/issue.hpp"

#include <openssl/err.h>

#include <stdexcept>

#include "pki/digest.hpp"
#include "pki/pem.hpp"

namespace pki {

namespace {

// IANA's private enterprise number 32473 is for documentation (RFC 5612): nobody implements this.
constexpr const char* unknown_oid = "1.3.6.1.4.1.32473.1";

// What cannot fail but for memory, or a defect of ours.
void must(int outcome) {
  if (outcome <= 0) throw std::runtime_error("certificate: " + openssl_reason("OpenSSL failed"));
}

const unsigned char* octets(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void add_part(X509_NAME* name, const char* field, int type, const std::string& value) {
  if (value.empty()) return;
  // A concrete type rather than MBSTRING_UTF8: takes NUL, and more than X.520's 64 characters.
  must(X509_NAME_add_entry_by_txt(name, field, type, octets(value), static_cast<int>(value.size()),
                                  -1, 0));
}

Asn1Integer random_serial() {
  std::string bytes = random_bytes(16);
  bytes[0] = static_cast<char>((static_cast<unsigned char>(bytes[0]) & 0x7FU) |
                               0x40U);  // positive, full length
  const auto number =
      acquired<BigNum>(BN_bin2bn(octets(bytes), static_cast<int>(bytes.size()), nullptr));
  return acquired<Asn1Integer>(BN_to_ASN1_INTEGER(number.get(), nullptr));
}

Asn1Time time_of(base::EpochSeconds seconds) {
  return acquired<Asn1Time>(ASN1_TIME_set(nullptr, seconds));
}

Asn1Octets octet_string(const std::string& bytes) {
  auto out = acquired<Asn1Octets>(ASN1_OCTET_STRING_new());
  must(ASN1_OCTET_STRING_set(out.get(), octets(bytes), static_cast<int>(bytes.size())));
  return out;
}

void add_extension(X509* certificate, int nid, void* value, bool critical) {
  must(X509_add1_ext_i2d(certificate, nid, value, critical ? 1 : 0, X509V3_ADD_DEFAULT));
}

void add_basic_constraints(X509* certificate, Role role) {
  const auto constraints = acquired<BasicConstraints>(BASIC_CONSTRAINTS_new());
  // No path length: it would be a second reason to refuse what a leaf has issued.
  constraints->ca = role == Role::ca ? 0xFF : 0;
  add_extension(certificate, NID_basic_constraints, constraints.get(), true);
}

void add_key_usage(X509* certificate, Role role) {
  // Bits of RFC 5280 4.2.1.3.
  constexpr int digital_signature = 0;
  constexpr int key_encipherment = 2;
  constexpr int key_cert_sign = 5;
  constexpr int crl_sign = 6;
  const auto bits = acquired<Asn1Bits>(ASN1_BIT_STRING_new());
  const bool rsa = EVP_PKEY_get_base_id(X509_get0_pubkey(certificate)) == EVP_PKEY_RSA;
  must(ASN1_BIT_STRING_set_bit(bits.get(), digital_signature, 1));
  if (role == Role::leaf && rsa) must(ASN1_BIT_STRING_set_bit(bits.get(), key_encipherment, 1));
  if (role == Role::ca) {
    must(ASN1_BIT_STRING_set_bit(bits.get(), key_cert_sign, 1));
    must(ASN1_BIT_STRING_set_bit(bits.get(), crl_sign, 1));
  }
  add_extension(certificate, NID_key_usage, bits.get(), true);
}

void add_extended_key_usage(X509* certificate, const CertificatePlan& plan) {
  const auto usage = acquired<ExtendedKeyUsage>(sk_ASN1_OBJECT_new_null());
  if (plan.client_use) must(sk_ASN1_OBJECT_push(usage.get(), OBJ_nid2obj(NID_client_auth)));
  if (plan.server_use) must(sk_ASN1_OBJECT_push(usage.get(), OBJ_nid2obj(NID_server_auth)));
  add_extension(certificate, NID_ext_key_usage, usage.get(), false);
}

void add_name(GENERAL_NAMES* names, int type, void* value) {
  auto name = acquired<GeneralName>(GENERAL_NAME_new());
  GENERAL_NAME_set0_value(name.get(), type, value);
  must(sk_GENERAL_NAME_push(names, name.get()));
  static_cast<void>(name.release());  // the stack owns it now
}

void add_alternative_names(X509* certificate, const CertificatePlan& plan) {
  if (plan.dns_names.empty() && plan.ip_addresses.empty()) return;
  const auto names = acquired<GeneralNames>(GENERAL_NAMES_new());
  for (const auto& dns : plan.dns_names) {
    ASN1_IA5STRING* text = ASN1_IA5STRING_new();
    must(text != nullptr && ASN1_STRING_set(text, dns.data(), static_cast<int>(dns.size())) == 1
             ? 1
             : 0);
    add_name(names.get(), GEN_DNS, text);
  }
  for (const auto& address : plan.ip_addresses) {
    ASN1_OCTET_STRING* value = a2i_IPADDRESS(address.c_str());
    must(value != nullptr ? 1 : 0);
    add_name(names.get(), GEN_IPADD, value);
  }
  add_extension(certificate, NID_subject_alt_name, names.get(), false);
}

// SHA-1 of the public key, as RFC 5280 4.2.1.2 suggests.
std::string key_identifier(const X509* certificate) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned int length = 0;
  must(X509_pubkey_digest(certificate, EVP_sha1(), reinterpret_cast<unsigned char*>(out.data()),
                          &length));
  out.resize(length);
  return out;
}

// The issuer's own identifier where it has one: a CA that was given may use another method.
std::string identifier_of_issuer(X509* issuer) {
  const ASN1_OCTET_STRING* own = X509_get0_subject_key_id(issuer);
  if (own == nullptr) return key_identifier(issuer);
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(own)),
          static_cast<std::size_t>(ASN1_STRING_length(own))};
}

AuthorityKeyId authority_key_id(const std::string& identifier) {
  auto id = acquired<AuthorityKeyId>(AUTHORITY_KEYID_new());
  id->keyid = octet_string(identifier).release();
  return id;
}

void add_unknown_extension(X509* certificate) {
  const auto oid = acquired<Asn1Object>(OBJ_txt2obj(unknown_oid, 1));
  const auto value = octet_string(std::string("\x05\x00", 2));  // NULL
  const auto extension =
      acquired<Extension>(X509_EXTENSION_create_by_OBJ(nullptr, oid.get(), 1, value.get()));
  must(X509_add_ext(certificate, extension.get(), -1));
}

const EVP_MD* digest_for(EVP_PKEY* key, const EVP_MD* wanted) {
  return takes_digest(key) ? wanted : nullptr;
}

}  // namespace

bool takes_digest(const EVP_PKEY* key) {
  const int type = EVP_PKEY_get_base_id(key);
  return type != EVP_PKEY_ED25519 && type != EVP_PKEY_ED448;
}

Name distinguished_name(const std::string& country, const std::string& organisation,
                        const std::string& common_name) {
  auto name = acquired<Name>(X509_NAME_new());
  add_part(name.get(), "C", V_ASN1_PRINTABLESTRING, country);
  add_part(name.get(), "O", V_ASN1_UTF8STRING, organisation);
  add_part(name.get(), "CN", V_ASN1_UTF8STRING, common_name);
  return name;
}

Cert issue(const CertificatePlan& plan, EVP_PKEY* key, const Issuer& issuer) {
  const auto made = acquired<Cert>(X509_new());
  X509* certificate = made.get();
  must(X509_set_version(certificate, X509_VERSION_3));
  must(X509_set_serialNumber(certificate, random_serial().get()));
  must(X509_set1_notBefore(certificate, time_of(plan.period.from).get()));
  must(X509_set1_notAfter(certificate, time_of(plan.period.until).get()));
  must(X509_set_subject_name(certificate, plan.subject));
  must(X509_set_pubkey(certificate, key));
  X509* signer = issuer.certificate == nullptr ? certificate : issuer.certificate;
  must(X509_set_issuer_name(certificate, X509_get_subject_name(signer)));

  add_basic_constraints(certificate, plan.role);
  add_key_usage(certificate, plan.role);
  // A CA proper has none; one that poses as a leaf has a leaf's.
  if (plan.role == Role::leaf || !plan.dns_names.empty()) add_extended_key_usage(certificate, plan);
  add_alternative_names(certificate, plan);
  const std::string own_identifier = key_identifier(certificate);
  add_extension(certificate, NID_subject_key_identifier, octet_string(own_identifier).get(), false);
  const auto authority = authority_key_id(
      issuer.certificate == nullptr ? own_identifier : identifier_of_issuer(issuer.certificate));
  add_extension(certificate, NID_authority_key_identifier, authority.get(), false);
  if (plan.unknown_critical_extension) add_unknown_extension(certificate);
  must(X509_sign(certificate, issuer.key, digest_for(issuer.key, plan.digest)));
  // Read back, so that what we hold is what anybody will read.
  return certificate_from_der(to_der(certificate));
}

Cert with_tampered_signature(const X509* certificate) {
  std::string der = to_der(certificate);
  der.back() = static_cast<char>(static_cast<unsigned char>(der.back()) ^ 0x01U);
  return certificate_from_der(der);
}

RevokedSerial revocation_of(const X509* certificate, base::EpochSeconds since) {
  return {acquired<Asn1Integer>(ASN1_INTEGER_dup(X509_get0_serialNumber(certificate))), since};
}

Crl issue_crl(const Issuer& issuer, const Period& period,
              const std::vector<RevokedSerial>& revoked) {
  auto crl = acquired<Crl>(X509_CRL_new());
  must(X509_CRL_set_version(crl.get(), X509_CRL_VERSION_2));
  must(X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(issuer.certificate)));
  must(X509_CRL_set1_lastUpdate(crl.get(), time_of(period.from).get()));
  must(X509_CRL_set1_nextUpdate(crl.get(), time_of(period.until).get()));
  for (const auto& one : revoked) {
    auto entry = acquired<Revoked>(X509_REVOKED_new());
    must(X509_REVOKED_set_serialNumber(entry.get(), one.serial.get()));
    must(X509_REVOKED_set_revocationDate(entry.get(), time_of(one.since).get()));
    must(X509_CRL_add0_revoked(crl.get(), entry.get()));
    static_cast<void>(entry.release());  // the list owns it now
  }
  const auto authority = authority_key_id(identifier_of_issuer(issuer.certificate));
  must(X509_CRL_add1_ext_i2d(crl.get(), NID_authority_key_identifier, authority.get(), 0,
                             X509V3_ADD_DEFAULT));
  const auto number = acquired<Asn1Integer>(ASN1_INTEGER_new());
  must(ASN1_INTEGER_set_int64(number.get(), period.from));
  must(X509_CRL_add1_ext_i2d(crl.get(), NID_crl_number, number.get(), 0, X509V3_ADD_DEFAULT));
  must(X509_CRL_sort(crl.get()));
  must(X509_CRL_sign(crl.get(), issuer.key, digest_for(issuer.key, EVP_sha256())));
  return crl;
}

}  // namespace pki
