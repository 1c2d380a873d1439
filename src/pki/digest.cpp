// SPDX-License-Identifier: Apache-2.0
#include "pki/digest.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <stdexcept>

#include "base/text.hpp"

namespace pki {

namespace {

std::string hex_of(std::string_view bytes) {
  return base::hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

// Cannot fail short of a broken installation, which no caller can mend.
void must(int outcome) {
  if (outcome != 1) throw std::runtime_error("OpenSSL offers no SHA-256 or no random numbers");
}

}  // namespace

Sha256::Sha256() : context_(acquired<MdCtx>(EVP_MD_CTX_new())) {
  must(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
}

void Sha256::add(std::string_view bytes) {
  must(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::string Sha256::raw() const {
  // Finishing a copy leaves the original open for more.
  const auto copy = acquired<MdCtx>(EVP_MD_CTX_new());
  must(EVP_MD_CTX_copy_ex(copy.get(), context_.get()));
  std::string out(32, '\0');
  unsigned int length = 0;
  must(EVP_DigestFinal_ex(copy.get(), reinterpret_cast<unsigned char*>(out.data()), &length));
  return out;
}

std::string Sha256::hex() const {
  return hex_of(raw());
}

std::string sha256_raw(std::string_view bytes) {
  Sha256 digest;
  digest.add(bytes);
  return digest.raw();
}

std::string sha256_hex(std::string_view bytes) {
  return hex_of(sha256_raw(bytes));
}

std::string random_bytes(std::size_t count) {
  // The kernel's: OpenSSL's generator costs a survey more to set up than all its hellos.
  constexpr std::size_t at_once = 256;  // getentropy(3)
  std::string out(count, '\0');
  for (std::size_t at = 0; at < count; at += at_once) must(getentropy(out.data() + at, std::min(at_once, count - at)) == 0 ? 1 : 0);
  return out;
}

std::string random_uuid() {
  std::string bytes = random_bytes(16);
  const auto with = [](char c, unsigned kept, unsigned set) {
    return static_cast<char>((static_cast<unsigned char>(c) & kept) | set);
  };
  bytes[6] = with(bytes[6], 0x0F, 0x40);  // version 4
  bytes[8] = with(bytes[8], 0x3F, 0x80);  // the variant of RFC 4122
  std::string text = hex_of(bytes);
  for (const std::size_t at : {20U, 16U, 12U, 8U}) text.insert(at, 1, '-');
  return text;
}

}  // namespace pki
