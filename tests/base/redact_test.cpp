// SPDX-License-Identifier: Apache-2.0
#include "base/redact.hpp"

#include "tests/catch.hpp"

TEST_CASE("the modulus 11 check") {
  CHECK(base::is_nhs_number("9434765919"));
  CHECK_FALSE(base::is_nhs_number("9434765918"));
  CHECK_FALSE(base::is_nhs_number("943476591"));
}

TEST_CASE("numbers in strings are masked, JSON numbers are not") {
  CHECK(base::mask_nhs_numbers(R"({"value":"9434765919"})") == R"({"value":"[NHS number]"})");
  CHECK(base::mask_nhs_numbers("/Patient?identifier=x|9434765919") == "/Patient?identifier=x|[NHS number]");
  CHECK(base::mask_nhs_numbers("943 476 5919") == "[NHS number]");
  CHECK(base::mask_nhs_numbers(R"({"exp":9434765919,"x":1})") == R"({"exp":9434765919,"x":1})");
  CHECK(base::mask_nhs_numbers("19434765919") == "19434765919");
}

TEST_CASE("the target's own numbers are masked wherever they stand") {
  CHECK(base::mask_nhs_numbers(R"({"n":1234567890})", {"1234567890"}) == R"({"n":[NHS number]})");
}

TEST_CASE("names and passwords in URLs are not shown") {
  CHECK(base::mask_userinfo("http://me:pa@ss@proxy:3128/x") == "http://...@proxy:3128/x");
  CHECK(base::mask_userinfo("https://host/path?mail=a@b https://u@h") == "https://host/path?mail=a@b https://...@h");
  CHECK(base::mask_userinfo("release 2 by me@example.com") == "release 2 by me@example.com");
  CHECK(base::mask_proxy("me:secret@proxy:3128") == "...@proxy:3128");
  CHECK(base::mask_proxy("http://proxy:3128") == "http://proxy:3128");
}
