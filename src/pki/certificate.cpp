// SPDX-License-Identifier: Apache-2.0
#include "pki/certificate.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>

#include <array>
#include <ctime>

#include "base/files.hpp"
#include "base/text.hpp"
#include "pki/digest.hpp"
#include "pki/passphrase.hpp"
#include "pki/pem.hpp"

namespace pki {

namespace {

using base::Error;
using base::Trouble;

std::string_view view_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string address_text(std::string_view octets) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  const int family = octets.size() == 4 ? AF_INET : AF_INET6;
  const bool known = octets.size() == 4 || octets.size() == 16;
  if (known && inet_ntop(family, octets.data(), buffer.data(), buffer.size()) != nullptr)
    return buffer.data();
  return base::hex({reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()});
}

std::vector<std::string> alternative_names(const X509* certificate) {
  std::vector<std::string> out;
  const GeneralNames names{static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
  ERR_clear_error();
  if (names == nullptr) return out;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) out.push_back(base::printable(view_of(name->d.dNSName)));
    if (name->type == GEN_IPADD) out.push_back(address_text(view_of(name->d.iPAddress)));
  }
  return out;
}

std::string serial_text(const X509* certificate) {
  const BigNum number{ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr)};
  if (number == nullptr) return {};
  const Bytes<char> text{BN_bn2hex(number.get())};
  return text == nullptr ? std::string{} : std::string(text.get());
}

// Its SubjectPublicKeyInfo as it stands there, which is what PEM_write_bio_PUBKEY would write, without its encoders.
std::string public_key_pem(const X509* certificate) {
  const Bio memory(BIO_new(BIO_s_mem()));
  unsigned char* der = nullptr;
  const int size = X509_get0_pubkey(certificate) == nullptr ? -1 : i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  const Bytes<unsigned char> owner{der};
  char* octets = nullptr;
  if (size <= 0 || PEM_write_bio(memory.get(), PEM_STRING_PUBLIC, "", der, size) <= 0) {
    ERR_clear_error();
    return {};
  }
  const long length = BIO_get_mem_data(memory.get(), &octets);
  return {octets, static_cast<std::size_t>(length)};
}

std::string key_text(const X509* certificate) {
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  ERR_clear_error();
  if (key == nullptr) return "unreadable";
  std::array<char, 80> group{};
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
      return fmt::format("RSA {}", EVP_PKEY_get_bits(key));
    case EVP_PKEY_DSA:
      return fmt::format("DSA {}", EVP_PKEY_get_bits(key));
    case EVP_PKEY_EC:
      if (EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) != 1)
        return fmt::format("EC {}", EVP_PKEY_get_bits(key));
      return fmt::format("EC {}", group.data());
    default: {
      const char* name = EVP_PKEY_get0_type_name(key);
      return name == nullptr ? "unknown" : std::string(name);
    }
  }
}

std::string signature_text(const X509* certificate) {
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(nullptr, &algorithm, certificate);
  const ASN1_OBJECT* oid = nullptr;
  X509_ALGOR_get0(&oid, nullptr, nullptr, algorithm);
  std::array<char, 128> text{};
  if (OBJ_obj2txt(text.data(), static_cast<int>(text.size()), oid, 0) <= 0) return "unknown";
  return text.data();
}

// What both readers do with the blocks of a PEM file.
template <class Handle, class Decode>
base::Result<std::vector<Handle>> decoded(std::string_view pem, const std::string& name,
                                          std::initializer_list<std::string_view> labels,
                                          std::string_view what, std::string_view openssl,
                                          Decode decode) {
  auto blocks = pem_blocks(pem, name, labels);
  if (!blocks) return blocks.error();
  if (blocks->empty()) return holds_no(what, openssl, pem, name);
  std::vector<Handle> out;
  for (const auto& block : *blocks) {
    Handle handle = decode(block);
    if (handle == nullptr)
      return Error{
          Trouble::bad_data,
          fmt::format("{} {} is damaged: its base64 holds no {}", what, out.size() + 1, what), name,
          ""};
    out.push_back(std::move(handle));
  }
  return out;
}

}  // namespace

