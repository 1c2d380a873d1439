// SPDX-License-Identifier: Apache-2.0
#include "wire/certificate_request.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/text.hpp"
#include "pki/certificate.hpp"
#include "pki/owned.hpp"

namespace wire {

namespace {

using Octets = std::span<const std::uint8_t>;

struct Name {
  unsigned code;
  std::string_view text;
};
// IANA's "TLS ClientCertificateType Identifiers" and "TLS SignatureScheme", as far as they are met.
constexpr Name key_type_names[] = {{1, "rsa_sign"},       {2, "dss_sign"},         {3, "rsa_fixed_dh"},
                                   {4, "dss_fixed_dh"},   {64, "ecdsa_sign"},      {65, "rsa_fixed_ecdh"},
                                   {66, "ecdsa_fixed_ecdh"}};
constexpr Name scheme_names[] = {
    {0x0101, "rsa_pkcs1_md5"},          {0x0201, "rsa_pkcs1_sha1"},         {0x0202, "dsa_sha1"},
    {0x0203, "ecdsa_sha1"},             {0x0301, "rsa_pkcs1_sha224"},       {0x0302, "dsa_sha224"},
    {0x0303, "ecdsa_sha224"},           {0x0401, "rsa_pkcs1_sha256"},       {0x0402, "dsa_sha256"},
    {0x0403, "ecdsa_secp256r1_sha256"}, {0x0501, "rsa_pkcs1_sha384"},       {0x0502, "dsa_sha384"},
    {0x0503, "ecdsa_secp384r1_sha384"}, {0x0601, "rsa_pkcs1_sha512"},       {0x0602, "dsa_sha512"},
    {0x0603, "ecdsa_secp521r1_sha512"}, {0x0804, "rsa_pss_rsae_sha256"},    {0x0805, "rsa_pss_rsae_sha384"},
    {0x0806, "rsa_pss_rsae_sha512"},    {0x0807, "ed25519"},                {0x0808, "ed448"},
    {0x0809, "rsa_pss_pss_sha256"},     {0x080A, "rsa_pss_pss_sha384"},     {0x080B, "rsa_pss_pss_sha512"}};

std::string name_of(std::span<const Name> names, unsigned code) {
  for (const auto& name : names)
    if (name.code == code) return std::string(name.text);
  return fmt::format("0x{:04X}", code);
}

std::size_t number(Octets bytes) {
  std::size_t value = 0;
  for (const auto byte : bytes) value = (value << 8U) | byte;
  return value;
}

// Takes octets off the front; once something is missing, everything is.
class Reader {
 public:
  explicit Reader(Octets bytes) : rest_(bytes) {}

  // What stands behind a length of `width` octets.
  std::optional<Octets> vector(std::size_t width) {
    const auto length = take(width);
    return length ? take(number(*length)) : std::nullopt;
  }
  std::optional<Octets> take(std::size_t count) {
    if (count > rest_.size()) {
      rest_ = {};
      return std::nullopt;
    }
    const Octets taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  [[nodiscard]] bool empty() const { return rest_.empty(); }

 private:
  Octets rest_;
};

std::string name_in_words(Octets der) {
  const unsigned char* at = der.data();
  const pki::Name name(d2i_X509_NAME(nullptr, &at, static_cast<long>(der.size())));
  if (!name) return "(unreadable name)";
  const std::string text = base::printable(pki::text_of(name.get()));
  return text.empty() ? "(empty name)" : text;
}

std::vector<std::string> names_in(Octets list) {
  constexpr std::size_t most = 1000;
  std::vector<std::string> names;
  for (Reader reader(list); !reader.empty() && names.size() < most;)
    if (const auto der = reader.vector(2)) names.push_back(name_in_words(*der));
  return names;
}

std::vector<std::string> schemes_in(Octets list) {
  std::vector<std::string> out;
  for (Reader reader(list); !reader.empty();)
    if (const auto scheme = reader.take(2)) out.push_back(name_of(scheme_names, static_cast<unsigned>(number(*scheme))));
  return out;
}

CertificateRequest read_12(Octets body, bool has_signatures) {
  CertificateRequest out;
  Reader reader(body);
  if (const auto types = reader.vector(1))
    for (const auto type : *types) out.key_types.push_back(name_of(key_type_names, type));
  if (has_signatures)
    if (const auto schemes = reader.vector(2)) out.signature_algorithms = schemes_in(*schemes);
  if (const auto names = reader.vector(2)) out.ca_names = names_in(*names);
  return out;
}

CertificateRequest read_13(Octets body) {
  constexpr std::size_t signature_algorithms = 13;
  constexpr std::size_t certificate_authorities = 47;
  CertificateRequest out;
  Reader message(body);
  (void)message.vector(1);  // certificate_request_context
  const auto extensions = message.vector(2);
  for (Reader reader(extensions.value_or(Octets{})); !reader.empty();) {
    const auto type = reader.take(2);
    const auto content = reader.vector(2);
    if (!type || !content) break;
    Reader inner(*content);
    const auto list = inner.vector(2);
    if (!list) continue;
    if (number(*type) == signature_algorithms) out.signature_algorithms = schemes_in(*list);
    if (number(*type) == certificate_authorities) out.ca_names = names_in(*list);
  }
  return out;
}

}  // namespace

CertificateRequest read_certificate_request(Octets body, int version) {
  return version == TLS1_3_VERSION ? read_13(body) : read_12(body, version == TLS1_2_VERSION);
}

}  // namespace wire
