// SPDX-License-Identifier: Apache-2.0
#include "wire/cbc_record.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>
#include <string_view>

#include "pki/digest.hpp"
#include "pki/owned.hpp"

namespace wire {

namespace {

using Octets = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;
using CipherContext = pki::Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using Kdf = pki::Owned<EVP_KDF, EVP_KDF_free>;
using KdfContext = pki::Owned<EVP_KDF_CTX, EVP_KDF_CTX_free>;

constexpr std::uint8_t version[] = {3, 3};

const EVP_CIPHER* cipher_of(const model::Suite& suite) {
  const bool large = suite.bits == 256;
  if (suite.encryption == "AES_CBC") return large ? EVP_aes_256_cbc() : EVP_aes_128_cbc();
  if (suite.encryption == "CAMELLIA_CBC") return large ? EVP_camellia_256_cbc() : EVP_camellia_128_cbc();
  if (suite.encryption == "ARIA_CBC") return large ? EVP_aria_256_cbc() : EVP_aria_128_cbc();
  return nullptr;
}

const EVP_MD* digest_of(const model::Suite& suite) {
  if (suite.mac == "SHA1") return EVP_sha1();
  if (suite.mac == "SHA256") return EVP_sha256();
  return suite.mac == "SHA384" ? EVP_sha384() : nullptr;
}

std::size_t size_of_key(const EVP_CIPHER* cipher) { return static_cast<std::size_t>(EVP_CIPHER_get_key_length(cipher)); }
std::size_t size_of_block(const EVP_CIPHER* cipher) { return static_cast<std::size_t>(EVP_CIPHER_get_block_size(cipher)); }
std::size_t size_of_mac(const EVP_MD* digest) { return static_cast<std::size_t>(EVP_MD_get_size(digest)); }

// RFC 5246 5 and 6.3.
Octets key_block(const char* digest, View master, Octets seed, std::size_t size) {
  const Kdf kdf(EVP_KDF_fetch(nullptr, "TLS1-PRF", nullptr));
  const KdfContext context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
  Octets secret(master.begin(), master.end());
  std::string name = digest;
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, name.data(), 0),
                             OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, secret.data(), secret.size()),
                             OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, seed.data(), seed.size()), OSSL_PARAM_construct_end()};
  Octets out(size);
  const bool done = context && EVP_KDF_derive(context.get(), out.data(), out.size(), parameters) == 1;
  OPENSSL_cleanse(secret.data(), secret.size());
  return done ? out : Octets{};
}

Octets mac_of(const CbcKeys& keys, RecordHead head, View plain) {
  Octets covered;
  for (int shift = 56; shift >= 0; shift -= 8) covered.push_back(static_cast<std::uint8_t>(head.sequence >> static_cast<unsigned>(shift)));
  covered.push_back(head.type);
  covered.insert(covered.end(), std::begin(version), std::end(version));
  covered.push_back(static_cast<std::uint8_t>(plain.size() >> 8U));
  covered.push_back(static_cast<std::uint8_t>(plain.size() & 0xFFU));
  covered.insert(covered.end(), plain.begin(), plain.end());
  Octets out(size_of_mac(keys.digest));
  unsigned int size = 0;
  const auto* made = HMAC(keys.digest, keys.mac_key.data(), static_cast<int>(keys.mac_key.size()), covered.data(), covered.size(), out.data(), &size);
  return made != nullptr && size == out.size() ? out : Octets{};
}

// Whole blocks in, whole blocks out.
Octets run(const CbcKeys& keys, View iv, View in, bool encrypt) {
  const CipherContext context(EVP_CIPHER_CTX_new());
  Octets out(in.size() + size_of_block(keys.cipher));
  int size = 0;
  if (!context || EVP_CipherInit_ex2(context.get(), keys.cipher, keys.key.data(), iv.data(), encrypt ? 1 : 0, nullptr) != 1 ||
      EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1 ||
      EVP_CipherUpdate(context.get(), out.data(), &size, in.data(), static_cast<int>(in.size())) != 1 || static_cast<std::size_t>(size) != in.size())
    return {};
  out.resize(in.size());
  return out;
}

