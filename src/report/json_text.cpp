// SPDX-License-Identifier: Apache-2.0
// The layout of result.json. A hello offers a hundred suites and an answer has a dozen headers: one
// line each would drown the file and its diffs, so what fits on a line stays on one.
#include <algorithm>

#include "report/result_json.hpp"

namespace report {

using base::Json;

namespace {

constexpr std::size_t line_limit = 110;

std::string scalar(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Objects in objects are easier to read spread out, whatever their size.
bool may_share_a_line(const Json& value) {
  return std::none_of(value.begin(), value.end(),
                      [](const Json& e) { return e.is_structured() && !e.empty(); });
}

std::string on_one_line(const Json& value) {
  std::string out;
  for (const auto& [key, element] : value.items()) {
    out += out.empty() ? "" : ", ";
    if (value.is_object()) out += scalar(key) + ": ";
    out += scalar(element);
  }
  return value.is_object() ? "{" + out + "}" : "[" + out + "]";
}

// Long lists of codes or names: as many to the line as fit.
void write_filled(const Json& array, const std::string& indent, std::string& out) {
  std::string line;
  for (const auto& element : array) {
    const std::string item = scalar(element);
    if (!line.empty() && indent.size() + line.size() + item.size() + 2 > line_limit) {
      out.append("\n").append(indent).append(line).append(",");
      line.clear();
    }
    line += (line.empty() ? "" : ", ") + item;
  }
  out.append("\n").append(indent).append(line);
}

}  // namespace

void append_json(const Json& value, std::size_t depth, std::string& out) {
  if (!value.is_structured() || value.empty()) {
    out += scalar(value);
    return;
  }
  const std::string indent(depth * 2 + 2, ' ');
  const bool flat = may_share_a_line(value);
  if (flat) {
    const std::string line = on_one_line(value);
    if (indent.size() + line.size() <= line_limit) {
      out += line;
      return;
    }
  }
  out += value.is_object() ? "{" : "[";
  if (flat && value.is_array()) {
    write_filled(value, indent, out);
  } else {
    bool first = true;
    for (const auto& [key, element] : value.items()) {
      out += (first ? "\n" : ",\n") + indent;
      if (value.is_object()) out += scalar(key) + ": ";
      append_json(element, depth + 1, out);
      first = false;
    }
  }
  out += "\n" + std::string(depth * 2, ' ') + (value.is_object() ? "}" : "]");
}

std::string json_text(const Json& value) {
  std::string out;
  append_json(value, 0, out);
  return out + "\n";
}

}  // namespace report
