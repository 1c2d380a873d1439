// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

#include "base/text.hpp"

namespace base {

namespace {

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count) return std::nullopt;
  const auto value = whole_number(text.substr(at, count));
  if (!value) return std::nullopt;
  return static_cast<int>(*value);
}

std::optional<EpochSeconds> from_fields(int year, int month, int day, int hour, int minute, int second) {
  using namespace std::chrono;
  const year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                            std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const auto days = sys_days{date}.time_since_epoch();
  return duration_cast<seconds>(days).count() + hour * 3600L + minute * 60L + second;
}

}  // namespace

EpochSeconds now_seconds() { return static_cast<EpochSeconds>(std::time(nullptr)); }

std::string rfc3339(EpochSeconds time) {
  const std::time_t t = time;
  std::tm parts{};
  gmtime_r(&t, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::optional<EpochSeconds> parse_rfc3339(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't') ||
      text[13] != ':' || text[16] != ':')
    return std::nullopt;
  std::array<std::optional<int>, 6> f = {digits(text, 0, 4),  digits(text, 5, 2),  digits(text, 8, 2),
                                         digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2)};
  for (const auto& field : f)
    if (!field) return std::nullopt;
  std::string_view zone = text.substr(19);
  if (zone.front() == '.') {
    const auto end = zone.find_first_not_of("0123456789", 1);
    if (end == std::string_view::npos || end == 1) return std::nullopt;
    zone.remove_prefix(end);
  }
  const auto time = from_fields(*f[0], *f[1], *f[2], *f[3], *f[4], *f[5]);
  if (!time) return std::nullopt;
  if (zone == "Z" || zone == "z") return time;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
  const auto hours = digits(zone, 1, 2);
  const auto minutes = digits(zone, 4, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const EpochSeconds offset = *hours * 3600L + *minutes * 60L;
  return zone[0] == '+' ? *time - offset : *time + offset;
}

std::optional<EpochSeconds> parse_http_date(std::string_view text) {
  // Sun, 06 Nov 1994 08:49:37 GMT
  static constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || text.substr(25) != " GMT") return std::nullopt;
  const auto month = months.find(text.substr(8, 3));
  const auto day = digits(text, 5, 2);
  const auto year = digits(text, 12, 4);
  const auto hour = digits(text, 17, 2);
  const auto minute = digits(text, 20, 2);
  const auto second = digits(text, 23, 2);
  if (month == std::string_view::npos || month % 3 != 0 || !day || !year || !hour || !minute || !second)
    return std::nullopt;
  return from_fields(*year, static_cast<int>(month / 3) + 1, *day, *hour, *minute, *second);
}

std::optional<Milliseconds> parse_duration(std::string_view text) {
  double factor = 1000;
  if (text.ends_with("ms")) {
    factor = 1;
    text.remove_suffix(2);
  } else if (text.ends_with("s")) {
    text.remove_suffix(1);
  } else if (text.ends_with("m")) {
    factor = 60000;
    text.remove_suffix(1);
  }
  if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos ||
      text.find('.') != text.rfind('.') || text == ".")
    return std::nullopt;
  const double value = std::strtod(std::string(text).c_str(), nullptr) * factor;
  constexpr double one_day = 24.0 * 3600 * 1000;
  if (value > one_day) return std::nullopt;
  return Milliseconds{std::llround(value)};
}

}  // namespace base
