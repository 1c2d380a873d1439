// SPDX-License-Identifier: Apache-2.0
#include "pki/passphrase.hpp"

#include "tests/catch.hpp"
#include "tests/pki/support.hpp"

using support::line_of;

TEST_CASE("an absent passphrase is not an empty one") {
  CHECK_FALSE(pki::Passphrase().present());
  CHECK(pki::Passphrase().reveal_c_str() == nullptr);
  CHECK(pki::Passphrase("").present());
  CHECK(pki::Passphrase("").reveal().empty());
}

TEST_CASE("copies share the secret, which stays where it is") {
  const pki::Passphrase first("squeamish ossifrage");
  pki::Passphrase second;
  second = first;
  CHECK(second.reveal() == "squeamish ossifrage");
  CHECK(second.reveal().data() == first.reveal().data());
}

TEST_CASE("wiping leaves nothing behind") {
  std::string secret = "a secret that is long enough to live on the heap, not inside the object";
  const char* where = secret.data();
  const std::size_t length = secret.size();
  pki::wipe(secret);
  CHECK(secret.empty());
  CHECK(secret.data() == where);  // still the same buffer, so it may be looked at
  for (std::size_t i = 1; i < length; ++i) CHECK(where[i] == '\0');
}

TEST_CASE("a passphrase file holds one line") {
  support::Folder folder;
  CHECK(support::must(pki::read_passphrase(folder.put("a", "secret\n"))).reveal() == "secret");
  CHECK(support::must(pki::read_passphrase(folder.put("b", "with spaces "))).reveal() ==
        "with spaces ");
  CHECK(support::must(pki::read_passphrase(folder.put("c", "secret\r\n"))).reveal() == "secret");
  CHECK(support::must(pki::read_passphrase(folder.put("d", ""))).present());
  const auto two = pki::read_passphrase(folder.put("e", "one\ntwo\n"));
  REQUIRE_FALSE(two);
  CHECK(two.error().kind == base::Trouble::bad_data);
  CHECK_THAT(line_of(two), ContainsSubstring("holds more than one line"));
  const auto none = pki::read_passphrase(folder / "absent");
  REQUIRE_FALSE(none);
  CHECK(none.error().kind == base::Trouble::no_input);
}

TEST_CASE("OpenSSL's question is answered or refused, never passed on") {
  char buffer[8] = {};
  const pki::Passphrase absent;
  pki::PassphraseRequest nobody{absent};
  CHECK(pki::PassphraseRequest::answer(buffer, sizeof buffer, 0, &nobody) == -1);
  CHECK(nobody.asked);
  const pki::Passphrase given("abc");
  pki::PassphraseRequest somebody{given};
  CHECK(pki::PassphraseRequest::answer(buffer, sizeof buffer, 0, &somebody) == 3);
  CHECK(std::string(buffer, 3) == "abc");
  const pki::Passphrase long_one("longer than the buffer");
  pki::PassphraseRequest too_long{long_one};
  CHECK(pki::PassphraseRequest::answer(buffer, sizeof buffer, 0, &too_long) == -1);
}
