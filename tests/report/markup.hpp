// SPDX-License-Identifier: Apache-2.0
// A strict reader of the little HTML that report::Html writes: it refuses what a browser would
// mend.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace markup {

struct Page {
  std::string mistake;                 // empty: well-formed to the letter
  std::vector<std::string> structure;  // "<td class", "</td": tags and attribute names, no values
  std::vector<std::string> links;      // href values as written
  std::vector<std::string> ids;
};

// Style and script are skipped: they are files of ours, byte for byte.
Page read(std::string_view html);

}  // namespace markup
