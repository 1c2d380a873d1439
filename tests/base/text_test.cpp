// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include "tests/catch.hpp"

TEST_CASE("globs match whole names") {
  CHECK(base::glob_matches("token.*", "token.rejects-expired"));
  CHECK(base::glob_matches("*expired", "token.rejects-expired"));
  CHECK(base::glob_matches("token.rejects-?xpired", "token.rejects-expired"));
  CHECK(base::glob_matches("*", ""));
  CHECK_FALSE(base::glob_matches("token", "token.rejects-expired"));
  CHECK_FALSE(base::glob_matches("*.x*y", "a.xz"));
}

TEST_CASE("the nearest word is suggested only when it is near") {
  const std::vector<std::string> words = {"transport", "ciphers", "token.rejects-expired"};
  CHECK(base::nearest("transprot", words) == "transport");
  CHECK(base::nearest("expired", words) == "token.rejects-expired");
  CHECK_FALSE(base::nearest("banana", words).has_value());
  CHECK(base::did_you_mean("cipher", words) == "did you mean ciphers?");
}

TEST_CASE("base64 as RFC 4648 section 10 lists it") {
  CHECK(base::base64("") == "");
  CHECK(base::base64("f") == "Zg==");
  CHECK(base::base64("fo") == "Zm8=");
  CHECK(base::base64("foo") == "Zm9v");
  CHECK(base::base64("foobar") == "Zm9vYmFy");
  CHECK(base::base64url("\xfb\xff") == "-_8");
}

TEST_CASE("base64url is read strictly") {
  CHECK(base::from_base64url("Zm9vYmFy") == "foobar");
  CHECK(base::from_base64url("Zg") == "f");
  CHECK(base::from_base64url("") == "");
  for (const auto* wrong : {"Zg==", "Z", "Zm9+", "Zh", "Zm 9"}) CHECK_FALSE(base::from_base64url(wrong).has_value());
}

TEST_CASE("what a target sends becomes visible instead of active") {
  CHECK(base::printable("plain") == "plain");
  CHECK(base::printable("\x1b[31mred") == "\\x1b[31mred");
  CHECK(base::printable("\xff\xfe") == "\\xff\\xfe");
  CHECK(base::printable("caf\xc3\xa9") == "caf\xc3\xa9");
  CHECK(base::printable("a\xc2\x9b"
                        "b") == "a\\xc2\\x9b"
                                "b");
  CHECK(base::printable("right\xe2\x80\xae left") == "right\\xe2\\x80\\xae left");
  CHECK(base::printable("a\nb") == "a\\x0ab");
  CHECK(base::printable("a\r\nb", true) == "a\nb");
}

TEST_CASE("shortening keeps characters whole and says what is missing") {
  CHECK(base::shortened("abc", 3) == "abc");
  CHECK(base::shortened("abcdef", 3) == "abc... [3 more bytes]");
  CHECK(base::shortened("ab\xc3\xa9z", 3) == "ab... [3 more bytes]");
}

TEST_CASE("shell quoting survives quotes") {
  CHECK(base::shell_quoted("plain/path-1.0") == "plain/path-1.0");
  CHECK(base::shell_quoted("it's") == "'it'\\''s'");
  CHECK(base::shell_quoted("") == "''");
}

TEST_CASE("text is split at every separator, the last part counted, as text or as views") {
  CHECK(base::split("a,,b,", ',') == std::vector<std::string>{"a", "", "b", ""});
  CHECK(base::split("", ',') == std::vector<std::string>{""});
  const std::string text = "x\ny";
  const auto parts = base::parts(text, '\n');
  REQUIRE(parts == std::vector<std::string_view>{"x", "y"});
  CHECK(parts[1].data() == text.data() + 2);
}

TEST_CASE("slugs are fit for names") {
  CHECK(base::slug("127.0.0.1:8443") == "127-0-0-1-8443");
  CHECK(base::slug("--A  b--") == "a-b");
}
