// SPDX-License-Identifier: Apache-2.0
#include "pki/credential.hpp"

#include <openssl/pem.h>

#include "base/text.hpp"
#include "pki/certificate.hpp"
#include "pki/key.hpp"
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

const unsigned char* octets(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string encrypted_pkcs8() {
  return from_memory([](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, support::credential(K::valid).key.get(),
                                         EVP_aes_256_cbc(), secret.data(),
                                         static_cast<int>(secret.size()), nullptr, nullptr);
  });
}

std::string encrypted_traditional() {
  return from_memory([](BIO* bio) {
    return PEM_write_bio_PrivateKey_traditional(bio, support::credential(K::valid).key.get(),
                                                EVP_aes_256_cbc(), octets(secret),
                                                static_cast<int>(secret.size()), nullptr, nullptr);
  });
}

}  // namespace

TEST_CASE("a PEM pair, in as many files as people keep it in") {
  support::Folder folder;
  const auto cert = support::read(in_kit("valid.pem"));
  const auto chain = support::read(in_kit("chain.pem"));
  const auto key = support::read(in_kit("client-key.pem"));
  const auto check = [](const CredentialFiles& files, std::size_t length) {
    const auto loaded = must(load(files));
    CHECK(loaded->chain.size() == length);
    CHECK(loaded->info.label == "mine");
    CHECK(loaded->info.kind == K::valid);
    CHECK(loaded->info.leaf.common_name == support::fqdn);
    CHECK(loaded->key_matches);
    CHECK(loaded->warnings.empty());
    CHECK(loaded->info.unusable.empty());
  };
  check({.cert = in_kit("valid.pem"), .key = in_kit("client-key.pem")}, 1);
  check(
      {.cert = in_kit("valid.pem"), .chain = in_kit("chain.pem"), .key = in_kit("client-key.pem")},
      2);
  check({.cert = folder.put("full.pem", cert + chain), .key = in_kit("client-key.pem")}, 2);
  check({.cert = folder.put("all.pem", cert + chain + key)}, 2);
  check({.cert = folder.put("key-first.pem", key + cert)}, 1);
  // A "full chain" beside the certificate says everything twice.
  check(
      {.cert = in_kit("valid.pem"), .chain = folder / "full.pem", .key = in_kit("client-key.pem")},
      2);
}

TEST_CASE("a chain in the wrong order is sorted and told") {
  support::Folder folder;
  const auto cert = support::read(in_kit("valid.pem"));
  const auto chain = support::read(in_kit("chain.pem"));
  const auto bundle =
      pki::to_pem(support::minted().kit.trust->ca.back().get()) + chain;  // root, SubCA
  const auto check = [](const CredentialFiles& files, const std::string& named) {
    const auto loaded = must(load(files));
    REQUIRE(loaded->warnings.size() == 1);
    CHECK_THAT(loaded->warnings[0],
               ContainsSubstring(named + ": the certificates of \"mine\" are in the wrong order"));
    CHECK(loaded->info.leaf.common_name == support::fqdn);
    for (std::size_t i = 0; i + 1 < loaded->chain.size(); ++i)
      CHECK(pki::same_name(X509_get_issuer_name(loaded->chain[i].get()),
                           X509_get_subject_name(loaded->chain[i + 1].get())));
  };
  check({.cert = folder.put("upside-down.pem", chain + cert), .key = in_kit("client-key.pem")},
        "upside-down.pem");
  check({.cert = in_kit("valid.pem"),
         .chain = folder.put("bundle.pem", bundle),
         .key = in_kit("client-key.pem")},
        "bundle.pem");
  // A certificate that belongs to nothing stays, at the end, and is no reason for a warning.
  const auto stranger = pki::to_pem(support::credential(K::self_signed).leaf());
  const auto loaded = must(load({.cert = folder.put("with-stranger.pem", cert + chain + stranger),
                                 .key = in_kit("client-key.pem")}));
  CHECK(loaded->chain.size() == 3);
  CHECK(loaded->warnings.empty());
}

