// SPDX-License-Identifier: Apache-2.0
#include "model/placeholders.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace model {

namespace {

struct Span {
  std::size_t open;
  std::size_t close;
};

// The next {name} at or after `from` that holds no other brace and no character a name cannot have:
// JSON in a body is full of braces that are not ours.
std::optional<Span> next_placeholder(std::string_view text, std::size_t from) {
  constexpr std::string_view name_characters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:+|";
  for (std::size_t open = text.find('{', from); open != std::string_view::npos;
       open = text.find('{', open + 1)) {
    const std::size_t close = text.find_first_not_of(name_characters, open + 1);
    if (close != std::string_view::npos && text[close] == '}' && close > open + 1)
      return Span{open, close};
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> placeholders_in(std::string_view text) {
  std::vector<std::string> names;
  for (auto at = next_placeholder(text, 0); at; at = next_placeholder(text, at->close))
    names.emplace_back(text.substr(at->open + 1, at->close - at->open - 1));
  return names;
}

std::string fill(std::string_view text,
                 const std::function<std::optional<std::string>(const std::string&)>& lookup) {
  std::string out;
  std::size_t done = 0;
  for (auto at = next_placeholder(text, 0); at; at = next_placeholder(text, at->close + 1)) {
    const auto value = lookup(std::string(text.substr(at->open + 1, at->close - at->open - 1)));
    if (!value) continue;
    out += text.substr(done, at->open - done);
    out += *value;
    done = at->close + 1;
  }
  return out + std::string(text.substr(done));
}

bool is_filled_when_sent(std::string_view placeholder) {
  if (placeholder == "token" || placeholder == "trace-id" || placeholder == "today") return true;
  return placeholder.starts_with("today+") && base::whole_number(placeholder.substr(6)).has_value();
}

std::string url_encoded(std::string_view text) {
  constexpr std::string_view unreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
  std::string out;
  for (const char c : text) {
    if (unreserved.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace model
