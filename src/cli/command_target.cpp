// SPDX-License-Identifier: Apache-2.0
// probity target new: a target file with a comment on what each entry unlocks, filled from flags, or
// by asking when somebody sits at a terminal.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>

#include "base/files.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "profile/target_file.hpp"

namespace cli {

namespace {

using base::Error;
using base::Trouble;
using model::Exit;
using Facts = std::map<std::string, std::string>;

bool of_gp_connect(std::string_view name) { return !name.starts_with("nrl."); }

std::string quoted(const std::string& text) { return base::Json(text).dump(-1, ' ', false, base::Json::error_handler_t::replace); }

// "patient" of patient.nhs_number; "" when it stands at the top.
std::string group_of(std::string_view name) {
  const auto dot = name.find('.');
  return dot == std::string_view::npos ? "" : std::string(name.substr(0, dot));
}

std::string member_of(std::string_view name) { return std::string(name.substr(name.find('.') + 1)); }

base::Result<Facts> facts_from(const Arguments& arguments) {
  Facts facts;
  for (const auto& text : arguments.list("set")) {
    const auto equals = text.find('=');
    const std::string name = text.substr(0, equals);
    std::vector<std::string> known;
    for (const auto& fact : model::target_facts())
      if (of_gp_connect(fact.name)) known.emplace_back(fact.name);
    if (equals == std::string::npos || std::find(known.begin(), known.end(), name) == known.end())
      return Error{Trouble::usage, fmt::format("\"{}\" is no NAME=VALUE of a target file", text), "--set",
                   base::did_you_mean(name, known)};
    facts[name] = text.substr(equals + 1);
  }
  return facts;
}

void ask(Facts& facts, Console& console) {
  console.say("Return leaves an entry out; what it would unlock stands in the file.\n");
  for (const auto& fact : model::target_facts()) {
    const std::string name(fact.name);
    if (!of_gp_connect(fact.name) || facts.contains(name)) continue;
    console.say(fmt::format("{} ({}): ", name, fact.unlocks));
    std::string answer;
    if (!std::getline(std::cin, answer)) return;
    if (const auto given = base::trim(answer); !given.empty()) facts[name] = std::string(given);
  }
}

// One group with its comments. What is not given stands as a comment, ready to be filled in.
std::string group_text(const std::string& group, const Facts& facts) {
  std::vector<std::string> given;
  std::vector<std::string> missing;
  std::string out;
  for (const auto& fact : model::target_facts()) {
    if (!of_gp_connect(fact.name) || group_of(fact.name) != group) continue;
    out += fmt::format("  // {}: {}\n", fact.name, fact.unlocks);
    const auto at = facts.find(std::string(fact.name));
    const std::string member = quoted(member_of(fact.name)) + ": ";
    if (at != facts.end()) {
      given.push_back(member + quoted(at->second));
    } else {
      missing.push_back(member + "\"\"");
    }
  }
  const std::string indent = group.empty() ? "" : quoted(group) + ": {";
  if (group.empty()) {
    for (const auto& line : given) out += fmt::format("  {},\n", line);
    for (const auto& line : missing) out += fmt::format("  // {},\n", line);
    return out + "\n";
  }
  if (!given.empty()) out += fmt::format("  {}{}}},\n", indent, base::join(given, ", "));
  if (!missing.empty()) out += fmt::format("  // {}{}}},\n", indent, base::join(missing, ", "));
  return out + "\n";
}

std::string target_text(const std::string& url, const Facts& facts) {
  std::string out = "{\n  \"schema\": \"probity.target/1\",\n  // The service root, as the directory names it.\n";
  out += fmt::format("  \"url\": {},\n", quoted(url));
  out += "  // Further service roots, each with its own metadata.\n  // \"bases\": {\"structured\": \"\", \"documents\": \"\"},\n";
  out += "  // The plain HTTP address, if there is one: it must not serve data.\n  // \"plain_url\": \"\",\n";
  out += "  // The folder with the client certificates, made by `probity credentials mint`: every HTTP check needs it.\n  // \"kit\": \"kit\",\n";
  out += "  // The CA of the server's certificate; without it the certificate is not verified.\n  // \"server_ca\": \"ca.pem\",\n\n";
  std::vector<std::string> groups;
  for (const auto& fact : model::target_facts())
    if (const auto group = group_of(fact.name); of_gp_connect(fact.name) && std::find(groups.begin(), groups.end(), group) == groups.end())
      groups.push_back(group);
  for (const auto& group : groups) out += group_text(group, facts);
  out += "  // For the report: who made what is tested, and where it runs.\n";
  out += "  \"about\": {\"supplier\": \"\", \"product\": \"\", \"version\": \"\", \"environment\": \"\"}\n}\n";
  return out;
}

}  // namespace

Exit command_target(const Arguments& arguments, Console& console) {
  if (arguments.positionals[0] != "new")
    return failed({Trouble::usage, fmt::format("\"{}\" is no action of target", arguments.positionals[0]), "", "new"}, console);
  const std::string& url = arguments.positionals[1];
  const std::string file = arguments.positionals.size() > 2 ? arguments.positionals[2] : "target.json";
  auto facts = facts_from(arguments);
  if (!facts) return failed(facts.error(), console);
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored) && !arguments.flag("force"))
    return failed({Trouble::cannot_create, "is there already", file, "name another file, or use --force"}, console);
  if (!arguments.has("set") && ::isatty(STDIN_FILENO) == 1) ask(*facts, console);
  const std::string text = target_text(url, *facts);
  // What is written must be what a run accepts.
  auto target = profile::target_from_text(text, file, {});
  if (!target) return failed(target.error(), console);
  if (auto status = profile::complete_target(*target); !status) return failed(status.error(), console);
  if (auto status = base::write_file(file, text); !status) return failed(status.error(), console);
  console.say(fmt::format("{} written, {} given. Next: probity doctor --target {}\n", file, base::counted(facts->size(), "fact"), base::shell_quoted(file)));
  return Exit::conformant;
}

}  // namespace cli
