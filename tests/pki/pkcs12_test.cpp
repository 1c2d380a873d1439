// SPDX-License-Identifier: Apache-2.0
#include "pki/pkcs12.hpp"

#include <openssl/pkcs12.h>

#include "pki/certificate.hpp"
#include "tests/pki/credential_files.hpp"

using base::Trouble;
using K = model::CredentialKind;
using pki::CredentialFiles;
using pki::Passphrase;
using support::check_error;
using support::from_memory;
using support::in_kit;
using support::load;
using support::must;
using support::secret;

namespace {

// A PKCS#12 file; null parts are left out. A null passphrase is none at all; `mac` -1 leaves out
// the MAC.
std::string pkcs12(EVP_PKEY* key, X509* leaf, const std::vector<X509*>& others,
                   const char* passphrase, int mac = 0) {
  const auto stack = pki::acquired<pki::Certs>(sk_X509_new_null());
  for (X509* other : others) sk_X509_push(stack.get(), pki::shared(other).release());
  const auto file = pki::acquired<pki::Pkcs12>(
      PKCS12_create(passphrase, "mine", key, leaf, stack.get(), 0, 0, 0, mac, 0));
  return from_memory([&](BIO* bio) { return i2d_PKCS12_bio(bio, file.get()); });
}

}  // namespace

TEST_CASE("PKCS#12 files") {
  support::Folder folder;
  const auto& valid = support::credential(K::valid);
  X509* sub_ca = valid.chain[1].get();
  X509* root = support::minted().kit.trust->ca.back().get();
  const auto put = [&](const std::string& bytes) {
    return CredentialFiles{.p12 = folder.put("mine.p12", bytes)};
  };
  const char* pass = secret.c_str();

  const auto whole = put(pkcs12(valid.key.get(), valid.leaf(), {root, sub_ca}, pass));
  const auto loaded = must(load(whole, Passphrase(secret)));
  REQUIRE(loaded->chain.size() == 3);  // sorted, and nothing said: the form has no order
  CHECK(loaded->warnings.empty());
  CHECK(X509_cmp(loaded->leaf(), valid.leaf()) == 0);
  CHECK(X509_cmp(loaded->chain[1].get(), sub_ca) == 0);
  check_error(load(whole), Trouble::not_authorised,
              "mine.p12: is encrypted and no passphrase was given; --passphrase-file FILE; check: "
              "openssl pkcs12 -in ");
  check_error(load(whole, Passphrase("wrong")), Trouble::not_authorised,
              "mine.p12: the passphrase does not open it");

  check_error(load(put(pkcs12(nullptr, valid.leaf(), {sub_ca}, pass)), Passphrase(secret)),
              Trouble::bad_data, "mine.p12: holds no private key; export it with its key");
  check_error(load(put(pkcs12(valid.key.get(), nullptr, {}, pass)), Passphrase(secret)),
              Trouble::bad_data, "mine.p12: holds no certificate");
  check_error(load(put(pkcs12(valid.key.get(), nullptr, {sub_ca}, pass)), Passphrase(secret)),
              Trouble::bad_data, "does not match the certificate");
  check_error(load(put(support::read(in_kit("valid.pem")))), Trouble::bad_data,
              "mine.p12: is PEM, PKCS#12 is wanted");
  check_error(load(put("hello")), Trouble::bad_data, "mine.p12: is no PKCS#12 file");
  check_error(load(put("")), Trouble::bad_data, "mine.p12: is no PKCS#12 file");

  // "No passphrase" is written in two ways.
  CHECK(load(put(pkcs12(valid.key.get(), valid.leaf(), {}, ""))));
  CHECK(load(put(pkcs12(valid.key.get(), valid.leaf(), {}, "")), Passphrase("")));
  CHECK(load(put(pkcs12(valid.key.get(), valid.leaf(), {}, nullptr))));

  // OpenSSL 3.0 opens no file without a MAC, later ones do.
  const auto no_mac = put(pkcs12(valid.key.get(), valid.leaf(), {}, pass, -1));
  check_error(load(no_mac, Passphrase("wrong")), Trouble::bad_data,
              "mine.p12: has no integrity check (MAC)");

  // Handed over as PEM.
  const auto file = folder.put("mine.p12", pkcs12(valid.key.get(), valid.leaf(), {}, pass));
  check_error(load({.cert = file, .key = in_kit("client-key.pem")}), Trouble::bad_data,
              "mine.p12: is PKCS#12, PEM is wanted");
}

TEST_CASE("PKCS#12 as Windows and Java used to export it") {
  support::Folder folder;
  std::string output;
  const auto pass = folder.put("pass", secret + "\n");
  const std::string command = "openssl pkcs12 -export -legacy -in " + in_kit("valid.pem").string() +
                              " -inkey " + in_kit("client-key.pem").string() +
                              " -passout file:" + pass.string() + " -out " +
                              (folder / "old.p12").string();
  if (support::run(command, output) != 0) {
    WARN("no openssl command, or no legacy provider");
    return;
  }
  const CredentialFiles files{.p12 = folder / "old.p12"};
  const auto loaded = must(load(files, Passphrase(secret)));
  CHECK(loaded->info.leaf == support::credential(K::valid).info.leaf);
  CHECK(pki::belongs_to(loaded->leaf(), loaded->key.get()));
  check_error(load(files, Passphrase("wrong")), Trouble::not_authorised, "does not open it");
}
