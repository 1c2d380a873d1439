// SPDX-License-Identifier: Apache-2.0
#include "demo/messages.hpp"

#include "base/text.hpp"

namespace demo {

std::optional<std::string> Arrived::header(std::string_view name) const {
  for (const auto& candidate : headers)
    if (base::same_ignoring_case(candidate.name, name)) return candidate.value;
  return std::nullopt;
}

std::vector<std::string> Arrived::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& candidate : headers)
    if (base::same_ignoring_case(candidate.name, name)) values.push_back(candidate.value);
  return values;
}

}  // namespace demo
