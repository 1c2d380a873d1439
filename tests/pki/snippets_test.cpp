// SPDX-License-Identifier: Apache-2.0
#include "pki/snippets.hpp"

#include <openssl/pkcs12.h>

#include "pki/certificate.hpp"
#include "tests/catch.hpp"
#include "tests/pki/support.hpp"

using support::must;

TEST_CASE("every snippet is filled, and speaks of this kit") {
  const auto snippets = pki::snippets_for("/srv/kit", "ssp.example.nhs.uk");
  REQUIRE(snippets.size() == 6);
  for (const auto& snippet : snippets) {
    CAPTURE(snippet.file);
    CHECK(snippet.content.find('@') == std::string::npos);
    const bool of_names = snippet.file == "tomcat-rewrite.config";
    CHECK_THAT(snippet.content, ContainsSubstring(of_names ? "ssp\\.example\\.nhs\\.uk" : "/srv/kit/server"));
    if (!of_names) CHECK_THAT(snippet.content, ContainsSubstring("/srv/kit/crl.pem"));
    CHECK_FALSE(snippet.use.empty());
  }
  // A name with its length, as DER has it: what only begins with the FQDN does not match.
  CHECK_THAT(snippets[2].content, ContainsSubstring("82127373702E6578616D706C652E6E68732E756B"));
}

TEST_CASE("Java's trust store holds each CA, marked as trusted") {
  const auto& folder = support::minted().folder;
  const auto ca = must(pki::read_certificates(folder / "ca.pem"));
  const std::string der = pki::java_trust_store(ca, "changeit");
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const pki::Pkcs12 store{d2i_PKCS12(nullptr, &at, static_cast<long>(der.size()))};
  REQUIRE(store != nullptr);
  CHECK(PKCS12_verify_mac(store.get(), "changeit", -1) == 1);
  CHECK(PKCS12_verify_mac(store.get(), "another", -1) == 0);
  // The attribute's OID, 2.16.840.1.113894.746875.1.1, once for each.
  const std::string oid("\x06\x0c\x60\x86\x48\x01\x86\xf9\x66\xad\xca\x7b\x01\x01", 14);
  std::size_t marked = 0;
  for (auto found = der.find(oid); found != std::string::npos; found = der.find(oid, found + 1)) ++marked;
  CHECK(marked == ca.size());
}
