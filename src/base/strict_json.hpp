// SPDX-License-Identifier: Apache-2.0
// Reading JSON written by people: every mistake is one line with the file, the JSON pointer (RFC
// 6901), and a spelling suggestion. Unknown keys are mistakes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace base {

// Parses text (comments allowed, duplicate keys refused). `name` is the file as the user named it.
Result<Json> parse_json(std::string_view text, const std::string& name);

// Collects mistakes of one document; the first is the one reported.
class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}
  void add(const std::string& pointer, std::string what, std::string hint = {});
  [[nodiscard]] bool any() const { return first_.has_value(); }
  [[nodiscard]] const Error& first() const { return *first_; }
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  std::string file_;
  std::optional<Error> first_;
};

// One JSON object being read. Ask for each key by name; finish() refuses the keys nobody asked for.
// Wrong types and missing keys are recorded in `problems` and a default is returned, so that a
// reader is a straight list of fields. Refers to `value` and `problems`: both must outlive it.
class Fields {
 public:
  Fields(const Json& value, std::string pointer, Problems& problems);

  [[nodiscard]] bool has(const std::string& key) const;
  [[nodiscard]] std::string pointer_to(const std::string& key) const;

  std::string text(const std::string& key);                                // required, not empty
  std::string text_or(const std::string& key, std::string otherwise = {});
  std::optional<std::string> maybe_text(const std::string& key);
  std::int64_t integer(const std::string& key);
  std::int64_t integer_or(const std::string& key, std::int64_t otherwise);
  bool boolean_or(const std::string& key, bool otherwise);
  std::optional<bool> maybe_boolean(const std::string& key);
  std::vector<std::string> texts_or(const std::string& key);               // array of strings, or absent
  std::vector<std::string> text_or_texts(const std::string& key);          // one string or an array
  std::vector<std::int64_t> integers_or(const std::string& key);
  // Required; one of `words`.
  std::string word(const std::string& key, std::span<const std::string> words);
  std::string word_or(const std::string& key, std::span<const std::string> words, std::string otherwise);
  // Any value, unread; nullptr when absent.
  const Json* raw(const std::string& key);
  // The elements of an array of objects; absent is none.
  const Json* array(const std::string& key);
  const Json* object(const std::string& key);
  // Required constant such as "schema": "probity.kit/1".
  void schema(std::string_view expected);

  void wrong(const std::string& key, std::string what, std::string hint = {});
  void finish();

 private:
  const Json* find(const std::string& key);
  const Json* need(const std::string& key);

  const Json& value_;
  std::string pointer_;
  Problems& problems_;
  std::set<std::string> known_;
  bool usable_;
};

}  // namespace base
