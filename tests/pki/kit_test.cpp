// SPDX-License-Identifier: Apache-2.0
#include "pki/kit.hpp"

#include "tests/pki/kit_copy.hpp"

using K = model::CredentialKind;
using base::Json;
using base::Trouble;
using support::has_line;
using support::KitCopy;
using support::line_of;
using support::must;
using support::now;

TEST_CASE("what was minted is what is loaded") {
  const auto& kit = support::minted().kit;
  CHECK(kit.warnings.empty());
  CHECK(kit.fqdn == support::fqdn);
  CHECK(kit.revocation == model::Revocation::installed);
  CHECK(kit.folder == support::minted().folder.path());
  CHECK(kit.ca == support::minted().folder / "ca.pem");
  CHECK(kit.crl == support::minted().folder / "crl.pem");
  CHECK(kit.server_cert == support::minted().folder / "server.pem");
  CHECK(kit.server_key == support::minted().folder / "server-key.pem");
  CHECK(kit.credentials.size() == model::all_words<K>().size() - 1);
  for (const auto& [kind, word] : model::Words<K>::table) {
    INFO(word);
    const auto* found = kit.by_kind(kind);
    if (kind == K::none) {
      CHECK(found == nullptr);
      continue;
    }
    REQUIRE(found != nullptr);
    CHECK(found == kit.by_label(word));
    CHECK(found->info.unusable.empty());
    CHECK(found->info.kind == kind);
    CHECK(found->key_matches == (kind != K::key_mismatch));
  }
  CHECK(kit.by_label("nobody") == nullptr);
  CHECK(kit.infos().size() == kit.credentials.size());
  CHECK(kit.infos().front().label == "valid");
}

TEST_CASE("kit.json itself may be named") {
  CHECK(must(pki::load_kit(support::minted().folder / "kit.json", {}, now)).credentials.size() ==
        26);
}

TEST_CASE("no kit there") {
  support::Folder empty;
  const auto none = pki::load_kit(empty.path(), {}, now);
  REQUIRE_FALSE(none);
  CHECK(none.error().kind == Trouble::no_input);
  CHECK_THAT(line_of(none),
             ContainsSubstring("kit.json: cannot be read: No such file or directory; make a kit: "
                               "probity credentials mint DIR --fqdn NAME"));
}

TEST_CASE("mistakes in kit.json are one line with the place") {
  KitCopy copy;
  const auto pristine = copy.json;
  const auto error_after = [&](const auto& spoil) {
    copy.json = pristine;
    spoil(copy.json);
    return copy.error();
  };
  CHECK(error_after([](Json& k) { k["schema"] = "probity.kit/2"; }) ==
        "kit.json#/schema: this is \"probity.kit/2\"; \"probity.kit/1\" is wanted here");
  CHECK(error_after([](Json& k) { k["fqnd"] = "x"; }) ==
        "kit.json#/fqnd: unknown key \"fqnd\"; did you mean fqdn?");
  CHECK(error_after([](Json& k) { k["ca"] = "no.pem"; }) ==
        "kit.json#/ca: names a file that is not there: no.pem");
  CHECK(error_after([](Json& k) { k["crl"] = "no.pem"; }) ==
        "kit.json#/crl: names a file that is not there: no.pem");
  CHECK(error_after([](Json& k) { k["server"]["key"] = "no.pem"; }) ==
        "kit.json#/server/key: names a file that is not there: no.pem");
  CHECK(error_after([](Json& k) { k["server"].erase("key"); }) ==
        "kit.json#/server: key \"key\" is missing");
  CHECK(error_after([](Json& k) { k["revocation"] = "instaled"; }) ==
        "kit.json#/revocation: \"instaled\" is not a word for this; did you mean installed?");
  CHECK(error_after([](Json& k) { k["credentials"][3]["cert"] = "no.pem"; }) ==
        "kit.json#/credentials/3/cert: names a file that is not there: no.pem");
  CHECK(error_after([](Json& k) { k["credentials"][0]["passphrase_file"] = "no"; }) ==
        "kit.json#/credentials/0/passphrase_file: names a file that is not there: no");
  CHECK(error_after([](Json& k) { k["credentials"][1]["label"] = "valid"; }) ==
        "kit.json#/credentials/1/label: \"valid\" is the label of two credentials");
  CHECK(error_after([](Json& k) { k["credentials"][1]["kind"] = "expird"; }) ==
        "kit.json#/credentials/1/kind: \"expird\" is not a word for this; did you mean expired?");
  CHECK(error_after([](Json& k) { k["credentials"][1]["kind"] = "none"; }) ==
        "kit.json#/credentials/1/kind: \"none\" is no certificate at all; leave this entry out: "
        "none needs no entry");
  CHECK(error_after([](Json& k) { k["credentials"][1].erase("cert"); }) ==
        "kit.json#/credentials/1: key \"cert\" is missing");
  CHECK(error_after([](Json& k) { k["credentials"][1]["p12"] = "valid.pem"; }) ==
        "kit.json#/credentials/1/p12: stands beside cert or key; give cert and key, or p12");
  CHECK(error_after([](Json& k) { k["credentials"][1]["keyy"] = "x"; }) ==
        "kit.json#/credentials/1/keyy: unknown key \"keyy\"; did you mean key?");
  CHECK(error_after([](Json& k) { k["credentials"].erase(0); }) ==
        "kit.json#/credentials: no credential of kind \"valid\"; every check needs one that the "
        "target lets in");
  CHECK(error_after([](Json& k) { k.erase("credentials"); }) ==
        "kit.json#/credentials: no credential of kind \"valid\"; every check needs one that the "
        "target lets in");
  CHECK(error_after([](Json& k) { k["credentials"] = "valid"; }) ==
        "kit.json#/credentials: must be an array, is a string");
  copy.folder().put("kit.json", "{");
  const auto broken = pki::load_kit(copy.folder().path(), {}, now);
  REQUIRE_FALSE(broken);
  CHECK(broken.error().kind == Trouble::bad_data);
}

