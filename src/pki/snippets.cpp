// SPDX-License-Identifier: Apache-2.0
#include "pki/snippets.hpp"

#include <fmt/format.h>
#include <openssl/dh.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "base/assets.hpp"
#include "base/text.hpp"
#include "pki/certificate.hpp"

namespace pki {

namespace {

constexpr const char* ciphers = "AESGCM+EECDH:AESGCM+EDH:AES256+EECDH:AES256+EDH:!aNULL";

struct Template {
  const char* file;
  const char* use;
};
constexpr Template templates[] = {
    {"nginx.conf", "nginx: include it in http { }"},
    {"apache.conf", "Apache httpd: include it; mod_ssl, mod_proxy_http and mod_headers"},
    {"haproxy.cfg", "HAProxy: append it to haproxy.cfg"},
    {"tomcat-jsse.xml", "Tomcat, JSSE: a Service for conf/server.xml"},
    {"tomcat-openssl.xml", "Tomcat, OpenSSL (native): a Connector for conf/server.xml; not started on Debian 12, whose native library is too old"},
    {"tomcat-rewrite.config", "Tomcat: the name rule, for conf/gpconnect/localhost/rewrite.config"},
};

using Octets = std::vector<std::uint8_t>;

const Octets san_extension = {0x06, 0x03, 0x55, 0x1D, 0x11};  // the identifier 2.5.29.17 as DER has it

// A name as DER writes it behind its tag: its length and its octets (X.690 8.1.3).
Octets der_text(const std::string& name) {
  Octets octets;
  if (name.size() > 127) octets.push_back(0x81);
  octets.push_back(static_cast<std::uint8_t>(name.size()));
  octets.insert(octets.end(), name.begin(), name.end());
  return octets;
}

std::string capital_hex(const Octets& octets) {
  std::string out = base::hex(octets);
  for (auto& digit : out)
    if (digit >= 'a') digit = static_cast<char>(digit - 'a' + 'A');
  return out;
}

// One letter of base64 of whose six bits only those in `known` are given, as a regular expression.
std::string letters(unsigned bits, unsigned known) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (known == 0) return ".";
  std::string fitting;
  for (unsigned i = 0; i < alphabet.size(); ++i)
    if ((i & known) == (bits & known)) fitting += alphabet[i];
  return fitting.size() == 1 && fitting != "+" ? fitting : "[" + fitting + "]";
}

// Octets as they read in base64 behind `before` others of their group of three. A line may end
// behind each group, and nowhere else.
std::string in_base64(const Octets& octets, std::size_t before) {
  const std::size_t groups = (before + octets.size() + 2) / 3;
  std::string out;
  for (std::size_t letter = 0; letter < groups * 4; ++letter) {
    unsigned bits = 0;
    unsigned known = 0;
    for (std::size_t bit = letter * 6; bit < letter * 6 + 6; ++bit) {
      const bool given = bit >= before * 8 && bit < (before + octets.size()) * 8;
      const unsigned octet = given ? octets[bit / 8 - before] : 0U;
      bits = bits << 1U | (octet >> (7 - bit % 8) & 1U);
      known = known << 1U | (given ? 1U : 0U);
    }
    out += letters(bits, known);
    if (letter % 4 == 3 && letter + 1 < groups * 4) out += "\\n?";
  }
  return out;
}

// A regular expression that finds these octets in a certificate in PEM, wherever they fall.
std::string in_pem(const Octets& octets) {
  return fmt::format("^-----BEGIN CERTIFICATE-----\\n(?:.{{4}}\\n?)*?(?:{}|{}|{})", in_base64(octets, 0), in_base64(octets, 1),
                     in_base64(octets, 2));
}

std::string filled(std::string text, const std::filesystem::path& kit, const std::string& fqdn) {
  text = base::replace_all(std::move(text), "@KIT@", kit.string());
  text = base::replace_all(std::move(text), "@FQDN_PATTERN@", base::replace_all(fqdn, ".", "\\."));
  text = base::replace_all(std::move(text), "@FQDN_HEX@", capital_hex(der_text(fqdn)));
  text = base::replace_all(std::move(text), "@SAN_IN_PEM@", in_pem(san_extension));
  Octets alternative_name = der_text(fqdn);
  alternative_name.insert(alternative_name.begin(), 0x82);  // dNSName (RFC 5280 4.2.1.6)
  text = base::replace_all(std::move(text), "@FQDN_IN_PEM@", in_pem(alternative_name));
  text = base::replace_all(std::move(text), "@FQDN@", fqdn);
  return base::replace_all(std::move(text), "@CIPHERS@", ciphers);
}

// Java's own attribute, "trusted key usage", with anyExtendedKeyUsage for a value.
constexpr const char* trusted_key_usage = "2.16.840.1.113894.746875.1.1";
constexpr const char* any_usage = "2.5.29.37.0";

using Attributes = STACK_OF(X509_ATTRIBUTE);
void free_bags(STACK_OF(PKCS12_SAFEBAG) * bags) { sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free); }
void free_safes(STACK_OF(PKCS7) * safes) { sk_PKCS7_pop_free(safes, PKCS7_free); }