// A whole block more than is needed, so that there is something to alter.
void pad(Octets& text, std::size_t block, model::Padding padding) {
  const std::size_t count = block - text.size() % block + block;
  const auto length = static_cast<std::uint8_t>(count - 1);
  const std::uint8_t filler = padding == model::Padding::altered ? static_cast<std::uint8_t>(length ^ 0xA5U) : length;
  text.insert(text.end(), count - 1, filler);
  text.push_back(length);
}

}  // namespace

std::optional<CbcKeys> client_keys(std::uint32_t suite, View master, View client_random, View server_random) {
  const auto* row = model::find_suite(suite);
  if (row == nullptr) return std::nullopt;
  CbcKeys keys;
  keys.cipher = cipher_of(*row);
  keys.digest = digest_of(*row);
  if (keys.cipher == nullptr || keys.digest == nullptr) return std::nullopt;
  constexpr std::string_view label = "key expansion";
  Octets seed(label.begin(), label.end());
  seed.insert(seed.end(), server_random.begin(), server_random.end());
  seed.insert(seed.end(), client_random.begin(), client_random.end());
  const std::size_t mac = size_of_mac(keys.digest);
  const std::size_t key = size_of_key(keys.cipher);
  const Octets block = key_block(row->mac == "SHA384" ? "SHA384" : "SHA256", master, std::move(seed), 2 * mac + 2 * key);
  if (block.empty()) return std::nullopt;
  const View view(block);
  const auto taken = [&](std::size_t from, std::size_t size) { return Octets(view.subspan(from, size).begin(), view.subspan(from, size).end()); };
  keys.mac_key = taken(0, mac);
  keys.key = taken(2 * mac, key);
  return keys;
}

Octets sealed(const CbcKeys& keys, RecordHead head, View plain, model::Padding padding) {
  Octets text(plain.begin(), plain.end());
  const Octets mac = mac_of(keys, head, plain);
  if (mac.empty()) return {};
  text.insert(text.end(), mac.begin(), mac.end());
  pad(text, size_of_block(keys.cipher), padding);
  const std::string random = pki::random_bytes(size_of_block(keys.cipher));
  const Octets iv(random.begin(), random.end());
  const Octets closed = run(keys, iv, text, true);
  if (closed.empty()) return {};
  const std::size_t size = iv.size() + closed.size();
  Octets out = {head.type, version[0], version[1], static_cast<std::uint8_t>(size >> 8U), static_cast<std::uint8_t>(size & 0xFFU)};
  out.insert(out.end(), iv.begin(), iv.end());
  out.insert(out.end(), closed.begin(), closed.end());
  return out;
}

std::optional<Octets> opened(const CbcKeys& keys, RecordHead head, View fragment) {
  const std::size_t block = size_of_block(keys.cipher);
  const std::size_t mac = size_of_mac(keys.digest);
  if (fragment.size() < 2 * block || fragment.size() % block != 0) return std::nullopt;
  Octets text = run(keys, fragment.first(block), fragment.subspan(block), false);
  if (text.empty()) return std::nullopt;
  const std::size_t padding = std::size_t{1} + text.back();
  if (text.size() < padding + mac) return std::nullopt;
  text.resize(text.size() - padding);
  const Octets told(text.end() - static_cast<std::ptrdiff_t>(mac), text.end());
  text.resize(text.size() - mac);
  if (mac_of(keys, head, text) != told) return std::nullopt;
  return text;
}

std::string cbc_list() {
  std::string out;
  for (const auto& suite : model::all_suites()) {
    const bool certified = suite.authentication == "RSA" || suite.authentication == "ECDSA" || suite.authentication == "DSS";
    const bool known = cipher_of(suite) != nullptr && digest_of(suite) != nullptr && !suite.openssl_name.empty();
    if (!certified || !known || suite.key_exchange.find("PSK") != std::string::npos || suite.key_exchange.find("SRP") != std::string::npos) continue;
    out += fmt::format("{}{}", out.empty() ? "" : ":", suite.openssl_name);
  }
  return out + ":@SECLEVEL=0";
}

}  // namespace wire
