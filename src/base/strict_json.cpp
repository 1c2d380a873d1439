// SPDX-License-Identifier: Apache-2.0
#include "base/strict_json.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace base {

namespace {

std::string escaped_token(const std::string& key) {
  return replace_all(replace_all(key, "~", "~0"), "/", "~1");
}

std::string kind_of(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null: return "null";
    case Json::value_t::object: return "an object";
    case Json::value_t::array: return "an array";
    case Json::value_t::string: return "a string";
    case Json::value_t::boolean: return "true or false";
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned: return "a whole number";
    case Json::value_t::number_float: return "a number";
    default: return "something else";
  }
}

// Where in the text a byte offset lies, as people count: from 1.
std::string line_and_column(std::string_view text, std::size_t byte) {
  const auto before = text.substr(0, std::min(byte, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const auto newline = before.rfind('\n');
  const auto column = newline == std::string_view::npos ? before.size() : before.size() - newline - 1;
  return fmt::format("line {}, column {}", line, std::max<std::size_t>(column, 1));
}

}  // namespace

Result<Json> parse_json(std::string_view text, const std::string& name) {
  std::vector<std::set<std::string>> open;
  std::optional<std::string> repeated;
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) open.emplace_back();
    if (event == Json::parse_event_t::object_end) open.pop_back();
    if (event == Json::parse_event_t::key && !open.back().insert(parsed.get<std::string>()).second &&
        !repeated)
      repeated = parsed.get<std::string>();
    return true;
  };
  try {
    Json value = Json::parse(text, watch, true, true);
    if (repeated)
      return Error{Trouble::bad_data, fmt::format("key \"{}\" stands twice in one object", *repeated), name,
                   "keep one of them"};
    return value;
  } catch (const Json::parse_error& error) {
    return Error{Trouble::bad_data, "not valid JSON at " + line_and_column(text, error.byte), name, ""};
  } catch (const Json::exception&) {
    return Error{Trouble::bad_data, "not valid JSON", name, ""};
  }
}

void Problems::add(const std::string& pointer, std::string what, std::string hint) {
  if (first_) return;
  first_ = Error{Trouble::bad_data, std::move(what), file_ + "#" + pointer, std::move(hint)};
}

Fields::Fields(const Json& value, std::string pointer, Problems& problems)
    : value_(value), pointer_(std::move(pointer)), problems_(problems), usable_(value.is_object()) {
  if (!usable_) problems_.add(pointer_, fmt::format("must be an object, is {}", kind_of(value)));
}

std::string Fields::pointer_to(const std::string& key) const { return pointer_ + "/" + escaped_token(key); }

bool Fields::has(const std::string& key) const { return usable_ && value_.contains(key); }

const Json* Fields::find(const std::string& key) {
  known_.insert(key);
  if (!usable_) return nullptr;
  const auto at = value_.find(key);
  return at == value_.end() ? nullptr : &*at;
}

const Json* Fields::need(const std::string& key) {
  const Json* found = find(key);
  if (found == nullptr && usable_) problems_.add(pointer_, fmt::format("key \"{}\" is missing", key));
  return found;
}

void Fields::wrong(const std::string& key, std::string what, std::string hint) {
  problems_.add(pointer_to(key), std::move(what), std::move(hint));
}

std::string Fields::text(const std::string& key) {
  const Json* found = need(key);
  if (found == nullptr) return {};
  if (!found->is_string()) {
    wrong(key, fmt::format("must be a string, is {}", kind_of(*found)));
    return {};
  }
  auto value = found->get<std::string>();
  if (value.empty()) wrong(key, "must not be empty");
  return value;
}

std::optional<std::string> Fields::maybe_text(const std::string& key) {
  if (find(key) == nullptr) return std::nullopt;
  return text(key);
}

std::string Fields::text_or(const std::string& key, std::string otherwise) {
  const Json* found = find(key);
  if (found == nullptr) return otherwise;
  if (found->is_string()) return found->get<std::string>();
  wrong(key, fmt::format("must be a string, is {}", kind_of(*found)));
  return otherwise;
}