TEST_CASE("files that are not what they should be") {
  support::Folder folder;
  const auto key = in_kit("client-key.pem");
  const auto cert = in_kit("valid.pem");
  check_error(load({.cert = folder / "absent.pem", .key = key}), Trouble::no_input,
              "absent.pem: cannot be read");
  check_error(load({.cert = cert, .key = folder / "absent.pem"}), Trouble::no_input,
              "absent.pem: cannot be read");
  check_error(load({.cert = cert, .chain = folder / "absent.pem", .key = key}), Trouble::no_input,
              "absent.pem");
  check_error(load({.cert = cert}), Trouble::bad_data,
              "valid.pem: is PEM but holds no private key; name the file with its private key too");
  check_error(load({.cert = cert, .key = cert}), Trouble::bad_data,
              "valid.pem: is PEM but holds no private key");
  check_error(load({.cert = key, .key = key}), Trouble::bad_data,
              "client-key.pem: is PEM but holds no certificate");
  check_error(load({.key = key}), Trouble::usage, "a private key is named without its certificate");
  check_error(load({.cert = cert, .p12 = cert}), Trouble::usage, "name one or the other");
  const auto text = support::read(key);
  check_error(load({.cert = cert, .key = folder.put("cut.pem", text.substr(0, 400))}),
              Trouble::bad_data, "cut short");
  check_error(
      load({.cert = cert, .key = folder.put("odd.pem", base::replace_all(text, "MII", "MIA"))}),
      Trouble::bad_data, "odd.pem: the private key cannot be read");
  check_error(load({.cert = cert, .key = folder.put("empty.pem", "")}), Trouble::bad_data,
              "empty.pem: is empty");
}

TEST_CASE("a DER key is called one") {
  support::Folder folder;
  const auto der = from_memory([](BIO* bio) {
    return i2d_PKCS8PrivateKey_bio(bio, support::credential(K::valid).key.get(), nullptr, nullptr,
                                   0, nullptr, nullptr);
  });
  check_error(load({.cert = in_kit("valid.pem"), .key = folder.put("key.der", der)}),
              Trouble::bad_data, "key.der: is DER, PEM is wanted; openssl pkey -inform DER -in ");
}

TEST_CASE("keys of the old PEM forms") {
  support::Folder folder;
  const auto& rsa = support::credential(K::valid);
  const auto& ec = support::credential(K::valid, pki::KeyType::ecdsa);
  const auto old = [](const pki::Credential& of) {
    return from_memory([&](BIO* bio) {
      return PEM_write_bio_PrivateKey_traditional(bio, of.key.get(), nullptr, nullptr, 0, nullptr,
                                                  nullptr);
    });
  };
  CHECK_THAT(old(rsa), ContainsSubstring("BEGIN RSA PRIVATE KEY"));
  CHECK(load({.cert = in_kit("valid.pem"), .key = folder.put("rsa.pem", old(rsa))}));
  // As `openssl ecparam -genkey` writes them.
  const std::string parameters =
      "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
  const auto ec_cert = folder.put("ec-cert.pem", pki::to_pem(ec.leaf()));
  CHECK(load({.cert = ec_cert, .key = folder.put("ec.pem", parameters + old(ec))}));
}

TEST_CASE("encrypted keys open with their passphrase only, and nobody is asked") {
  support::Folder folder;
  for (const auto& pem : {encrypted_pkcs8(), encrypted_traditional()}) {
    const CredentialFiles files{.cert = in_kit("valid.pem"), .key = folder.put("key.pem", pem)};
    CHECK(load(files, Passphrase(secret)));
    const std::string hint = "--passphrase-file FILE; check: openssl pkey -in " +
                             (folder / "key.pem").string() + " -noout";
    check_error(load(files), Trouble::not_authorised,
                "key.pem: the private key is encrypted and no passphrase was given; " + hint);
    check_error(load(files, Passphrase("wrong")), Trouble::not_authorised,
                "key.pem: the passphrase does not open the private key; " + hint);
    check_error(load(files, Passphrase("")), Trouble::not_authorised, "does not open");
    check_error(load(files, Passphrase(std::string(5000, 'x'))), Trouble::not_authorised,
                "does not open");
  }
  // A passphrase that is not needed does no harm.
  CHECK(load({.cert = in_kit("valid.pem"), .key = in_kit("client-key.pem")}, Passphrase(secret)));
}

TEST_CASE("the key must match, but for the kind that says it does not") {
  const auto foreign = in_kit("client-key-foreign.pem");
  check_error(
      load({.cert = in_kit("valid.pem"), .key = foreign}), Trouble::bad_data,
      "client-key-foreign.pem: the private key of \"mine\" does not match the certificate ");
  check_error(
      load({.cert = in_kit("valid.pem"), .key = in_kit("client-key.pem")}, {}, K::key_mismatch),
      Trouble::bad_data,
      "client-key.pem: the private key of \"mine\" matches its certificate, which kind "
      "key-mismatch rules out");
  const auto loaded =
      must(load({.cert = in_kit("valid.pem"), .key = foreign}, {}, K::key_mismatch));
  CHECK_FALSE(loaded->key_matches);
  CHECK(pki::belongs_to(loaded->leaf(), loaded->key.get()));  // or OpenSSL would not load it
  CHECK(loaded->info.unusable.empty());
}

TEST_CASE("a foreign key cannot be made for every kind of key") {
  const auto ed25519 = pki::acquired<pki::Pkey>(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  CHECK(pki::with_foreign_private_half(ed25519.get(), ed25519.get()) == nullptr);
}
