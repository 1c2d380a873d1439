// SPDX-License-Identifier: Apache-2.0
// What a server's choices among suites say of its order.
#pragma once

#include <bitset>
#include <cstdint>
#include <vector>

namespace probes {

// What the server chose when it could have chosen the others too.
struct Choice {
  std::uint32_t chosen;
  std::vector<std::uint32_t> others;
};

// The relation "is preferred to", as far as answers tell it, closed under transitivity.
class Ranking {
 public:
  static constexpr std::size_t most = 512;   // suites; the table holds fewer

  // `suites` must outlive this; their places in it are what the functions below take and give.
  Ranking(const std::vector<std::uint32_t>& suites, const std::vector<Choice>& choices);

  [[nodiscard]] bool consistent() const;
  // What is known, and between equals what was guessed: `suites` came in the guessed order. Of a consistent one only.
  [[nodiscard]] std::vector<std::size_t> best_guess() const;
  [[nodiscard]] bool above(std::size_t a, std::size_t b) const { return above_[a][b]; }

 private:
  [[nodiscard]] bool beaten(std::size_t i, const std::vector<bool>& taken) const;

  const std::vector<std::uint32_t>& suites_;
  std::vector<std::bitset<most>> above_;
};

}  // namespace probes
