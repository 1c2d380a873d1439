// SPDX-License-Identifier: Apache-2.0
// A set of suite codes side by side in memory: a survey keeps hundreds of them and looks at them after every answer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace model {

class CodeSet {
 public:
  CodeSet() = default;
  CodeSet(std::initializer_list<std::uint32_t> codes) { insert(codes.begin(), codes.end()); }

  void insert(std::uint32_t code) {
    const auto at = std::lower_bound(codes_.begin(), codes_.end(), code);
    if (at == codes_.end() || *at != code) codes_.insert(at, code);
  }

  template <class Iterator>
  void insert(Iterator begin, Iterator end) {
    const auto known = static_cast<std::ptrdiff_t>(codes_.size());
    codes_.insert(codes_.end(), begin, end);
    std::sort(codes_.begin() + known, codes_.end());
    std::inplace_merge(codes_.begin(), codes_.begin() + known, codes_.end());
    codes_.erase(std::unique(codes_.begin(), codes_.end()), codes_.end());
  }

  // Takes out all that the other holds.
  void erase(const CodeSet& others) {
    std::erase_if(codes_, [&](std::uint32_t code) { return others.contains(code); });
  }

  [[nodiscard]] bool contains(std::uint32_t code) const { return std::binary_search(codes_.begin(), codes_.end(), code); }
  [[nodiscard]] bool empty() const { return codes_.empty(); }
  [[nodiscard]] std::size_t size() const { return codes_.size(); }
  [[nodiscard]] auto begin() const { return codes_.begin(); }
  [[nodiscard]] auto end() const { return codes_.end(); }

  friend bool operator==(const CodeSet&, const CodeSet&) = default;

 private:
  std::vector<std::uint32_t> codes_;   // ascending, each once
};

}  // namespace model
