// SPDX-License-Identifier: Apache-2.0
#include "pki/snippets.hpp"

#include <openssl/evp.h>
#include <openssl/pkcs12.h>

#include <regex>

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

namespace {

std::string pem_of(const std::string& der) {
  std::string base64(4 * (der.size() / 3 + 1) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), reinterpret_cast<const unsigned char*>(der.data()),
                                     static_cast<int>(der.size()));
  base64.resize(static_cast<std::size_t>(length));
  std::string out = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t at = 0; at < base64.size(); at += 64) out += base64.substr(at, 64) + "\n";
  return out + "-----END CERTIFICATE-----\n";
}

// The regular expression behind the map of this name; nginx reads \n in quotes as the line's end.
std::regex pattern_of(const std::string& snippet, const std::string& variable) {
  const auto map = snippet.find(" $" + variable + " {");
  const auto begin = snippet.find("\"~", map) + 2;
  return std::regex(snippet.substr(begin, snippet.find('"', begin) - begin));
}

}  // namespace

TEST_CASE("nginx finds the name in the certificate, however base64 falls, and no other name") {
  const std::string fqdn = "ssp.example.nhs.uk";
  const auto nginx = pki::snippets_for("/srv/kit", fqdn).front();
  REQUIRE(nginx.file == "nginx.conf");
  const auto san = pattern_of(nginx.content, "san_is_the_ssp");
  const auto any_san = pattern_of(nginx.content, "has_san");
  const auto name = [](const std::string& text) { return std::string("\x82") + static_cast<char>(text.size()) + text; };
  const std::string extension("\x06\x03\x55\x1D\x11");
  // Every place in a group of three, and every place in a line of 48 octets.
  for (std::size_t before = 0; before < 100; ++before) {
    CAPTURE(before);
    const auto pem = [&](const std::string& der) { return pem_of(std::string(before, '+') + der + std::string(60, '\x5A')); };
    const auto found = [&](const std::regex& pattern, const std::string& der) { return std::regex_search(pem(der), pattern); };
    CHECK(found(san, name(fqdn)));
    CHECK(found(any_san, extension));
    CHECK_FALSE(found(san, name("tsp.example.nhs.uk")));
    CHECK_FALSE(found(san, name("ssp.example.nhs.ul")));
    CHECK_FALSE(found(san, name(fqdn + ".example.org")));
    CHECK_FALSE(found(san, name(fqdn + std::string("\0.example.org", 13))));
    CHECK_FALSE(found(san, name("an" + fqdn)));
    CHECK_FALSE(found(any_san, name(fqdn)));
  }
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
