// SPDX-License-Identifier: Apache-2.0
#include "model/code_set.hpp"

#include "tests/catch.hpp"

TEST_CASE("a set of codes is ascending, holds each once, and gives up what another holds") {
  model::CodeSet set{5, 3, 5};
  const std::vector<std::uint32_t> more = {9, 3, 1, 9};
  set.insert(more.begin(), more.end());
  set.insert(4);
  set.insert(4);
  CHECK(std::vector<std::uint32_t>(set.begin(), set.end()) == std::vector<std::uint32_t>{1, 3, 4, 5, 9});
  CHECK(set.contains(4));
  CHECK_FALSE(set.contains(2));
  set.erase({3, 9, 100});
  CHECK(set == model::CodeSet{1, 4, 5});
  set.erase(model::CodeSet(set));
  CHECK(set.empty());
  CHECK(set.size() == 0);
}
