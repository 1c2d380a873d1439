// SPDX-License-Identifier: Apache-2.0
// Kits from a CA that somebody already has.
#include "pki/authorities.hpp"

#include <openssl/pem.h>

#include "base/text.hpp"
#include "pki/issue.hpp"
#include "tests/pki/mint_request.hpp"

using base::Trouble;
using K = model::CredentialKind;
using pki::KeyType;
using support::error_of;
using support::must;
using support::now;
using support::one_day;
using support::request_for;

namespace {

// A CA somebody already has.
struct OwnCa {
  OwnCa(int path_length, base::EpochSeconds until, bool is_ca = true) {
    const auto root_name = pki::distinguished_name("GB", "somebody", "Own Root");
    const auto sub_name = pki::distinguished_name("GB", "somebody", "Own Sub");
    const pki::Period period{now - one_day, until};
    root = pki::issue({.subject = root_name.get(), .period = period, .role = pki::Role::ca},
                      root_key.get(), {nullptr, root_key.get()});
    const pki::Issuer issuer{root.get(), root_key.get()};
    const auto role = is_ca ? pki::Role::ca : pki::Role::leaf;
    sub =
        pki::issue({.subject = sub_name.get(), .period = period, .role = role}, key.get(), issuer);
    if (path_length >= 0) limit(path_length);
    folder.put("key.pem", pki::to_pem(key.get()));
    folder.put("root-key.pem", pki::to_pem(root_key.get()));
    folder.put("ca.pem", pki::to_pem(sub.get()) + pki::to_pem(root.get()));
    folder.put("sub-only.pem", pki::to_pem(sub.get()));
    folder.put("root.pem", pki::to_pem(root.get()));
  }
  // Issues the SubCA again with a path length.
  void limit(int path_length) {
    const auto constraints = pki::acquired<pki::BasicConstraints>(BASIC_CONSTRAINTS_new());
    constraints->ca = 0xFF;
    constraints->pathlen = ASN1_INTEGER_new();
    ASN1_INTEGER_set_int64(constraints->pathlen, path_length);
    X509_add1_ext_i2d(sub.get(), NID_basic_constraints, constraints.get(), 1, X509V3_ADD_REPLACE);
    X509_sign(sub.get(), root_key.get(), EVP_sha256());
  }
  [[nodiscard]] pki::MintRequest request(const support::Folder& into,
                                         const std::string& cert = "ca.pem",
                                         const std::string& own_key = "key.pem") const {
    auto out = request_for(into.path(), {});
    out.ca_cert = folder / cert;
    out.ca_key = folder / own_key;
    return out;
  }
  support::Folder folder;
  pki::Pkey root_key = pki::new_key(KeyType::ecdsa);
  pki::Pkey key = pki::new_key(KeyType::ecdsa);
  pki::Cert root, sub;
};

constexpr base::EpochSeconds far = now + 3650 * one_day;

}  // namespace

TEST_CASE("a SubCA that was given issues the leaves") {
  const OwnCa ca(-1, far);
  support::Folder folder;
  const auto made = must(pki::mint_kit(ca.request(folder)));
  CHECK(made.left_out.empty());
  const auto said = base::join(made.install, "\n");
  CHECK_THAT(said, ContainsSubstring("append to it the list of Own Root"));
  CHECK_THAT(said, ContainsSubstring("for test environments only"));
  const auto kit = must(pki::load_kit(folder.path(), {}, now));
  CHECK(kit.by_kind(K::valid)->info.leaf.issuer == "CN=Own Sub,O=somebody,C=GB");
  CHECK(kit.by_kind(K::lookalike_ca)->info.leaf.issuer == "CN=Own Sub,O=somebody,C=GB");
  CHECK(kit.trust->ca.size() == 2);
  for (const auto& info : kit.infos()) {
    INFO(info.label);
    CHECK(info.unusable.empty());
  }
  REQUIRE(kit.warnings.size() == 1);
  CHECK_THAT(kit.warnings[0], ContainsSubstring("no CRL of Own Root"));
}

TEST_CASE("a root that was given issues the leaves itself") {
  const OwnCa ca(-1, far);
  support::Folder folder;
  const auto made = must(pki::mint_kit(ca.request(folder, "root.pem", "root-key.pem")));
  REQUIRE(made.left_out.size() == 1);
  CHECK(made.left_out[0] ==
        "missing-intermediate: the CA given is a root: there is no intermediate to leave out");
  const auto kit = must(pki::load_kit(folder.path(), {}, now));
  CHECK(kit.warnings.empty());
  CHECK(kit.by_kind(K::valid)->chain.size() == 1);
  for (const auto& info : kit.infos()) CHECK(info.unusable.empty());
}

TEST_CASE("a CA that may issue no CAs leaves two kinds out") {
  const OwnCa ca(0, far);
  support::Folder folder;
  const auto made = must(pki::mint_kit(ca.request(folder)));
  REQUIRE(made.left_out.size() == 2);
  CHECK(made.left_out[0] ==
        "expired-intermediate: Own Sub allows no further CA below the one given (its path length "
        "is 0)");
  CHECK_THAT(made.left_out[1], ContainsSubstring("revoked-intermediate: "));
  for (const auto& info : must(pki::load_kit(folder.path(), {}, now)).infos())
    CHECK(info.unusable.empty());
}

