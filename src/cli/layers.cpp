// SPDX-License-Identifier: Apache-2.0
#include "cli/layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/files.hpp"
#include "base/strict_json.hpp"
#include "base/text.hpp"

namespace cli {

namespace {

namespace fs = std::filesystem;
using base::Json;
using base::Problems;

std::string environment_name(std::string_view option) {
  std::string name = "PROBITY_";
  for (const char c : option) name += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return name;
}

void add_environment(Arguments& arguments) {
  for (const auto& row : options()) {
    const std::string name(row.name);
    if (!row.layered || !belongs_to(row, arguments.command) || arguments.has(name)) continue;
    const std::string variable = environment_name(row.name);
    const char* value = std::getenv(variable.c_str());
    if (value != nullptr && *value != '\0') arguments.given[name] = {{value}, variable};
  }
}

bool names_a_file(const OptionRow& row, const std::string& value) {
  if (row.metavar == "FILE" || row.metavar == "DIR") return true;
  return row.metavar == "NAME|FILE" && value.ends_with(".json");
}

// One value of a configuration file as text; files are relative to it.
std::optional<std::string> as_text(const Json& value, const OptionRow& row, const fs::path& folder) {
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number()) return value.dump();
  if (!value.is_string()) return std::nullopt;
  const auto text = value.get<std::string>();
  return names_a_file(row, text) ? (folder / text).lexically_normal().string() : text;
}

base::Status add_file(Arguments& arguments, const fs::path& path) {
  const auto text = base::read_file(path);
  if (!text) return text.error();
  const auto json = base::parse_json(*text, path.string());
  if (!json) return json.error();
  Problems problems(path.string());
  base::Fields fields(*json, "", problems);
  if (json->is_object() && json->contains("schema")) fields.schema("probity.config/1");
  for (const auto& row : options()) {
    if (!row.layered) continue;
    const std::string name(row.name);
    const Json* value = fields.raw(name);
    if (value == nullptr) continue;
    std::vector<std::string> values;
    for (const auto& element : value->is_array() ? *value : Json::array({*value})) {
      const auto one = as_text(element, row, path.parent_path());
      if (!one) fields.wrong(name, "must be a string, a number, true, false, or a list of those");
      values.push_back(one.value_or(""));
    }
    if (row.arity == Arity::one && values.size() != 1) fields.wrong(name, "takes one value");
    if (!arguments.has(name) && belongs_to(row, arguments.command))
      arguments.given[name] = {std::move(values), path.string() + "#/" + name};
  }
  fields.finish();
  if (problems.any()) return problems.first();
  return base::Nothing{};
}

fs::path user_file() {
  if (const char* base = std::getenv("XDG_CONFIG_HOME"); base != nullptr && *base != '\0')
    return fs::path(base) / "probity" / "probity.json";
  const char* home = std::getenv("HOME");
  return home == nullptr ? fs::path{} : fs::path(home) / ".config" / "probity" / "probity.json";
}

}  // namespace

base::Status add_layers(Arguments& arguments) {
  add_environment(arguments);
  if (const auto named = arguments.one("config"))
    if (auto status = add_file(arguments, *named); !status) return status;
  for (const auto& path : {fs::path("probity.json"), user_file()}) {
    std::error_code ignored;
    if (path.empty() || !fs::is_regular_file(path, ignored)) continue;
    if (auto status = add_file(arguments, path); !status) return status;
  }
  return base::Nothing{};
}

}  // namespace cli
