// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/assets.hpp"
#include "base/strict_json.hpp"
#include "base/text.hpp"
#include "cli/catalogue.hpp"
#include "cli/commands.hpp"
#include "demo/faults.hpp"
#include "demo/provider.hpp"
#include "probes/families.hpp"
#include "profile/catalogue.hpp"

namespace cli {

namespace {

using base::Json;

// A table to be printed: the JSON rows, and which of their members a person sees.
struct Table {
  Json rows = Json::array();
  std::vector<const char*> columns;
};

base::Result<Table> profiles(const Arguments& arguments) {
  Table table{Json::array(), {"id", "checks", "title"}};
  const auto sources = sources_from(arguments);
  for (const auto& name : profile::profile_names(sources)) {
    const auto profile = profile::load_profile(name, sources);
    if (!profile) return profile.error();
    Json specs = Json::array();
    for (const auto& spec : profile->specs) specs.push_back(spec.id);
    table.rows.push_back({{"id", profile->id},
                          {"title", profile->title},
                          {"extends", profile->lineage},
                          {"specs", specs},
                          {"checks", profile->checks.size()}});
  }
  return table;
}

base::Result<Table> requirements(const Arguments& arguments) {
  Table table{Json::array(), {"id", "level", "title", "section"}};
  const auto specs = known_specifications(arguments);
  if (!specs) return specs.error();
  for (const auto& spec : *specs) {
    for (const auto& requirement : spec.requirements) {
      Json row = {{"id", requirement.id},
                  {"spec", requirement.spec},
                  {"level", word(requirement.level)},
                  {"title", requirement.title},
                  {"section", requirement.section}};
      if (!requirement.condition.empty()) row["condition"] = requirement.condition;
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

base::Result<Table> checks(const Arguments& arguments) {
  Table table{Json::array(), {"id", "level", "severity", "cites", "title"}};
  const auto known = known_checks(arguments);
  if (!known) return known.error();
  for (const auto& check : *known) {
    if (!check.left_out.empty()) continue;
    table.rows.push_back({{"id", check.id},
                          {"title", check.title},
                          {"suite", check.suite},
                          {"level", word(check.level)},
                          {"cites", check.cites},
                          {"probe", check.probe},
                          {"control", control_of(check)},
                          {"severity", word(check.severity)},
                          {"risk", word(check.risk)}});
  }
  return table;
}

base::Result<Table> probe_table(const Arguments& /*arguments*/) {
  Table table{Json::array(), {"name", "about"}};
  for (const auto& probe : probes::all()) {
    Json parameters = Json::array();
    for (const auto& parameter : probe.parameters)
      parameters.push_back({{"name", parameter.name},
                            {"type", word(parameter.type)},
                            {"required", parameter.required},
                            {"words", parameter.words.empty() ? std::vector<std::string>{} : base::split(parameter.words, ' ')},
                            {"about", parameter.about}});
    table.rows.push_back({{"name", probe.name}, {"about", probe.about}, {"control", probe.control}, {"parameters", parameters}});
  }
  return table;
}

// The fault tables name checks by globs; a reader wants the ids.
std::vector<std::string> ids_matching(const std::vector<std::string>& globs, const model::Profile& profile) {
  std::vector<std::string> ids;
  for (const auto& check : profile.checks)
    for (const auto& glob : globs)
      if (base::glob_matches(glob, check.id)) {
        ids.push_back(check.id);
        break;
      }
  return ids;
}

base::Result<Table> faults(const Arguments& arguments) {
  Table table{Json::array(), {"service", "id", "requirements", "title"}};
  auto known = demo::all_faults();
  if (!known) return known.error();
  if (arguments.has("profile")) {
    const auto profile = chosen_profile(arguments);
    if (!profile) return profile.error();
    const std::string service = demo::service_for(profile->id, profile->lineage);
    if (service.empty())
      return base::Error{base::Trouble::usage, fmt::format("no reference service goes with profile {}", profile->id), "", "without -p all faults are listed"};
    std::erase_if(*known, [&](const demo::Fault& fault) { return fault.service != service; });
  }
  std::map<std::string, model::Profile> profiles;
  for (const auto& fault : *known) {
    if (profiles.contains(fault.service)) continue;
    auto profile = profile::load_profile(demo::profile_for(fault.service), sources_from(arguments));
    if (!profile) return profile.error();
    profiles[fault.service] = std::move(*profile);
  }
  for (const auto& fault : *known)
    table.rows.push_back({{"id", fault.id},
                          {"service", fault.service},
                          {"title", fault.title},
                          {"checks", ids_matching(fault.checks, profiles[fault.service])},
                          {"requirements", fault.requirements},
                          {"needs", fault.needs}});
  return table;
}

base::Result<Table> credentials(const Arguments& /*arguments*/) {
  const std::string file = "profiles/data/credential-kinds.json";
  const auto json = base::parse_json(base::asset(file).value_or(""), file);
  if (!json) return json.error();
  return Table{(*json)["kinds"], {"kind", "expect", "needs", "cites"}};
}

std::string cell(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::vector<std::string> parts;
  for (const auto& part : value) parts.push_back(cell(part));
  return base::join(parts, " ");
}

std::string printed(const Table& table) {
  std::vector<std::size_t> widths;
  for (const auto* column : table.columns) {
    std::size_t width = 0;
    for (const auto& row : table.rows) width = std::max(width, cell(row[column]).size());
    widths.push_back(width);
  }
  std::string out;
  for (const auto& row : table.rows) {
    std::string line;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const bool last = i + 1 == table.columns.size();
      line += last ? cell(row[table.columns[i]]) : fmt::format("{:<{}}  ", cell(row[table.columns[i]]), widths[i]);
    }
    out += line + "\n";
  }
  return out;
}

struct Topic {
  const char* name;
  base::Result<Table> (*rows)(const Arguments&);
};
constexpr Topic topics[] = {{"profiles", profiles}, {"requirements", requirements}, {"checks", checks},
                            {"probes", probe_table}, {"faults", faults},             {"credentials", credentials}};

}  // namespace

model::Exit command_list(const Arguments& arguments, Console& console) {
  const std::string& wanted = arguments.positionals.front();
  std::vector<std::string> names;
  for (const auto& topic : topics) {
    names.emplace_back(topic.name);
    if (wanted != topic.name) continue;
    const auto table = topic.rows(arguments);
    if (!table) return failed(table.error(), console);
    console.say(arguments.flag("json") ? table->rows.dump(2) + "\n" : printed(*table));
    return model::Exit::conformant;
  }
  auto hint = base::did_you_mean(wanted, names);
  if (hint.empty()) hint = "one of: " + base::join(names, ", ");
  return failed({base::Trouble::usage, fmt::format("there is no list of {}", wanted), "", hint}, console);
}

}  // namespace cli
