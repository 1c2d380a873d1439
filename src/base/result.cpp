// SPDX-License-Identifier: Apache-2.0
#include "base/result.hpp"

namespace base {

std::string one_line(const Error& error) {
  std::string line;
  if (!error.where.empty()) line += error.where + ": ";
  line += error.what;
  if (!error.hint.empty()) line += "; " + error.hint;
  for (char& c : line)
    if (c == '\n' || c == '\r') c = ' ';
  return line;
}

}  // namespace base
