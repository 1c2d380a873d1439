// SPDX-License-Identifier: Apache-2.0
// SHA-256 and random identifiers, for floors that may not see OpenSSL.
#pragma once

#include <string>
#include <string_view>

#include "pki/owned.hpp"

namespace pki {

// The digest as 64 lower-case hexadecimal digits, or as its 32 octets.
std::string sha256_hex(std::string_view bytes);
std::string sha256_raw(std::string_view bytes);

// SHA-256 of what is added piece by piece; hex() may be asked at any time and again later.
class Sha256 {
 public:
  Sha256();
  void add(std::string_view bytes);
  [[nodiscard]] std::string raw() const;
  [[nodiscard]] std::string hex() const;

 private:
  MdCtx context_;
};

// `count` octets from OpenSSL's generator.
std::string random_bytes(std::size_t count);

// A version 4 UUID (RFC 4122 section 4.4), lower case.
std::string random_uuid();

}  // namespace pki
