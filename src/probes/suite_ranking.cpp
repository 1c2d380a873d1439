// SPDX-License-Identifier: Apache-2.0
#include "probes/suite_ranking.hpp"

#include <map>

namespace probes {

Ranking::Ranking(const std::vector<std::uint32_t>& suites, const std::vector<Choice>& choices)
    : suites_(suites), above_(suites.size()) {
  std::map<std::uint32_t, std::size_t> place;
  for (std::size_t i = 0; i < suites_.size(); ++i) place[suites_[i]] = i;
  for (const auto& choice : choices) {
    const auto chosen = place.find(choice.chosen);
    for (const auto other : choice.others)
      if (const auto at = place.find(other); at != place.end() && chosen != place.end()) above_[chosen->second][at->second] = true;
  }
  for (std::size_t k = 0; k < suites_.size(); ++k)
    for (auto& row : above_)
      if (row[k]) row |= above_[k];
}

bool Ranking::consistent() const {
  for (std::size_t i = 0; i < suites_.size(); ++i)
    if (above_[i][i]) return false;
  return true;
}

std::vector<std::size_t> Ranking::best_guess() const {
  std::vector<std::size_t> out;
  std::vector<bool> taken(suites_.size());
  while (out.size() < suites_.size()) {
    for (std::size_t i = 0; i < suites_.size(); ++i) {
      if (taken[i] || beaten(i, taken)) continue;
      taken[i] = true;
      out.push_back(i);
      break;
    }
  }
  return out;
}

bool Ranking::beaten(std::size_t i, const std::vector<bool>& taken) const {
  for (std::size_t j = 0; j < suites_.size(); ++j)
    if (!taken[j] && above_[j][i]) return true;
  return false;
}

}  // namespace probes