std::int64_t Fields::integer(const std::string& key) {
  const Json* found = need(key);
  if (found == nullptr) return 0;
  if (found->is_number_integer()) return found->get<std::int64_t>();
  wrong(key, fmt::format("must be a whole number, is {}", kind_of(*found)));
  return 0;
}

std::int64_t Fields::integer_or(const std::string& key, std::int64_t otherwise) {
  return find(key) == nullptr ? otherwise : integer(key);
}

std::optional<bool> Fields::maybe_boolean(const std::string& key) {
  const Json* found = find(key);
  if (found == nullptr) return std::nullopt;
  if (found->is_boolean()) return found->get<bool>();
  wrong(key, fmt::format("must be true or false, is {}", kind_of(*found)));
  return std::nullopt;
}

bool Fields::boolean_or(const std::string& key, bool otherwise) {
  return maybe_boolean(key).value_or(otherwise);
}

std::vector<std::string> Fields::texts_or(const std::string& key) {
  std::vector<std::string> out;
  const Json* found = array(key);
  if (found == nullptr) return out;
  for (std::size_t i = 0; i < found->size(); ++i) {
    const Json& element = (*found)[i];
    if (element.is_string()) {
      out.push_back(element.get<std::string>());
    } else {
      problems_.add(fmt::format("{}/{}", pointer_to(key), i),
                    fmt::format("must be a string, is {}", kind_of(element)));
    }
  }
  return out;
}

std::vector<std::string> Fields::text_or_texts(const std::string& key) {
  const Json* found = find(key);
  if (found != nullptr && found->is_string()) return {text(key)};
  return texts_or(key);
}

std::vector<std::int64_t> Fields::integers_or(const std::string& key) {
  std::vector<std::int64_t> out;
  const Json* found = array(key);
  if (found == nullptr) return out;
  for (std::size_t i = 0; i < found->size(); ++i) {
    if ((*found)[i].is_number_integer()) {
      out.push_back((*found)[i].get<std::int64_t>());
    } else {
      problems_.add(fmt::format("{}/{}", pointer_to(key), i),
                    fmt::format("must be a whole number, is {}", kind_of((*found)[i])));
    }
  }
  return out;
}

std::string Fields::word(const std::string& key, std::span<const std::string> words) {
  std::string value = text(key);
  if (!value.empty() && std::find(words.begin(), words.end(), value) == words.end()) {
    auto hint = did_you_mean(value, words);
    if (hint.empty()) hint = "one of: " + join(words, ", ");
    wrong(key, fmt::format("\"{}\" is not a word for this", value), hint);
  }
  return value;
}

std::string Fields::word_or(const std::string& key, std::span<const std::string> words,
                            std::string otherwise) {
  return find(key) == nullptr ? std::move(otherwise) : word(key, words);
}

const Json* Fields::raw(const std::string& key) { return find(key); }

const Json* Fields::array(const std::string& key) {
  const Json* found = find(key);
  if (found == nullptr || found->is_array()) return found;
  wrong(key, fmt::format("must be an array, is {}", kind_of(*found)));
  return nullptr;
}

const Json* Fields::object(const std::string& key) {
  const Json* found = find(key);
  if (found == nullptr || found->is_object()) return found;
  wrong(key, fmt::format("must be an object, is {}", kind_of(*found)));
  return nullptr;
}

void Fields::schema(std::string_view expected) {
  const std::string given = text("schema");
  if (!given.empty() && given != expected)
    wrong("schema", fmt::format("this is \"{}\"", given), fmt::format("\"{}\" is wanted here", expected));
}

void Fields::finish() {
  if (!usable_) return;
  for (const auto& [key, value] : value_.items()) {
    if (known_.contains(key)) continue;
    const std::vector<std::string> words(known_.begin(), known_.end());
    auto hint = did_you_mean(key, words);
    if (hint.empty()) hint = "known keys: " + join(words, ", ");
    problems_.add(pointer_to(key), fmt::format("unknown key \"{}\"", key), hint);
    return;
  }
}

}  // namespace base
