// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include "tests/catch.hpp"

using base::Milliseconds;

TEST_CASE("RFC 3339 there and back") {
  CHECK(base::rfc3339(0) == "1970-01-01T00:00:00Z");
  CHECK(base::parse_rfc3339("2026-11-23T14:05:10Z") == 1795442710);
  CHECK(base::rfc3339(1795442710) == "2026-11-23T14:05:10Z");
  CHECK(base::parse_rfc3339("2026-11-23T15:05:10.25+01:00") == 1795442710);
  CHECK_FALSE(base::parse_rfc3339("2026-02-30T00:00:00Z").has_value());
  CHECK_FALSE(base::parse_rfc3339("2026-11-23").has_value());
}

TEST_CASE("HTTP dates are IMF-fixdate") {
  CHECK(base::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784111777);
  CHECK_FALSE(base::parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT").has_value());
}

TEST_CASE("durations are seconds unless they say otherwise") {
  CHECK(base::parse_duration("2") == Milliseconds{2000});
  CHECK(base::parse_duration("0.5") == Milliseconds{500});
  CHECK(base::parse_duration("250ms") == Milliseconds{250});
  CHECK(base::parse_duration("10m") == Milliseconds{600000});
  CHECK_FALSE(base::parse_duration("").has_value());
  CHECK_FALSE(base::parse_duration("-1").has_value());
  CHECK_FALSE(base::parse_duration("1h").has_value());
  CHECK_FALSE(base::parse_duration("1.2.3").has_value());
  CHECK_FALSE(base::parse_duration("99999999").has_value());
}