void must(bool done) {
  if (!done) throw std::runtime_error("OpenSSL cannot make a trust store");
}

void mark_trusted(PKCS12_SAFEBAG* bag, const std::string& alias) {
  // A friendly name first: the list of attributes exists from then on, and OpenSSL 3.0 has no other
  // way to add one of ours to it.
  must(PKCS12_add_friendlyname_utf8(bag, alias.c_str(), static_cast<int>(alias.size())) == 1);
  auto* attributes = const_cast<Attributes*>(PKCS12_SAFEBAG_get0_attrs(bag));
  const auto type = acquired<Asn1Object>(OBJ_txt2obj(trusted_key_usage, 1));
  const auto value = acquired<Asn1Object>(OBJ_txt2obj(any_usage, 1));
  X509_ATTRIBUTE* attribute = X509_ATTRIBUTE_create_by_OBJ(nullptr, type.get(), V_ASN1_OBJECT, value.get(), -1);
  must(attribute != nullptr && sk_X509_ATTRIBUTE_push(attributes, attribute) > 0);
}

}  // namespace

std::vector<Snippet> snippets_for(const std::filesystem::path& kit, const std::string& fqdn) {
  std::vector<Snippet> out;
  for (const auto& row : templates) {
    const auto text = base::asset(fmt::format("profiles/data/install/{}.in", row.file));
    if (text) out.push_back({row.file, filled(std::string(*text), kit, fqdn), row.use});
  }
  return out;
}

std::string dh_parameters() {
  const auto context = acquired<PkeyCtx>(EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr));
  EVP_PKEY* raw = nullptr;
  must(EVP_PKEY_paramgen_init(context.get()) == 1 && EVP_PKEY_CTX_set_dh_nid(context.get(), NID_ffdhe2048) == 1 &&
       EVP_PKEY_paramgen(context.get(), &raw) == 1);
  const Pkey parameters{raw};
  const auto out = acquired<Bio>(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_Parameters(out.get(), parameters.get()) == 1);
  const char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string java_trust_store(const std::vector<Cert>& trusted, const std::string& password) {
  STACK_OF(PKCS12_SAFEBAG)* raw = nullptr;
  for (const auto& certificate : trusted) {
    PKCS12_SAFEBAG* bag = PKCS12_add_cert(&raw, certificate.get());
    must(bag != nullptr);
    mark_trusted(bag, short_name_of(X509_get_subject_name(certificate.get())));
  }
  const Owned<STACK_OF(PKCS12_SAFEBAG), free_bags> bags{raw};
  STACK_OF(PKCS7)* raw_safes = nullptr;
  must(PKCS12_add_safe(&raw_safes, bags.get(), -1, 0, nullptr) == 1);  // certificates are no secret
  const Owned<STACK_OF(PKCS7), free_safes> safes{raw_safes};
  const auto store = acquired<Pkcs12>(PKCS12_add_safes(safes.get(), 0));
  must(PKCS12_set_mac(store.get(), password.c_str(), -1, nullptr, 0, 2048, EVP_sha256()) == 1);
  unsigned char* der = nullptr;
  const int length = i2d_PKCS12(store.get(), &der);
  must(length > 0);
  const Bytes<unsigned char> owned{der};
  return {reinterpret_cast<const char*>(der), static_cast<std::size_t>(length)};
}

}  // namespace pki
