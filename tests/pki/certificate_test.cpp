// SPDX-License-Identifier: Apache-2.0
#include "pki/certificate.hpp"

#include "base/text.hpp"
#include "pki/issue.hpp"
#include "pki/key.hpp"
#include "tests/catch.hpp"
#include "tests/pki/support.hpp"

using base::Trouble;
using model::CredentialKind;
using support::line_of;
using support::must;

namespace {

const std::string& valid_pem() {
  static const std::string pem = pki::to_pem(support::credential(CredentialKind::valid).leaf());
  return pem;
}

pki::Cert certificate(const std::string& organisation, const std::string& common_name,
                      std::vector<std::string> dns, std::vector<std::string> addresses = {}) {
  const auto key = pki::new_key(pki::KeyType::ecdsa);
  const auto subject = pki::distinguished_name("GB", organisation, common_name);
  pki::CertificatePlan plan{.subject = subject.get(),
                            .dns_names = std::move(dns),
                            .ip_addresses = std::move(addresses),
                            .period = {support::now, support::now + 60}};
  return pki::issue(plan, key.get(), {nullptr, key.get()});
}

// The error of a text that is no good as a certificate file.
template <class T>
void check_bad(const base::Result<T>& result, const std::string& expected) {
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == Trouble::bad_data);
  CHECK(line_of(result) == expected);
}

}  // namespace

TEST_CASE("the facts of a certificate, every field") {
  const auto& leaf = support::credential(CredentialKind::valid);
  const auto facts = pki::facts_of(leaf.leaf());
  CHECK(facts.subject == "CN=" + support::fqdn + ",C=GB");
  CHECK_THAT(facts.issuer, ContainsSubstring("CN=Test SubCA "));
  CHECK(facts.common_name == support::fqdn);
  CHECK(facts.names == std::vector<std::string>{support::fqdn});
  CHECK(facts.serial.size() == 32);
  CHECK(facts.not_before == support::now - 3600);
  CHECK(facts.not_after == support::now + 365 * support::one_day);
  CHECK(facts.key == "RSA 2048");
  CHECK(facts.signature == "sha256WithRSAEncryption");
  CHECK(facts.sha256 == support::digest_of(leaf.leaf()));
  CHECK(facts == leaf.info.leaf);
  const auto ec =
      pki::facts_of(support::credential(CredentialKind::valid, pki::KeyType::ecdsa).leaf());
  CHECK(ec.key == "EC prime256v1");
  CHECK(ec.signature == "ecdsa-with-SHA256");
}

TEST_CASE("facts of hostile certificates are printable and lie about nothing") {
  const auto nul = pki::facts_of(
      certificate("", std::string("a.example\0.evil", 15), {std::string("b\0c", 3)}).get());
  CHECK(nul.common_name == "a.example\\x00.evil");
  CHECK(nul.names == std::vector<std::string>{"b\\x00c"});
  CHECK(nul.subject.find('\0') == std::string::npos);
  const auto control = pki::facts_of(certificate("x\x1b[31m\n<script>", "y", {"\xff"}).get());
  CHECK(control.subject.find('\x1b') == std::string::npos);
  CHECK(control.subject.find('\n') == std::string::npos);
  CHECK(control.names == std::vector<std::string>{"\\xff"});
  const auto utf8 = pki::facts_of(certificate("Hôpital 病院", "y", {}).get());
  CHECK_THAT(utf8.subject, ContainsSubstring("O=Hôpital 病院"));
  const auto none = pki::facts_of(certificate("", "", {}).get());
  CHECK(none.common_name.empty());
  CHECK(none.names.empty());
  CHECK(none.subject == "C=GB");
}

TEST_CASE("addresses are written as people write them") {
  const auto facts = pki::facts_of(certificate("", "x", {"localhost"}, {"127.0.0.1", "::1"}).get());
  CHECK(facts.names == std::vector<std::string>{"localhost", "127.0.0.1", "::1"});
}