TEST_CASE("a limit further up counts as well") {
  OwnCa ca(1, far);  // the SubCA would allow one more below it
  const auto constraints = pki::acquired<pki::BasicConstraints>(BASIC_CONSTRAINTS_new());
  constraints->ca = 0xFF;
  constraints->pathlen = ASN1_INTEGER_new();
  ASN1_INTEGER_set_int64(constraints->pathlen, 1);
  X509_add1_ext_i2d(ca.root.get(), NID_basic_constraints, constraints.get(), 1, X509V3_ADD_REPLACE);
  X509_sign(ca.root.get(), ca.root_key.get(), EVP_sha256());
  ca.folder.put("ca.pem", pki::to_pem(ca.sub.get()) + pki::to_pem(ca.root.get()));
  support::Folder folder;
  const auto made = must(pki::mint_kit(ca.request(folder)));
  REQUIRE(made.left_out.size() == 2);
  CHECK(made.left_out[0] ==
        "expired-intermediate: Own Root allows no further CA below the one given (its path length "
        "is 1)");
}

TEST_CASE("what else lies in the CA's file is left alone") {
  OwnCa ca(-1, far);
  support::Folder folder;
  ca.folder.put("mixed.pem", pki::to_pem(ca.sub.get()) + pki::to_pem(ca.root.get()) +
                                 pki::to_pem(support::minted().kit.trust->ca.back().get()));
  must(pki::mint_kit(ca.request(folder, "mixed.pem")));
  const auto kit = must(pki::load_kit(folder.path(), {}, now));
  CHECK(kit.trust->ca.size() == 2);
  for (const auto& info : kit.infos()) CHECK(info.unusable.empty());
}

TEST_CASE("an Ed25519 CA has no weak signatures to give") {
  support::Folder ca;
  support::Folder folder;
  const auto key = pki::acquired<pki::Pkey>(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  const auto name = pki::distinguished_name("GB", "", "Ed");
  const auto root =
      pki::issue({.subject = name.get(), .period = {now - 60, far}, .role = pki::Role::ca},
                 key.get(), {nullptr, key.get()});
  auto request = request_for(folder.path(), {K::weak_signature, K::revoked});
  request.ca_cert = ca.put("ca.pem", pki::to_pem(root.get()));
  request.ca_key = ca.put("key.pem", pki::to_pem(key.get()));
  const auto made = must(pki::mint_kit(request));
  CHECK(made.left_out ==
        std::vector<std::string>{
            "weak-signature: the key of the CA given signs with no other digest than its own"});
  CHECK(must(pki::load_kit(folder.path(), {}, now)).by_kind(K::revoked)->info.unusable.empty());
}

TEST_CASE("no leaf outlives its CA") {
  const OwnCa ca(-1, now + 10 * one_day);
  support::Folder folder;
  CHECK(must(pki::mint_kit(ca.request(folder))).ends == now + 10 * one_day);
}

TEST_CASE("CAs that will not do") {
  support::Folder folder;
  CHECK_THAT(error_of(OwnCa(-1, now - 60).request(folder), Trouble::bad_data),
             ContainsSubstring("the CA CN=Own Sub,O=somebody,C=GB expired on "));
  CHECK_THAT(error_of(OwnCa(-1, far, false).request(folder), Trouble::bad_data),
             ContainsSubstring("is no CA certificate"));
  const OwnCa ca(-1, far);
  CHECK_THAT(
      error_of(ca.request(folder, "sub-only.pem"), Trouble::bad_data),
      ContainsSubstring("is not in the file; append the certificates above it, up to the root"));
  CHECK_THAT(
      error_of(ca.request(folder, "root.pem"), Trouble::bad_data),
      ContainsSubstring("key.pem: the private key of \"CA\" does not match the certificate "));
  CHECK_THAT(error_of(ca.request(folder, "absent.pem"), Trouble::no_input),
             ContainsSubstring("absent.pem: cannot be read"));
  CHECK_FALSE(std::filesystem::exists(folder / "kit.json"));
}

TEST_CASE("the CA's key may be encrypted, or in a PKCS#12 file with its chain") {
  OwnCa ca(-1, far);
  support::Folder folder;
  const auto bio = pki::acquired<pki::Bio>(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), ca.key.get(), EVP_aes_256_cbc(), "open sesame", 11,
                                nullptr, nullptr);
  std::string pem(BIO_ctrl_pending(bio.get()), '\0');
  BIO_read(bio.get(), pem.data(), static_cast<int>(pem.size()));
  ca.folder.put("locked.pem", pem);
  auto request = ca.request(folder, "ca.pem", "locked.pem");
  request.kinds = {K::valid};
  CHECK_THAT(error_of(request, Trouble::not_authorised),
             ContainsSubstring("no passphrase was given"));
  request.ca_passphrase = pki::Passphrase("open sesame");
  CHECK(pki::mint_kit(request));

  const auto above = pki::acquired<pki::Certs>(sk_X509_new_null());
  sk_X509_push(above.get(), pki::shared(ca.root.get()).release());
  const auto p12 = pki::acquired<pki::Pkcs12>(
      PKCS12_create("open sesame", "ca", ca.key.get(), ca.sub.get(), above.get(), 0, 0, 0, 0, 0));
  const auto out = pki::acquired<pki::Bio>(BIO_new_file((ca.folder / "ca.p12").c_str(), "wb"));
  REQUIRE(i2d_PKCS12_bio(out.get(), p12.get()) == 1);
  REQUIRE(BIO_flush(out.get()) == 1);
  support::Folder second;
  auto from_p12 = request_for(second.path());
  from_p12.ca_p12 = ca.folder / "ca.p12";
  from_p12.ca_passphrase = pki::Passphrase("open sesame");
  must(pki::mint_kit(from_p12));
  CHECK(must(pki::load_kit(second.path(), {}, now)).by_kind(K::valid)->info.leaf.issuer ==
        "CN=Own Sub,O=somebody,C=GB");
}
