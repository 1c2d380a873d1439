// SPDX-License-Identifier: Apache-2.0
// The one list of commands and options: the parser, the help, the environment and configuration
// files all read it; a test holds the man page against it.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace cli {

enum class Arity {
  flag,    // present or not
  count,   // may be given several times, each counts
  one,     // takes one value
  list,    // takes a value each time; commas separate several
  many,    // takes a value each time; commas mean nothing
};

struct OptionRow {
  std::string_view name;       // without dashes
  char letter;                 // or '\0'
  Arity arity;
  std::string_view metavar;
  std::string_view commands;   // separated by spaces
  bool layered;                // may also come from PROBITY_* and configuration files
  std::string_view group;
  std::string_view help;
};

struct CommandRow {
  std::string_view name;
  std::string_view arguments;  // as in a usage line: "URL", "[URL]", "mint|inspect DIR"
  int least;                   // positional arguments
  int most;
  std::string_view help;
};

std::span<const OptionRow> options();
std::span<const CommandRow> commands();
const OptionRow* find_option(std::string_view name);
const CommandRow* find_command(std::string_view name);
bool belongs_to(const OptionRow& option, std::string_view command);

}  // namespace cli
