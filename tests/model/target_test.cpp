// SPDX-License-Identifier: Apache-2.0
#include "model/target.hpp"

#include "tests/catch.hpp"

TEST_CASE("service roots are split into origin and path") {
  const auto url = model::parse_url("https://host.example:8443/A/b/");
  REQUIRE(url);
  CHECK(url->origin.host == "host.example");
  CHECK(url->origin.port == 8443);
  CHECK(url->origin.tls);
  CHECK(url->path == "/A/b");
  CHECK(model::parse_url("https://[::1]:44/x")->origin.host == "::1");
  CHECK(model::parse_url("http://h")->origin.port == 80);
  CHECK(model::parse_url("https://h/")->path.empty());
}

TEST_CASE("what is no service root is refused") {
  for (const auto* text : {"", "h", "ftp://h", "https://", "https://h:0", "https://h:70000", "https://h:x",
                           "https://u:p@h/", "https://h/?q", "https://h/a b", "https://h:", "https://live%2eh/", "https://h\xC3\xA9/"})
    CHECK_FALSE(model::parse_url(text).has_value());
}
