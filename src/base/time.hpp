// SPDX-License-Identifier: Apache-2.0
// Wall-clock times as people write them. Seconds since the epoch throughout; UTC on paper.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace base {

using Milliseconds = std::chrono::milliseconds;
using EpochSeconds = std::int64_t;

EpochSeconds now_seconds();

// RFC 3339 in UTC: 2026-11-23T14:05:10Z.
std::string rfc3339(EpochSeconds time);
std::optional<EpochSeconds> parse_rfc3339(std::string_view text);

// IMF-fixdate of RFC 9110 section 5.6.7, as in an HTTP Date header.
std::optional<EpochSeconds> parse_http_date(std::string_view text);

// "2", "0.5", "250ms", "10s", "5m": seconds unless a unit is given. Nothing when it is not that,
// negative, or longer than a day.
std::optional<Milliseconds> parse_duration(std::string_view text);

}  // namespace base