std::string text_of(const X509_NAME* name) {
  const auto bio = acquired<Bio>(BIO_new(BIO_s_mem()));
  // Keep UTF-8 as it is: RFC 2253 allows it, and \C3\A9 is nothing a person can read.
  constexpr unsigned long flags =
      XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  if (X509_NAME_print_ex(bio.get(), name, 0, flags) < 0) return "unreadable";
  std::string out(BIO_ctrl_pending(bio.get()), '\0');
  BIO_read(bio.get(), out.data(), static_cast<int>(out.size()));
  return base::printable(out);
}

std::string common_name_of(const X509_NAME* name) {
  int last = -1;
  for (int at = -1; (at = X509_NAME_get_index_by_NID(name, NID_commonName, at)) >= 0;) last = at;
  if (last < 0) return {};
  unsigned char* raw = nullptr;
  const int length =
      ASN1_STRING_to_UTF8(&raw, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
  ERR_clear_error();
  if (length < 0) return "unreadable";
  const Bytes<unsigned char> owner{raw};
  return base::printable({reinterpret_cast<const char*>(raw), static_cast<std::size_t>(length)});
}

std::string short_name_of(const X509_NAME* name) {
  auto common_name = common_name_of(name);
  return common_name.empty() ? text_of(name) : common_name;
}

base::EpochSeconds seconds_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return 0;
  return static_cast<base::EpochSeconds>(timegm(&parts));
}

model::CertificateFacts facts_of(const X509* certificate) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  return {
      .subject = text_of(subject),
      .issuer = text_of(X509_get_issuer_name(certificate)),
      .common_name = common_name_of(subject),
      .names = alternative_names(certificate),
      .serial = serial_text(certificate),
      .not_before = seconds_of(X509_get0_notBefore(certificate)),
      .not_after = seconds_of(X509_get0_notAfter(certificate)),
      .key = key_text(certificate),
      .signature = signature_text(certificate),
      .sha256 = sha256_hex(to_der(certificate)),
      .public_key = public_key_pem(certificate),
  };
}

base::Result<std::vector<Cert>> certificates_from_pem(std::string_view pem,
                                                      const std::string& name) {
  return decoded<Cert>(
      pem, name, {"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"}, "certificate", "x509",
      [](const PemBlock& block) {
        if (block.label != "TRUSTED CERTIFICATE") return certificate_from_der(block.der);
        // OpenSSL's own form: trust settings follow the certificate.
        const auto* at = reinterpret_cast<const unsigned char*>(block.der.data());
        return Cert{d2i_X509_AUX(nullptr, &at, static_cast<long>(block.der.size()))};
      });
}

base::Result<std::vector<Cert>> read_certificates(const std::filesystem::path& path) {
  auto content = base::read_file(path);
  if (!content) return content.error();
  const WipedAtEnd wiped(*content);  // the key may be in the same file
  return certificates_from_pem(*content, path.string());
}

base::Result<std::vector<Crl>> crls_from_pem(std::string_view pem, const std::string& name) {
  return decoded<Crl>(pem, name, {"X509 CRL"}, "CRL", "crl", [](const PemBlock& block) {
    const auto* at = reinterpret_cast<const unsigned char*>(block.der.data());
    return Crl{d2i_X509_CRL(nullptr, &at, static_cast<long>(block.der.size()))};
  });
}

base::Result<std::vector<Crl>> read_crls(const std::filesystem::path& path) {
  const auto content = base::read_file(path);
  if (!content) return content.error();
  return crls_from_pem(*content, path.string());
}

bool same_name(const X509_NAME* a, const X509_NAME* b) {
  return X509_NAME_cmp(a, b) == 0;
}

bool is_self_issued(const X509* certificate) {
  return same_name(X509_get_subject_name(certificate), X509_get_issuer_name(certificate));
}

bool belongs_to(const X509* certificate, const EVP_PKEY* key) {
  const EVP_PKEY* public_half = X509_get0_pubkey(certificate);
  const bool same = public_half != nullptr && EVP_PKEY_eq(public_half, key) == 1;
  ERR_clear_error();
  return same;
}

bool names_host(X509* certificate, const std::string& fqdn) {
  return !fqdn.empty() && X509_check_host(certificate, fqdn.data(), fqdn.size(),
                                          X509_CHECK_FLAG_NO_WILDCARDS, nullptr) == 1;
}

}  // namespace pki
