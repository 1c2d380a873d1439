// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_code.hpp"

#include <fmt/format.h>

namespace cli {

namespace {

using base::Trouble;
using model::Exit;

constexpr ExitRow table[] = {
    {Exit::conformant, "conformant", "nothing in the selection failed or stayed open"},
    {Exit::non_conformant, "non-conformant", "a check failed (with --fail-on should: or a SHOULD rule is broken)"},
    {Exit::incomplete, "incomplete", "nothing failed, but a MUST check is inconclusive or the run was cut short"},
    {Exit::nothing_run, "nothing-run", "a legal selection in which nothing could run"},
    {Exit::usage, "usage", "a wrong option or argument; selection words that match nothing"},
    {Exit::bad_data, "bad-data", "a file parses wrongly; a key does not match its certificate"},
    {Exit::no_input, "no-input", "a named file is missing or unreadable; unknown profile"},
    {Exit::unreachable, "unreachable", "name resolution, TCP or the proxy failed"},
    {Exit::internal, "internal", "a defect of this program"},
    {Exit::cannot_create, "cannot-create", "a requested output could not be created"},
    {Exit::io, "io", "a requested output could not be written"},
    {Exit::not_authorised, "not-authorised", "wrong passphrase; --allow or --authorisation missing; live-service guard"},
    {Exit::config, "config", "contradictory configuration"},
    {Exit::interrupted, "interrupted", "SIGINT; the finished part is reported"},
    {Exit::terminated, "terminated", "SIGTERM; the finished part is reported"},
};

}  // namespace

std::span<const ExitRow> exit_table() { return table; }

const char* exit_name(Exit code) {
  for (const auto& row : table)
    if (row.code == code) return row.name;
  return "?";
}

std::string exit_codes_text() {
  std::string out = "Exit codes\n";
  for (const auto& row : table) out += fmt::format("  {:>3}  {:<15} {}\n", static_cast<int>(row.code), row.name, row.when);
  return out + "\nPrecedence: 70 > 73, 74 > 130, 143 > 64..69, 77, 78 > 1 > 2 > 3 > 0.\n";
}

Exit exit_for(Trouble trouble) {
  switch (trouble) {
    case Trouble::usage: return Exit::usage;
    case Trouble::bad_data: return Exit::bad_data;
    case Trouble::no_input: return Exit::no_input;
    case Trouble::unreachable: return Exit::unreachable;
    case Trouble::internal: return Exit::internal;
    case Trouble::cannot_create: return Exit::cannot_create;
    case Trouble::io: return Exit::io;
    case Trouble::not_authorised: return Exit::not_authorised;
    case Trouble::config: return Exit::config;
  }
  return Exit::internal;
}

}  // namespace cli
