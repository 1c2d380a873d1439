// SPDX-License-Identifier: Apache-2.0
// From argv to named values. CLI11 is seen by arguments.cpp alone; it parses argv only, because its
// own handling of environment and files drops bad values silently.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/option_table.hpp"

namespace cli {

// What one option was given, and by whom: "--jobs", "PROBITY_JOBS", "probity.json#/jobs".
struct Given {
  std::vector<std::string> values;   // a flag: "true", once for each time
  std::string origin;
};

struct Arguments {
  std::string program = "probity";   // as it was called, for commands a person shall type next
  std::string command;
  std::vector<std::string> positionals;
  std::map<std::string, Given> given;
  bool help = false;

  [[nodiscard]] bool has(const std::string& name) const { return given.contains(name); }
  [[nodiscard]] std::optional<std::string> one(const std::string& name) const;
  // Lists with their commas taken apart.
  [[nodiscard]] std::vector<std::string> list(const std::string& name) const;
  [[nodiscard]] bool flag(const std::string& name) const;
  [[nodiscard]] std::string origin(const std::string& name) const;
};

// Fails with usage, suggesting the nearest word.
base::Result<Arguments> parse_arguments(int argc, const char* const* argv);

// The text of `probity help` and `probity COMMAND --help`.
std::string help_text(const std::string& command);

}  // namespace cli
