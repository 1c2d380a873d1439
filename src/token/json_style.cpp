// SPDX-License-Identifier: Apache-2.0
#include "token/json_style.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace token {

namespace {

using base::Json;

// A value may hold octets that are no UTF-8 when a user's file does; a token is made all the same.
std::string written(const Json& json, int indent = -1) { return json.dump(indent, ' ', false, Json::error_handler_t::replace); }

std::string member(const std::string& name, const Json& value) { return written(Json(name)) + ":" + written(value); }

std::string reversed(const Json& json) {
  std::string out;
  for (const auto& [name, value] : json.items()) out = member(name, value) + (out.empty() ? "" : ",") + out;
  return "{" + out + "}";
}

// Names spelt in \u escapes throughout: the same names to a JSON parser.
std::string with_escaped_names(const Json& json) {
  std::string out;
  for (const auto& [name, value] : json.items()) {
    std::string escaped;
    for (const char c : name) escaped += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    out += fmt::format("{}\"{}\":{}", out.empty() ? "" : ",", escaped, written(value));
  }
  return "{" + out + "}";
}

std::string utf16le(const std::string& text) {
  std::string out;
  for (const char c : text) {
    out += c;
    out += '\0';
  }
  return out;
}

// The same number to a JSON parser, but not to a reader of NumericDate as whole seconds.
std::string with_exponents(std::string text) {
  for (const std::string_view name : {"\"iat\":", "\"exp\":"}) {
    const auto at = text.find(name);
    if (at == std::string::npos) continue;
    const auto end = text.find_first_not_of("-0123456789", at + name.size());
    text.insert(std::min(end, text.size()), "e0");
  }
  return text;
}

// In the first text value there is, which in a payload is iss: of it only presence is asked.
std::string with_octets_in_first_value(std::string text, std::string_view octets) {
  const auto at = text.find("\":\"");
  if (at != std::string::npos) text.insert(at + 3, octets);
  return text;
}

}  // namespace

JsonText JsonText::of(Json json) {
  std::string text = written(json);
  return {std::move(json), std::move(text)};
}

void JsonText::add_first(const std::string& name, const Json& value) {
  if (text.starts_with('{')) text.insert(1, member(name, value) + (text == "{}" ? "" : ","));
}

void JsonText::add_last(const std::string& name, const Json& value) {
  if (text.ends_with('}')) text.insert(text.size() - 1, (text == "{}" ? "" : ",") + member(name, value));
}

void JsonText::restyle(const std::string& style) {
  if (style == "spaced") text = written(json, 2);
  if (style == "reversed") text = reversed(json);
  if (style == "escaped") text = with_escaped_names(json);
  if (style == "exponents") text = with_exponents(std::move(text));
  if (style == "bom") text.insert(0, "\xEF\xBB\xBF");
  if (style == "utf16") text = utf16le(text);
  if (style == "bad-utf8") text = with_octets_in_first_value(std::move(text), "\xC3\x28");
  if (style == "lone-surrogate") text = with_octets_in_first_value(std::move(text), "\\ud800");
  if (style == "nul") text = with_octets_in_first_value(std::move(text), "\\u0000");
  if (style == "comment" && text.starts_with('{')) text.insert(1, "/* */");
  if (style == "trailing-comma" && text.ends_with('}')) text.insert(text.size() - 1, ",");
  if (style == "single-quotes") text = base::replace_all(std::move(text), "\"", "'");
}

}  // namespace token
