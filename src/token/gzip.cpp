// SPDX-License-Identifier: Apache-2.0
#include "token/gzip.hpp"

#include <algorithm>
#include <cstdint>

namespace token {

namespace {

constexpr std::size_t longest_block = 65535;   // RFC 1951 3.2.4: LEN has sixteen bits

void put(std::string& out, std::uint32_t value, int octets) {
  for (int i = 0; i < octets; ++i) out += static_cast<char>(value >> (8 * i) & 0xFFU);
}

// RFC 1952 8.
std::uint32_t crc32(std::string_view text) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1U ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

}  // namespace

std::string stored_gzip(std::string_view text) {
  constexpr std::string_view head("\x1F\x8B\x08\0\0\0\0\0\0\xFF", 10);   // deflate, no name, no time, unknown system
  std::string out(head);
  std::string_view rest = text;
  do {
    const auto block = rest.substr(0, longest_block);
    rest.remove_prefix(block.size());
    const auto length = static_cast<std::uint32_t>(block.size());
    put(out, rest.empty() ? 1U : 0U, 1);
    put(out, length, 2);
    put(out, ~length, 2);
    out += block;
  } while (!rest.empty());
  put(out, crc32(text), 4);
  put(out, static_cast<std::uint32_t>(text.size()), 4);
  return out;
}

}  // namespace token
