// SPDX-License-Identifier: Apache-2.0
#include "wire/client_proof.hpp"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

namespace wire {

namespace {

using Octets = std::vector<std::uint8_t>;
using Context = pki::Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

struct Scheme {
  std::uint16_t code;
  int key;
  const EVP_MD* (*digest)();
  bool pss;
};
// RFC 8446 4.2.3; at TLS 1.2 ECDSA binds no curve to a digest.
constexpr Scheme known[] = {{0x0401, EVP_PKEY_RSA, EVP_sha256, false}, {0x0501, EVP_PKEY_RSA, EVP_sha384, false},
                            {0x0601, EVP_PKEY_RSA, EVP_sha512, false}, {0x0804, EVP_PKEY_RSA, EVP_sha256, true},
                            {0x0403, EVP_PKEY_EC, EVP_sha256, false},  {0x0503, EVP_PKEY_EC, EVP_sha384, false},
                            {0x0603, EVP_PKEY_EC, EVP_sha512, false}};

void put(Octets& out, std::size_t value, unsigned octets) {
  for (unsigned i = octets; i-- > 0;) out.push_back(static_cast<std::uint8_t>((value >> (8 * i)) & 0xFFU));
}

Octets der_of(X509* certificate) {
  const int size = i2d_X509(certificate, nullptr);
  if (size <= 0) return {};
  Octets out(static_cast<std::size_t>(size));
  auto* at = out.data();
  i2d_X509(certificate, &at);
  return out;
}

Octets signature(EVP_PKEY* key, const Scheme& scheme, std::span<const std::uint8_t> text) {
  const Context context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* inner = nullptr;
  std::size_t size = 0;
  if (!context || EVP_DigestSignInit(context.get(), &inner, scheme.digest(), nullptr, key) != 1) return {};
  if (scheme.pss && (EVP_PKEY_CTX_set_rsa_padding(inner, RSA_PKCS1_PSS_PADDING) != 1 ||
                     EVP_PKEY_CTX_set_rsa_pss_saltlen(inner, RSA_PSS_SALTLEN_DIGEST) != 1))
    return {};
  if (EVP_DigestSign(context.get(), nullptr, &size, text.data(), text.size()) != 1) return {};
  Octets out(size);
  if (EVP_DigestSign(context.get(), out.data(), &size, text.data(), text.size()) != 1) return {};
  out.resize(size);
  return out;
}

}  // namespace

Octets certificate_body(const pki::Credential* credential) {
  Octets list;
  if (credential != nullptr)
    for (const auto& certificate : credential->chain) {
      const Octets der = der_of(certificate.get());
      put(list, der.size(), 3);
      list.insert(list.end(), der.begin(), der.end());
    }
  Octets out;
  put(out, list.size(), 3);
  out.insert(out.end(), list.begin(), list.end());
  return out;
}

Octets verify_body(const pki::Credential& credential, std::span<const std::uint16_t> schemes, std::span<const std::uint8_t> transcript) {
  for (const auto code : schemes)
    for (const auto& scheme : known) {
      if (scheme.code != code || EVP_PKEY_get_base_id(credential.key.get()) != scheme.key) continue;
      const Octets made = signature(credential.key.get(), scheme, transcript);
      if (made.empty()) continue;
      Octets out;
      put(out, code, 2);
      put(out, made.size(), 2);
      out.insert(out.end(), made.begin(), made.end());
      return out;
    }
  return {};
}

}  // namespace wire
