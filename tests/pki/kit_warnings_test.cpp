// SPDX-License-Identifier: Apache-2.0
#include "pki/kit_warnings.hpp"

#include "tests/pki/kit_copy.hpp"

using K = model::CredentialKind;
using support::has_line;
using support::KitCopy;
using support::must;
using support::now;

TEST_CASE("keys for everybody to read are worth a line each") {
  KitCopy copy;
  using std::filesystem::perms;
  std::filesystem::permissions(copy.folder() / "client-key.pem",
                               perms::owner_read | perms::owner_write | perms::others_read);
  const auto lines = copy.warnings();
  REQUIRE(lines.size() == 1);  // one file, however many credentials use it
  CHECK_THAT(
      lines[0],
      ContainsSubstring(
          "client-key.pem: everybody on this machine can read this private key; chmod 600 "));
  std::filesystem::permissions(copy.folder() / "server-key.pem", perms::all);
  CHECK(copy.warnings().size() == 2);
}

TEST_CASE("what ends soon, or has ended, is a warning and no error") {
  KitCopy copy;
  constexpr auto end = now + 365 * support::one_day;
  CHECK(copy.warnings(end - 31 * support::one_day).empty());
  const auto soon = copy.warnings(end - 10 * support::one_day);
  CHECK(has_line(
      soon, "the client certificate \"valid\" ends on " + base::rfc3339(end) + ", in 10 days"));
  CHECK(has_line(soon, "crl.pem: the CRL of Test RootCA "));
  CHECK(has_line(soon, "the server certificate server.pem ends on "));
  CHECK(has_line(copy.warnings(end - support::one_day), "in 1 day"));
  const auto late = copy.warnings(end + 1);
  CHECK(has_line(late, "the client certificate \"valid\" expired on " + base::rfc3339(end)));
  CHECK(has_line(late, "the server certificate server.pem expired on "));
  CHECK(has_line(late, " expired on " + base::rfc3339(end)));
  const auto early = copy.warnings(now - 2L * 3600);
  CHECK(has_line(early, "the client certificate \"valid\" is not valid before "));
}

TEST_CASE("revocation lists that do not fit") {
  KitCopy copy;
  const auto foreign =
      pki::to_pem(support::minted(pki::KeyType::ecdsa).kit.trust->crls.front().get());
  copy.folder().put("crl.pem", foreign);
  const auto lines = copy.warnings();
  CHECK(has_line(lines, "was not issued by a CA of this kit"));
  CHECK(has_line(lines, "crl.pem: no CRL of Test SubCA "));
  CHECK(has_line(lines, "a server that checks the whole chain refuses everyone"));
  CHECK_THAT(must(copy.load()).by_kind(K::revoked)->info.unusable,
             ContainsSubstring("holds no CRL of its issuer, Test SubCA "));
}

TEST_CASE("a valid credential with other flaws is told, not refused") {
  KitCopy copy;
  copy.json["fqdn"] = "other.example.nhs.uk";
  CHECK(has_line(copy.warnings(), "the client certificate \"valid\" names " + support::fqdn +
                                      ", not other.example.nhs.uk"));
  KitCopy foreign;
  foreign.entry("valid")["cert"] = "untrusted-ca.pem";
  foreign.entry("valid")["chain"] = "untrusted-ca-chain.pem";
  CHECK(has_line(foreign.warnings(),
                 "the client certificate \"valid\" was issued by Untrusted SubCA "));
}

TEST_CASE("several valid credentials, each with a name of its own") {
  KitCopy copy;
  auto entry = copy.entry("other-client");
  entry["label"] = "provider-a";
  entry["kind"] = "valid";
  copy.json["credentials"].push_back(entry);
  CHECK(copy.warnings().empty());
  const auto kit = must(copy.load());
  CHECK(kit.by_kind(K::valid)->info.label == "valid");
  CHECK(kit.by_label("provider-a")->info.kind == K::valid);
  CHECK(kit.by_label("provider-a")->info.unusable.empty());
}
