// SPDX-License-Identifier: Apache-2.0
#include "base/uuid.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace base {

std::string digest_group(std::string_view name) {
  // FNV-1a folded to 48 bits: short, and the same everywhere.
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : name) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211U;
  }
  return fmt::format("{:012x}", (hash ^ (hash >> 48U)) & 0xFFFFFFFFFFFFU);
}

std::string named_uuid(std::string_view uuid, std::string_view name) { return std::string(uuid.substr(0, 24)) + digest_group(name); }

}  // namespace base
