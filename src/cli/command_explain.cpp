// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/catalogue.hpp"
#include "cli/commands.hpp"
#include "probes/families.hpp"
#include "probes/grading.hpp"

namespace cli {

namespace {

// "Label      text", wrapped under itself.
std::string field(const char* label, const std::string& text) {
  if (text.empty()) return "";
  constexpr std::size_t indent = 14;
  constexpr std::size_t width = 98;
  std::string out = fmt::format("  {:<{}}", label, indent - 2);
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
  return out + "\n";
}

std::string explained(const model::Requirement& requirement, const model::Specification& spec,
                      const std::vector<model::Check>& checks) {
  std::string out = fmt::format("{}  {}  {}\n", requirement.id, word(requirement.level), requirement.title);
  out += field("text", requirement.text);
  out += field("quote", requirement.quote);
  if (requirement.derived) out += field("derived", requirement.derivation);
  if (!requirement.condition.empty()) out += field("condition", "applies when " + requirement.condition + " is chosen");
  out += field("source", fmt::format("{}, section \"{}\" ({}, read on {})", spec.source, requirement.section, spec.licence, spec.read_on));
  out += field("other half", requirement.half);
  std::string tested;
  for (const auto& check : checks)
    if (std::find(check.cites.begin(), check.cites.end(), requirement.id) != check.cites.end())
      tested += fmt::format("    {:<46} {}\n", check.id, check.title);
  return out + (tested.empty() ? "  no check of this program tests it\n" : "  tested by\n" + tested);
}

std::string explained(const model::Check& check, const std::vector<model::Specification>& specs) {
  const auto* probe = model::find_probe(probes::all(), check.probe);
  std::string out = fmt::format("{}  {}  {}\n  {}\n", check.id, word(check.level), word(check.severity), check.title);
  for (const auto& spec : specs)
    for (const auto& requirement : spec.requirements)
      if (std::find(check.cites.begin(), check.cites.end(), requirement.id) != check.cites.end())
        out += field("requirement", fmt::format("{}: {}", requirement.id, requirement.text));
  out += field("method", std::string(probe->about));
  out += field("control", control_of(check));
  if (!check.with.empty()) out += field("with", check.with.dump());
  out += field("expects", probes::in_words(check.expect));
  out += field("risk", std::string(word(check.risk)) + (check.risk == model::Risk::read ? ": changes nothing" : ": needs --allow and --authorisation"));
  out += field("why", check.why);
  out += field("remedy", check.remedy);
  out += field("repeat", fmt::format("probity run -p PROFILE URL --only {}{}", check.id, check.risk == model::Risk::read ? "" : fmt::format(" --allow {} --authorisation TEXT", word(check.risk))));
  return out;
}

}  // namespace

model::Exit command_explain(const Arguments& arguments, Console& console) {
  const auto checks = known_checks(arguments);
  if (!checks) return failed(checks.error(), console);
  const auto specs = known_specifications(arguments);
  if (!specs) return failed(specs.error(), console);
  const std::string& id = arguments.positionals.front();
  std::vector<std::string> words;
  for (const auto& spec : *specs) {
    for (const auto& requirement : spec.requirements) {
      words.push_back(requirement.id);
      if (!base::same_ignoring_case(requirement.id, id)) continue;
      console.say(explained(requirement, spec, *checks));
      return model::Exit::conformant;
    }
  }
  for (const auto& check : *checks) {
    words.push_back(check.id);
    if (check.id != id) continue;
    console.say(explained(check, *specs));
    return model::Exit::conformant;
  }
  auto hint = base::did_you_mean(id, words);
  if (hint.empty()) hint = "see `probity list checks` and `probity list requirements`";
  return failed({base::Trouble::usage, fmt::format("there is no requirement or check {}", id), "", hint}, console);
}

}  // namespace cli