TEST_CASE("times beyond 2049 are read as well") {
  const auto key = pki::new_key(pki::KeyType::ecdsa);
  const auto subject = pki::distinguished_name("GB", "", "x");
  constexpr base::EpochSeconds far = 4'102'444'800;  // 2100-01-01
  const auto made =
      pki::issue({.subject = subject.get(), .period = {0, far}}, key.get(), {nullptr, key.get()});
  CHECK(pki::facts_of(made.get()).not_after == far);
  CHECK(pki::facts_of(made.get()).not_before == 0);
}

TEST_CASE("PEM as it is found in the wild") {
  const auto count = [](const std::string& pem) {
    return must(pki::certificates_from_pem(pem, "f")).size();
  };
  CHECK(count(valid_pem()) == 1);
  CHECK(count(valid_pem() + valid_pem()) == 2);
  CHECK(count("\xEF\xBB\xBF" + valid_pem()) == 1);
  CHECK(count(base::replace_all(valid_pem(), "\n", "\r\n")) == 1);
  CHECK(count("Subject: x\nsome words\n" + valid_pem() + "more words\n") == 1);
  CHECK(count(base::replace_all(valid_pem(), "CERTIFICATE", "X509 CERTIFICATE")) == 1);
  // A key in the same file is passed over.
  CHECK(count(pki::to_pem(support::credential(CredentialKind::valid).key.get()) + valid_pem()) ==
        1);
}

TEST_CASE("what is no PEM certificate is called by its name") {
  const auto& valid = support::credential(CredentialKind::valid);
  const auto bad = [](const std::string& text) {
    return pki::certificates_from_pem(text, "f.pem");
  };
  check_bad(bad(""), "f.pem: is empty");
  check_bad(bad(" \n"), "f.pem: is empty");
  check_bad(bad("hello"), "f.pem: is no PEM file: it holds no certificate");
  check_bad(bad(pki::to_der(valid.leaf())),
            "f.pem: is DER, PEM is wanted; openssl x509 -inform DER -in f.pem -out FILE.pem");
  check_bad(bad(pki::to_pem(valid.key.get())), "f.pem: is PEM but holds no certificate");
  check_bad(bad(valid_pem().substr(0, valid_pem().size() / 2)),
            "f.pem: PEM block 1 is cut short: it has no END line; copy the file again, whole");
  check_bad(bad(valid_pem() + "-----BEGIN CERTIFICATE-----\nMIID"),
            "f.pem: PEM block 2 is cut short: it has no END line; copy the file again, whole");
  check_bad(bad(base::replace_all(valid_pem(), "MII", "M*I")),
            "f.pem: PEM block 1 is not valid base64; copy the file again, whole");
  check_bad(bad("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"),
            "f.pem: certificate 1 is damaged: its base64 holds no certificate");
  check_bad(pki::crls_from_pem(valid_pem(), "c.pem"), "c.pem: is PEM but holds no CRL");
}

TEST_CASE("certificate files") {
  support::Folder folder;
  CHECK(must(pki::read_certificates(folder.put("a.pem", valid_pem()))).size() == 1);
  const auto absent = pki::read_certificates(folder / "absent.pem");
  REQUIRE_FALSE(absent);
  CHECK(absent.error().kind == Trouble::no_input);
  CHECK_THAT(line_of(absent), ContainsSubstring("absent.pem: cannot be read"));
  CHECK(must(pki::read_crls(support::minted().kit.crl)).size() == 4);
}

TEST_CASE("a client's name is exact, and a SAN outweighs the common name") {
  const auto names = [](CredentialKind kind) {
    return pki::names_host(support::credential(kind).leaf(), support::fqdn);
  };
  CHECK(names(CredentialKind::valid));
  CHECK(names(CredentialKind::valid_cn_only));
  CHECK(names(CredentialKind::valid_san_only));
  for (const auto kind : {CredentialKind::wrong_fqdn, CredentialKind::other_client,
                          CredentialKind::fqdn_suffix, CredentialKind::fqdn_nul,
                          CredentialKind::fqdn_wildcard, CredentialKind::fqdn_cn_only_wrong_san})
    CHECK_FALSE(names(kind));
  CHECK_FALSE(pki::names_host(support::credential(CredentialKind::valid).leaf(), ""));
}
