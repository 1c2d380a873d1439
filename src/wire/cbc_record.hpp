// SPDX-License-Identifier: Apache-2.0
// Records of TLS 1.2 in a CBC suite, made and opened by hand (RFC 5246 6.2.3.2): no TLS library writes
// wrong padding, or reads it.
#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/exchange.hpp"

namespace wire {

// What the client writes with.
struct CbcKeys {
  const EVP_CIPHER* cipher = nullptr;
  const EVP_MD* digest = nullptr;
  std::vector<std::uint8_t> mac_key;
  std::vector<std::uint8_t> key;
};

// A record's place in the stream, and what its MAC covers besides.
struct RecordHead {
  std::uint64_t sequence = 0;
  std::uint8_t type = 23;
};

// Nothing for a suite that is no CBC suite, or none OpenSSL has.
std::optional<CbcKeys> client_keys(std::uint32_t suite, std::span<const std::uint8_t> master, std::span<const std::uint8_t> client_random,
                                   std::span<const std::uint8_t> server_random);

// The whole record, head included. Empty when OpenSSL fails.
std::vector<std::uint8_t> sealed(const CbcKeys& keys, RecordHead head, std::span<const std::uint8_t> plain, model::Padding padding);

// What a record's fragment (IV and all, without the head) holds, whatever its padding is made of; nothing when
// its length or its MAC is wrong.
std::optional<std::vector<std::uint8_t>> opened(const CbcKeys& keys, RecordHead head, std::span<const std::uint8_t> fragment);

// OpenSSL's names of all CBC suites with a certificate, as a cipher list.
std::string cbc_list();

}  // namespace wire
