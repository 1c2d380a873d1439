// SPDX-License-Identifier: Apache-2.0
#include "pki/sign.hpp"

#include <openssl/hmac.h>

#include <future>

#include "pki/key.hpp"
#include "pki/owned.hpp"

namespace pki {

namespace {

constexpr unsigned rsa_bits = 2048;   // the least RS256 allows (RFC 7518 3.3)
constexpr std::size_t es256_size = 64;

std::string hmac_sha256(std::string_view key, std::string_view input) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(input.data()), input.size(),
       reinterpret_cast<unsigned char*>(out.data()), &length);
  out.resize(length);
  return out;
}

// Made once, by whoever comes first.
const Pkey& rsa_key() {
  static const Pkey key = new_rsa_key(rsa_bits);
  return key;
}

std::string rsa_sha256(std::string_view input) {
  const Pkey& key = rsa_key();
  const MdCtx context(EVP_MD_CTX_new());
  const auto* octets = reinterpret_cast<const unsigned char*>(input.data());
  std::size_t length = 0;
  if (key == nullptr || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &length, octets, input.size()) != 1)
    return {};
  std::string out(length, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &length, octets, input.size()) != 1) return {};
  out.resize(length);
  return out;
}

}  // namespace

namespace {

const std::future<void>& ready() {
  static const std::future<void> made = std::async(std::launch::async, [] { (void)rsa_key(); });
  return made;
}

}  // namespace

void prepare_signing() { (void)ready(); }

void await_signing() { ready().wait(); }

std::string untrusted_signature(std::string_view way, std::string_view input, std::string_view server_key) {
  if (way == "hs256-blank") return hmac_sha256("", input);
  if (way == "hs256-weak") return hmac_sha256("secret", input);
  if (way == "hs256-server-key") return server_key.empty() ? std::string{} : hmac_sha256(server_key, input);
  if (way == "rs256") return rsa_sha256(input);
  if (way == "es256-zero") return std::string(es256_size, '\0');
  return {};
}

}  // namespace pki
