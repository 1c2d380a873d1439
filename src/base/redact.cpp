// SPDX-License-Identifier: Apache-2.0
#include "base/redact.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace base {

namespace {

constexpr std::string_view mark = "[NHS number]";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Ten digits at `at`, alone or spaced 3-3-4; fills `digits` and returns the length, or 0.
std::size_t ten_digits(std::string_view text, std::size_t at, std::string& digits) {
  digits.clear();
  std::size_t i = at;
  while (i < text.size() && digits.size() < 10) {
    const bool gap = digits.size() == 3 || digits.size() == 6;
    if (is_digit(text[i])) {
      digits += text[i];
    } else if (!(gap && (text[i] == ' ' || text[i] == '-') && i > at && is_digit(text[i - 1]))) {
      return 0;
    }
    ++i;
  }
  if (digits.size() != 10 || (i < text.size() && is_digit(text[i]))) return 0;
  return i - at;
}

// A JSON number stands between a colon, bracket or comma and a comma or closing bracket.
bool is_bare_json_number(std::string_view text, std::size_t at, std::size_t length) {
  const auto before = text.find_last_not_of(" \t\r\n", at == 0 ? std::string_view::npos : at - 1);
  const auto after = text.find_first_not_of(" \t\r\n", at + length);
  if (at == 0 || before == std::string_view::npos || after == std::string_view::npos) return false;
  const bool opens = text[before] == ':' || text[before] == '[' || text[before] == ',';
  const bool closes = text[after] == ',' || text[after] == '}' || text[after] == ']';
  return opens && closes;
}

}  // namespace

bool is_nhs_number(std::string_view digits) {
  if (digits.size() != 10) return false;
  int sum = 0;
  for (std::size_t i = 0; i < 10; ++i) {
    if (!is_digit(digits[i])) return false;
    if (i < 9) sum += (digits[i] - '0') * (10 - static_cast<int>(i));
  }
  const int check = (11 - sum % 11) % 11;
  return check != 10 && check == digits[9] - '0';
}

std::string mask_tokens(std::string_view text, const std::function<std::string(std::string_view)>& instead) {
  constexpr std::string_view begins = "eyJ";       // {" in base64url
  constexpr std::size_t shortest = 16;             // a header of {"alg":"none"} has 19
  const auto in_token = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '_' || c == '.' || c == '=';
  };
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = text.find(begins, at);
    out += text.substr(at, start == std::string_view::npos ? std::string_view::npos : start - at);
    if (start == std::string_view::npos) break;
    std::size_t end = start;
    while (end < text.size() && in_token(text[end])) ++end;
    const std::string_view token = text.substr(start, end - start);
    out += token.size() < shortest ? std::string(token) : instead(token);
    at = end;
  }
  return out;
}

std::string mask_nhs_numbers(std::string_view given, const std::set<std::string>& always) {
  std::string whole(given);
  for (const auto& number : always)
    if (!number.empty()) whole = replace_all(std::move(whole), number, mark);
  const std::string_view text = whole;
  std::string out;
  std::string digits;
  for (std::size_t i = 0; i < text.size();) {
    const bool starts = is_digit(text[i]) && (i == 0 || !is_digit(text[i - 1]));
    const std::size_t length = starts ? ten_digits(text, i, digits) : 0;
    if (length > 0 && is_nhs_number(digits) && !is_bare_json_number(text, i, length)) {
      out += mark;
      i += length;
    } else {
      out += text[i++];
    }
  }
  return out;
}

std::string mask_proxy(std::string_view url) {
  const auto sign = url.rfind('@');
  if (sign == std::string_view::npos || url.find("://") != std::string_view::npos) return mask_userinfo(url);
  return "..." + std::string(url.substr(sign));
}

std::string mask_userinfo(std::string_view text) {
  constexpr std::string_view scheme_end = "://";
  std::string out;
  for (auto at = text.find(scheme_end); at != std::string_view::npos; at = text.find(scheme_end)) {
    const auto begin = at + scheme_end.size();
    out += text.substr(0, begin);
    text.remove_prefix(begin);
    // The last @ of the authority: a password may hold one itself.
    const auto end = std::min(text.find_first_of("/?# \t\r\n\"'"), text.size());
    const auto sign = text.substr(0, end).rfind('@');
    if (sign == std::string_view::npos) continue;
    out += "...";
    text.remove_prefix(sign);
  }
  return out += text;
}

}  // namespace base
