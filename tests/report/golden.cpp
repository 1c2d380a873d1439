// SPDX-License-Identifier: Apache-2.0
#include "tests/report/golden.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/text.hpp"
#include "tests/catch.hpp"

namespace golden {

bool matches(const std::string& name, const std::string& text) {
  const std::string path = std::string(PROBITY_SOURCE_DIR) + "/reports/samples/" + name;
  if (std::getenv("APPROVE") != nullptr) std::ofstream(path, std::ios::binary) << text;
  std::ifstream file(path, std::ios::binary);
  const std::string known{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (known == text) return true;
  const auto was = base::split(known, '\n');
  const auto is = base::split(text, '\n');
  std::size_t line = 0;
  while (line < was.size() && line < is.size() && was[line] == is[line]) ++line;
  UNSCOPED_INFO(name << " differs at line " << line + 1);
  if (line < was.size()) UNSCOPED_INFO("sample: " << base::shortened(was[line], 300));
  if (line < is.size()) UNSCOPED_INFO("now:    " << base::shortened(is[line], 300));
  UNSCOPED_INFO("if the change is meant: APPROVE=1 report_tests, then read the diff");
  return false;
}

}  // namespace golden
