// SPDX-License-Identifier: Apache-2.0
#include "pki/digest.hpp"

#include <set>

#include "tests/catch.hpp"

TEST_CASE("SHA-256 as FIPS 180-2 gives it") {
  CHECK(pki::sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(pki::sha256_hex("abc") ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(pki::sha256_raw("abc").size() == 32);
  CHECK(pki::sha256_raw("abc").substr(0, 2) == "\xba\x78");
}

TEST_CASE("a digest in pieces can be read on the way") {
  pki::Sha256 digest;
  CHECK(digest.hex() == pki::sha256_hex(""));
  digest.add("a");
  CHECK(digest.hex() == pki::sha256_hex("a"));
  digest.add("bc");
  CHECK(digest.hex() == pki::sha256_hex("abc"));
  CHECK(digest.raw() == pki::sha256_raw("abc"));
}

TEST_CASE("random UUIDs are version 4 and do not repeat") {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const auto uuid = pki::random_uuid();
    REQUIRE(uuid.size() == 36);
    for (const std::size_t at : {8U, 13U, 18U, 23U}) CHECK(uuid[at] == '-');
    CHECK(uuid[14] == '4');
    CHECK(std::string("89ab").find(uuid[19]) != std::string::npos);
    CHECK(uuid.find_first_not_of("0123456789abcdef-") == std::string::npos);
    seen.insert(uuid);
  }
  CHECK(seen.size() == 100);
}
