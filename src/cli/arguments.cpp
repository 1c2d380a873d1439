// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/text.hpp"

namespace cli {

namespace {

using base::Error;
using base::Trouble;

std::string flag_name(const OptionRow& row) {
  std::string names = fmt::format("--{}", row.name);
  if (row.letter != '\0') names = fmt::format("-{},{}", row.letter, names);
  return names;
}

// Values of one command, filled by CLI11.
struct Slots {
  std::map<std::string, std::vector<std::string>> values;
  std::map<std::string, int> counts;
  std::vector<std::string> positionals;
  bool help = false;
};

void declare(CLI::App& app, std::string_view command, Slots& slots) {
  app.set_help_flag();
  app.add_flag("-h,--help", slots.help);
  app.allow_extras();
  for (const auto& row : options()) {
    if (!belongs_to(row, command)) continue;
    const std::string name(row.name);
    if (row.arity == Arity::flag || row.arity == Arity::count) {
      slots.counts[name] = 0;
      app.add_flag(flag_name(row), slots.counts[name]);
    } else {
      // Exactly one value at a time: a greedy option would swallow the URL.
      app.add_option(flag_name(row), slots.values[name])->expected(1)->allow_extra_args(false)->multi_option_policy(
          CLI::MultiOptionPolicy::TakeAll);
    }
  }
  app.add_option("arguments", slots.positionals);
}

std::vector<std::string> flag_words(std::string_view command) {
  std::vector<std::string> words = {"--help"};
  for (const auto& row : options())
    if (belongs_to(row, command)) words.push_back(fmt::format("--{}", row.name));
  return words;
}

Error usage(std::string what, std::string hint) { return {Trouble::usage, std::move(what), "", std::move(hint)}; }

Error unknown_option(const std::string& word, const std::string& command) {
  const std::string name = word.substr(0, word.find('='));
  if (const auto* row = find_option(std::string_view(name).substr(std::min<std::size_t>(2, name.size()))); row != nullptr)
    return usage(fmt::format("{} is no option of `probity {}`", name, command),
                 fmt::format("it belongs to: {}", base::join(base::split(row->commands, ' '), ", ")));
  auto hint = base::did_you_mean(name, flag_words(command));
  if (hint.empty()) hint = fmt::format("see `probity {} --help`", command);
  return usage(fmt::format("there is no option {}", name), hint);
}

base::Status check_counts(const Slots& slots, const CommandRow& row) {
  const auto given = static_cast<int>(slots.positionals.size());
  if (given < row.least)
    return usage(fmt::format("`probity {}` needs {}", row.name, row.arguments), fmt::format("probity {} {}", row.name, row.arguments));
  if (given > row.most)
    return usage(fmt::format("unexpected argument \"{}\"", slots.positionals[static_cast<std::size_t>(row.most)]),
                 fmt::format("probity {} {}", row.name, row.arguments));
  return base::Nothing{};
}

base::Result<Arguments> gathered(const Slots& slots, const CommandRow& row) {
  Arguments out;
  out.command = row.name;
  out.positionals = slots.positionals;
  out.help = slots.help;
  for (const auto& [name, count] : slots.counts)
    if (count > 0) out.given[name] = {std::vector<std::string>(static_cast<std::size_t>(count), "true"), "--" + name};
  for (const auto& [name, values] : slots.values) {
    if (values.empty()) continue;
    const auto* option = find_option(name);
    if (option->arity == Arity::one && values.size() > 1)
      return usage(fmt::format("--{} is given {} times", name, values.size()), "give it once");
    out.given[name] = {values, "--" + name};
  }
  if (out.help) return out;
  if (auto status = check_counts(slots, row); !status) return status.error();
  return out;
}

base::Result<Arguments> parse_command(const CommandRow& row, std::vector<std::string> words) {
  Slots slots;
  CLI::App app;
  declare(app, row.name, slots);
  const std::string command(row.name);
  try {
    std::reverse(words.begin(), words.end());  // as CLI11 wants them
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    return usage(base::printable(error.what()), fmt::format("see `probity {} --help`", command));
  }
  for (const auto& rest : app.remaining())
    if (rest.size() > 1 && rest.front() == '-') return unknown_option(rest, command);
  return gathered(slots, row);
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t column = indent;
  for (const auto& word : base::split(text, ' ')) {
    if (column > indent && column + 1 + word.size() > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out;
}

constexpr std::size_t help_indent = 31;
constexpr std::size_t help_width = 98;

std::string overview() {
  std::string out =
      "probity: probes a live endpoint and says, requirement by requirement, whether it conforms to a\n"
      "written security specification.\n\nCommands\n";
  for (const auto& row : commands())
    out += fmt::format("  {:<27}  {}\n", fmt::format("{} {}", row.name, row.arguments.size() > 20 ? "..." : row.arguments),
                       wrapped(row.help, help_indent, help_width));
  return out +
         "\nStart with\n"
         "  probity demo                                     see what a report looks like\n"
         "  probity demo --fault ignores-exp                 see a failure\n"
         "  probity run -p gp-connect-provider URL --target FILE --kit DIR -o DIR\n\n"
         "`probity COMMAND --help` lists the options of a command; `probity help exit-codes` the exit codes.\n";
}

}  // namespace

std::optional<std::string> Arguments::one(const std::string& name) const {
  const auto at = given.find(name);
  if (at == given.end() || at->second.values.empty()) return std::nullopt;
  return at->second.values.back();
}

std::vector<std::string> Arguments::list(const std::string& name) const {
  std::vector<std::string> out;
  const auto at = given.find(name);
  if (at == given.end()) return out;
  const auto* row = find_option(name);
  for (const auto& value : at->second.values) {
    if (row == nullptr || row->arity != Arity::list) {
      out.push_back(value);
      continue;
    }
    for (const auto& part : base::split(value, ','))
      if (const auto word = base::trim(part); !word.empty()) out.emplace_back(word);
  }
  return out;
}

bool Arguments::flag(const std::string& name) const {
  const auto value = one(name);
  return value && *value != "false";
}

std::string Arguments::origin(const std::string& name) const {
  const auto at = given.find(name);
  return at == given.end() ? "" : at->second.origin;
}

base::Result<Arguments> parse_arguments(int argc, const char* const* argv) {
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (words.empty() || words.front() == "-h" || words.front() == "--help") {
    Arguments help;
    help.command = "help";
    if (words.empty()) return usage("no command is given", "try `probity help`, or `probity demo`");
    return help;
  }
  if (words.front() == "--version") words.front() = "version";
  const std::string command = words.front();
  const auto* row = find_command(command);
  if (row == nullptr) {
    if (command.starts_with("https://") || command.starts_with("http://"))
      return usage("a URL is no command", fmt::format("did you mean `probity run -p PROFILE {}`?", command));
    std::vector<std::string> names;
    for (const auto& known : commands()) names.emplace_back(known.name);
    auto hint = base::did_you_mean(command, names);
    if (hint.empty()) hint = "see `probity help`";
    return usage(fmt::format("there is no command \"{}\"", command), hint);
  }
  words.erase(words.begin());
  auto arguments = parse_command(*row, std::move(words));
  if (arguments) arguments->program = argv[0];
  return arguments;
}

std::string help_text(const std::string& command) {
  const auto* row = find_command(command);
  if (row == nullptr) return overview();
  std::string out = fmt::format("probity {} {}\n  {}\n", row->name, row->arguments, row->help);
  std::string_view group;
  for (const auto& option : options()) {
    if (!belongs_to(option, command)) continue;
    if (option.group != group) out += fmt::format("\n{}\n", option.group);
    group = option.group;
    std::string name = option.letter != '\0' ? fmt::format("-{}, --{}", option.letter, option.name)
                                             : fmt::format("    --{}", option.name);
    if (!option.metavar.empty()) name += fmt::format(" {}", option.metavar);
    const bool long_name = name.size() > help_indent - 4;
    out += fmt::format("  {}{}{}\n", name,
                       long_name ? "\n" + std::string(help_indent, ' ') : std::string(help_indent - 2 - name.size(), ' '),
                       wrapped(option.help, help_indent, help_width));
  }
  return out;
}

}  // namespace cli