TEST_CASE("broken material fails, naming the file") {
  KitCopy copy;
  copy.folder().put("expired.pem", "-----BEGIN CERTIFICATE-----\nMII");
  CHECK_THAT(copy.error(), ContainsSubstring("expired.pem: PEM block 1 is cut short"));
  KitCopy mismatched;
  mismatched.entry("revoked")["key"] = "server-key.pem";
  CHECK_THAT(mismatched.error(), ContainsSubstring("server-key.pem: the private key of \"revoked\" "
                                                   "does not match the certificate revoked.pem"));
  KitCopy matching;
  matching.entry("key-mismatch")["key"] = "client-key.pem";
  CHECK_THAT(matching.error(),
             ContainsSubstring("matches its certificate, which kind key-mismatch rules out"));
  KitCopy der;
  der.folder().put("ca.pem", pki::to_der(support::minted().kit.trust->ca.front().get()));
  CHECK_THAT(der.error(), ContainsSubstring("ca.pem: is DER, PEM is wanted"));
}

TEST_CASE("each entry has its own passphrase, or the one given for all") {
  KitCopy copy;
  std::string output;
  const auto key = copy.folder() / "locked.pem";
  copy.folder().put("pass", "one-two-three\n");
  std::filesystem::permissions(copy.folder() / "pass", std::filesystem::perms::owner_all);
  const auto bio = pki::acquired<pki::Bio>(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), support::credential(K::valid).key.get(),
                                EVP_aes_256_cbc(), "one-two-three", 13, nullptr, nullptr);
  std::string pem(BIO_ctrl_pending(bio.get()), '\0');
  BIO_read(bio.get(), pem.data(), static_cast<int>(pem.size()));
  REQUIRE(base::write_file(key, pem, base::Access::owner_only));
  copy.entry("valid")["key"] = "locked.pem";
  CHECK_THAT(
      copy.error(Trouble::not_authorised),
      ContainsSubstring("locked.pem: the private key is encrypted and no passphrase was given"));
  CHECK(copy.load(now, pki::Passphrase("one-two-three")));
  CHECK_FALSE(copy.load(now, pki::Passphrase("four")));
  copy.entry("valid")["passphrase_file"] = "pass";
  CHECK(copy.load(now, pki::Passphrase("four")));
  CHECK(copy.warnings().empty());
}

TEST_CASE("a kit put together by hand may be sparse") {
  KitCopy copy;
  copy.json = {
      {"schema", "probity.kit/1"},
      {"credentials",
       {{{"label", "us"}, {"kind", "valid"}, {"cert", "valid.pem"}, {"key", "client-key.pem"}}}}};
  const auto kit = must(copy.load());
  CHECK(kit.fqdn == support::fqdn);
  CHECK(kit.revocation == model::Revocation::unknown);
  CHECK(kit.ca.empty());
  CHECK(kit.warnings.empty());
  CHECK(kit.trust->ca.empty());
}

TEST_CASE("a kit of one pair takes its name from the certificate") {
  const auto pair = [](K kind, base::EpochSeconds when) {
    pki::CredentialFiles files{
        .cert = support::minted().folder / (std::string(model::word(kind)) + ".pem"),
        .key = support::minted().folder / "client-key.pem"};
    return pki::kit_of_pair(must(pki::load_credential(files, {}, "client", K::valid)), when);
  };
  const auto kit = pair(K::valid, now);
  CHECK(kit.fqdn == support::fqdn);
  CHECK(kit.revocation == model::Revocation::unknown);
  CHECK(kit.warnings.empty());
  CHECK(kit.credentials.size() == 1);
  CHECK(kit.by_kind(K::valid) != nullptr);
  CHECK(pair(K::valid_san_only, now).fqdn == support::fqdn);
  CHECK(has_line(pair(K::expired, now).warnings, "the client certificate \"client\" expired on "));
}
