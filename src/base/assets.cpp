// SPDX-License-Identifier: Apache-2.0
#include "base/assets.hpp"

namespace base {

std::optional<std::string_view> asset(std::string_view path) {
  for (const auto& candidate : assets())
    if (candidate.path == path) return candidate.content;
  return std::nullopt;
}

}  // namespace base
