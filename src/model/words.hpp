// SPDX-License-Identifier: Apache-2.0
// Enumerations that appear on screen or in files have one spelling each, in one table each.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace model {

// Specialised beside each enumeration: `static constexpr std::pair<E, std::string_view> table[]`,
// one row for every enumerator.
template <class E>
struct Words;

template <class E>
constexpr std::string_view word(E value) {
  for (const auto& [candidate, spelling] : Words<E>::table)
    if (candidate == value) return spelling;
  return "?";
}

template <class E>
constexpr std::optional<E> from_word(std::string_view spelling) {
  for (const auto& [candidate, known] : Words<E>::table)
    if (known == spelling) return candidate;
  return std::nullopt;
}

template <class E>
std::vector<std::string> all_words() {
  std::vector<std::string> out;
  for (const auto& [candidate, spelling] : Words<E>::table) out.emplace_back(spelling);
  return out;
}

}  // namespace model
