// SPDX-License-Identifier: Apache-2.0
#include "profile/template.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "model/placeholders.hpp"

namespace profile {

namespace {

using base::Json;

std::string as_text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// Adds the bindings of one matrix element; `key` names it when it is no object.
bool bind(Bindings& row, const std::string& key, const Json& element) {
  if (element.is_object()) {
    for (const auto& [name, value] : element.items()) row[name] = value;
    return true;
  }
  if (key.empty() || element.is_array() || element.is_null()) return false;
  row[key] = element;
  return true;
}

class Expander {
 public:
  Expander(const Bindings& row, const std::map<std::string, Json>& parameters, base::Problems& problems)
      : row_(row), parameters_(parameters), problems_(problems) {}

  Json walk(const Json& value, const std::string& pointer) {
    if (value.is_string()) return text(value.get<std::string>(), pointer);
    if (value.is_array()) {
      Json out = Json::array();
      for (std::size_t i = 0; i < value.size(); ++i)
        out.push_back(walk(value[i], fmt::format("{}/{}", pointer, i)));
      return out;
    }
    if (value.is_object()) {
      Json out = Json::object();
      for (const auto& [key, member] : value.items()) out[key] = walk(member, pointer + "/" + key);
      return out;
    }
    return value;
  }

 private:
  const Json* find(const std::string& name, const std::string& pointer) {
    if (name.starts_with("parameter:")) {
      const auto at = parameters_.find(name.substr(10));
      if (at != parameters_.end()) return &at->second;
      std::vector<std::string> known;
      for (const auto& [key, value] : parameters_) known.push_back(key);
      problems_.add(pointer, fmt::format("the profile has no parameter \"{}\"", name.substr(10)),
                    base::did_you_mean(name.substr(10), known));
      return nullptr;
    }
    const auto at = row_.find(name);
    return at == row_.end() ? nullptr : &at->second;
  }

  // Innermost first, until nothing changes: {parameter:{parameter}} takes two rounds.
  Json text(std::string value, const std::string& pointer) {
    for (int round = 0; round < 4; ++round) {
      const auto names = model::placeholders_in(value);
      if (names.size() == 1 && value == "{" + names.front() + "}") {
        const Json* whole = find(names.front(), pointer);
        if (whole != nullptr && !whole->is_string()) return walk_within(*whole, pointer);
      }
      const std::string next = model::fill(value, [&](const std::string& name) { return one(name, pointer); });
      if (next == value) return value;
      value = next;
    }
    return value;
  }

  // A list of mutations in a row may name other columns of that row.
  Json walk_within(const Json& whole, const std::string& pointer) {
    constexpr int deepest = 4;
    if (depth_ == deepest) return whole;
    ++depth_;
    Json out = walk(whole, pointer);
    --depth_;
    return out;
  }

  std::optional<std::string> one(const std::string& name, const std::string& pointer) {
    const auto bar = name.find('|');
    const Json* found = find(name.substr(0, bar), pointer);
    if (found == nullptr) return std::nullopt;
    if (bar == std::string::npos) return as_text(*found);
    if (name.substr(bar + 1) == "slug")
      return base::replace_all(base::slug(as_text(*found)), "_", "-");
    problems_.add(pointer, fmt::format("\"{}\" is no filter", name.substr(bar + 1)), "slug is the only one");
    return std::nullopt;
  }

  const Bindings& row_;
  const std::map<std::string, Json>& parameters_;
  base::Problems& problems_;
  int depth_ = 0;
};

}  // namespace

std::vector<Bindings> matrix_rows(const Json& matrix, const std::string& pointer, base::Problems& problems) {
  if (matrix.is_array()) return matrix_rows(Json{{"", matrix}}, pointer, problems);
  std::vector<Bindings> rows = {{}};
  if (!matrix.is_object() || matrix.empty()) {
    problems.add(pointer, "\"for\" is a list of objects, or an object of lists");
    return rows;
  }
  for (const auto& [key, values] : matrix.items()) {
    std::vector<Bindings> longer;
    if (!values.is_array() || values.empty()) {
      problems.add(pointer + "/" + key, "must be a list with at least one element");
      return rows;
    }
    for (const auto& row : rows) {
      for (const auto& element : values) {
        longer.push_back(row);
        if (!bind(longer.back(), key, element))
          problems.add(pointer + "/" + key, "elements are objects, or texts and numbers under a name");
      }
    }
    rows = std::move(longer);
  }
  return rows;
}

Json expanded(const Json& value, const Bindings& row, const std::map<std::string, Json>& parameters,
              const std::string& pointer, base::Problems& problems) {
  return Expander(row, parameters, problems).walk(value, pointer);
}

}  // namespace profile
