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
#include "cli/job.hpp"
#include "profile/target_file.hpp"

namespace cli {

namespace {

using base::Error;
using base::Trouble;
using model::Exit;
using Facts = std::map<std::string, std::string>;

bool of_nrl(std::string_view name) { return name.starts_with("nrl."); }

std::string quoted(const std::string& text) { return base::Json(text).dump(-1, ' ', false, base::Json::error_handler_t::replace); }

// "patient" of patient.nhs_number; "" when it stands at the top.
std::string group_of(std::string_view name) {
  const auto dot = name.find('.');
  return dot == std::string_view::npos ? "" : std::string(name.substr(0, dot));
}

base::Result<Facts> facts_from(const Arguments& arguments) {
  Facts facts;
  std::vector<std::string> known;
  for (const auto& fact : model::target_facts()) known.emplace_back(fact.name);
  for (const auto& text : arguments.list("set")) {
    const auto equals = text.find('=');
    const std::string name = text.substr(0, equals);
    if (equals == std::string::npos || std::find(known.begin(), known.end(), name) == known.end())
      return Error{Trouble::usage, fmt::format("\"{}\" is no NAME=VALUE of a target file", text), "--set",
                   base::did_you_mean(name, known)};
    facts[name] = text.substr(equals + 1);
  }
  return facts;
}

// Everything that a profile puts into requests and checks names somewhere in braces.
std::string texts_of(const model::Profile& profile) {
  std::string text = profile.token_claims.dump();
  for (const auto& header : profile.headers) text += header.value;
  for (const auto& [role, claims] : profile.role_claims) text += claims.dump() + "{" + role + ".asid}{" + role + ".ods_code}{" + role + ".credential}";
  for (const auto& interaction : profile.interactions) text += interaction.path + interaction.body + interaction.claims.dump();
  for (const auto& check : profile.checks) text += check.with.dump();
  return text;
}

// The facts a file is written about: those of the profile; without one GP Connect's, or NRL's where one is given.
base::Result<std::vector<model::TargetFact>> wanted_facts(const Arguments& arguments, const Facts& given) {
  std::vector<model::TargetFact> wanted;
  std::string text;
  if (arguments.has("profile")) {
    const auto profile = chosen_profile(arguments);
    if (!profile) return profile.error();
    text = texts_of(*profile);
  }
  const bool nrl = std::any_of(given.begin(), given.end(), [](const auto& fact) { return of_nrl(fact.first); });
  for (const auto& fact : model::target_facts()) {
    const bool named = text.find(fmt::format("{{{}}}", fact.name)) != std::string::npos;
    const bool usual = text.empty() && of_nrl(fact.name) == nrl;
    if (named || usual || given.contains(std::string(fact.name))) wanted.push_back(fact);
  }
  return wanted;
}

void ask(const std::vector<model::TargetFact>& wanted, Facts& facts, Console& console) {
  console.say("Return leaves an entry out; what it would unlock stands in the file.\n");
  for (const auto& fact : wanted) {
    const std::string name(fact.name);
    if (facts.contains(name)) continue;
    console.say(fmt::format("{} ({}): ", name, fact.unlocks));
    std::string answer;
    if (!std::getline(std::cin, answer)) return;
    if (const auto given = base::trim(answer); !given.empty()) facts[name] = std::string(given);
  }
}

// {"a": {"b": "c"}} as people write it in one line.
std::string on_one_line(const base::Json& json) {
  if (!json.is_object()) return json.dump(-1, ' ', false, base::Json::error_handler_t::replace);
  std::vector<std::string> members;
  for (const auto& [key, value] : json.items()) members.push_back(quoted(key) + ": " + on_one_line(value));
  return "{" + base::join(members, ", ") + "}";
}

void put(base::Json& tree, const std::string& name, const std::string& value) {
  tree[base::Json::json_pointer("/" + base::replace_all(name, ".", "/"))] = value;
}

// One group with its comments. What is not given stands as a comment, ready to be filled in.
std::string group_text(const std::vector<model::TargetFact>& wanted, const std::string& group, const Facts& facts) {
  base::Json given = base::Json::object();
  base::Json missing = base::Json::object();
  std::string out;
  for (const auto& fact : wanted) {
    if (group_of(fact.name) != group) continue;
    const std::string name(fact.name);
    out += fmt::format("  // {}: {}\n", name, fact.unlocks);
    const auto at = facts.find(name);
    put(at != facts.end() ? given : missing, name, at != facts.end() ? at->second : "");
  }
  for (const auto& [key, value] : given.items()) out += fmt::format("  {}: {},\n", quoted(key), on_one_line(value));
  for (const auto& [key, value] : missing.items())
    out += given.contains(key) ? fmt::format("  // and in it, when known: {}\n", on_one_line(value)) : fmt::format("  // {}: {},\n", quoted(key), on_one_line(value));
  return out + "\n";
}

std::string target_text(const std::vector<model::TargetFact>& wanted, const std::string& url, const Facts& facts) {
  std::string out = "{\n  \"schema\": \"probity.target/1\",\n  // The service root, as the directory names it.\n";
  out += fmt::format("  \"url\": {},\n", quoted(url));
  const bool nrl = std::any_of(wanted.begin(), wanted.end(), [](const auto& fact) { return of_nrl(fact.name); });
  if (!nrl) out += "  // Further service roots, each with its own metadata.\n  // \"bases\": {\"structured\": \"\", \"documents\": \"\"},\n";
  out += "  // The plain HTTP address, if there is one: it must not serve data.\n  // \"plain_url\": \"\",\n";
  out += "  // The folder with the client certificates, made by `probity credentials mint`: every HTTP check needs it.\n  // \"kit\": \"kit\",\n";
  out += "  // The CA of the server's certificate; without it the certificate is not verified.\n  // \"server_ca\": \"ca.pem\",\n\n";
  std::vector<std::string> groups;
  for (const auto& fact : wanted)
    if (const auto group = group_of(fact.name); std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(group);
  for (const auto& group : groups) out += group_text(wanted, group, facts);
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
  const auto wanted = wanted_facts(arguments, *facts);
  if (!wanted) return failed(wanted.error(), console);
  if (!arguments.has("set") && ::isatty(STDIN_FILENO) == 1) ask(*wanted, *facts, console);
  const std::string text = target_text(*wanted, url, *facts);
  // What is written must be what a run accepts.
  auto target = profile::target_from_text(text, file, {});
  if (!target) return failed(target.error(), console);
  if (auto status = profile::complete_target(*target); !status) return failed(status.error(), console);
  if (auto status = base::write_file(file, text); !status) return failed(status.error(), console);
  console.say(fmt::format("{} written, {} given. Next: probity doctor {}--target {}\n", file, base::counted(facts->size(), "fact"),
                          arguments.has("profile") ? fmt::format("-p {} ", base::shell_quoted(*arguments.one("profile"))) : "", base::shell_quoted(file)));
  return Exit::conformant;
}

}  // namespace cli
