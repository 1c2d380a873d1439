// SPDX-License-Identifier: Apache-2.0
#include "pki/mint.hpp"

#include <sys/stat.h>

#include <chrono>

#include "base/text.hpp"
#include "pki/certificate.hpp"
#include "pki/recipes.hpp"
#include "tests/pki/mint_request.hpp"

using base::Trouble;
using K = model::CredentialKind;
using support::error_of;
using support::must;
using support::now;
using support::one_day;
using support::request_for;

namespace {

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

}  // namespace

TEST_CASE("every kind is the valid one with one thing changed") {
  CHECK(pki::recipes().size() == model::all_words<K>().size() - 1);
  for (const auto& recipe : pki::recipes()) {
    INFO(model::word(recipe.kind));
    const int changed = (recipe.naming != pki::Naming::both) +
                        (recipe.issuer != pki::IssuedBy::trusted) +
                        (recipe.when != pki::When::now) + (recipe.quirk != pki::Quirk::none);
    CHECK(changed == (recipe.kind == K::valid ? 0 : 1));
    CHECK(pki::recipe_of(recipe.kind) == &recipe);
  }
  CHECK(pki::recipe_of(K::none) == nullptr);
}

TEST_CASE("each system has a valid credential of its own, which no warning doubts") {
  const support::Folder folder;
  auto request = request_for(folder.path(), {K::valid, K::revoked});
  request.systems = {{"provider-a", "a.example.nhs.uk"}, {"provider-b", "b.example.nhs.uk"}};
  must(pki::mint_kit(request));
  const auto kit = must(pki::load_kit(folder.path(), {}, now));
  CHECK(kit.warnings.empty());
  CHECK(kit.by_kind(K::valid)->info.label == "valid");   // the kit's own comes first
  for (const auto& system : request.systems) {
    const auto* credential = kit.by_label(system.label);
    REQUIRE(credential != nullptr);
    CHECK(credential->info.kind == K::valid);
    CHECK(credential->info.unusable.empty());
    CHECK(credential->info.leaf.names == std::vector<std::string>{system.fqdn});
    CHECK(credential->expected_fqdn(kit.fqdn) == system.fqdn);
    CHECK(mode_of(folder / (system.label + "-key.pem")) == 0600U);
    CHECK(support::read(folder / (system.label + "-key.pem")) != support::read(folder / "client-key.pem"));
  }
}

TEST_CASE("a full kit: files, permissions, and what to install") {
  const auto& made = support::minted();
  CHECK(made.minted.files.back() == "kit.json");
  for (const auto& name : made.minted.files) {
    INFO(name);
    const bool secret = name.find("-key") != std::string::npos &&
                        name.find("mismatch") == std::string::npos && name != "weak-key.pem";
    CHECK(mode_of(made.folder / name) == (secret ? 0600U : 0644U));
    CHECK((support::read(made.folder / name).find("PRIVATE KEY") != std::string::npos) == secret);
  }
  CHECK(made.minted.left_out.empty());
  CHECK(made.minted.ends == now + 365 * one_day);
  const auto said = base::join(made.minted.install, "\n");
  for (const char* expected :
       {"ca.pem", "crl.pem", "server.pem with ", "localhost, 127.0.0.1, ::1",
        "the one client to let in: msg.dev.spine2.ncrs.nhs.uk", "were not kept"})
    CHECK_THAT(said, ContainsSubstring(expected));
}

TEST_CASE("all times derive from the one given") {
  const auto facts = [](K kind) { return support::credential(kind).info.leaf; };
  const auto until = now + 365 * one_day;
  CHECK(facts(K::valid).not_before == now - 3600);
  CHECK(facts(K::expired).not_after == now - one_day);
  CHECK(facts(K::expired).not_before == now - 60 * one_day);
  CHECK(facts(K::not_yet_valid).not_before ==
        until);  // so that it never becomes valid beside the valid one
  const auto& trust = *support::minted().kit.trust;
  for (const auto& ca : trust.ca) {
    CHECK(pki::seconds_of(X509_get0_notBefore(ca.get())) < now - 60 * one_day);
    CHECK(pki::seconds_of(X509_get0_notAfter(ca.get())) >= now + 5L * 365 * one_day);
  }
  for (const auto& crl : trust.crls) {
    CHECK(pki::seconds_of(X509_CRL_get0_lastUpdate(crl.get())) == now - 3600);
    CHECK(pki::seconds_of(X509_CRL_get0_nextUpdate(crl.get())) == until);
  }
}

TEST_CASE("names where they belong") {
  const auto facts = [](K kind) { return support::credential(kind).info.leaf; };
  const auto& fqdn = support::fqdn;
  CHECK(facts(K::valid_cn_only).names.empty());
  CHECK(facts(K::valid_san_only).subject == "C=GB");
  CHECK(facts(K::fqdn_suffix).common_name == fqdn + ".evil.example");
  CHECK(facts(K::fqdn_nul).common_name == fqdn + "\\x00.evil.example");
  CHECK(facts(K::fqdn_nul).names == std::vector<std::string>{fqdn + "\\x00.evil.example"});
  CHECK(facts(K::fqdn_wildcard).common_name == "*.dev.spine2.ncrs.nhs.uk");
  CHECK(facts(K::fqdn_cn_only_wrong_san).common_name == fqdn);
  CHECK(facts(K::fqdn_cn_only_wrong_san).names ==
        std::vector<std::string>{"wrong-fqdn.dev.spine2.ncrs.nhs.uk"});
  CHECK(facts(K::other_client).common_name == "other-client.dev.spine2.ncrs.nhs.uk");
  CHECK(facts(K::lookalike_ca).issuer == facts(K::valid).issuer);
  CHECK(facts(K::untrusted_ca).issuer != facts(K::valid).issuer);
  CHECK(facts(K::self_signed).issuer == facts(K::self_signed).subject);
  CHECK(facts(K::weak_key).key == "RSA 1024");
  CHECK(facts(K::weak_signature).signature == "sha1WithRSAEncryption");
  // The wrong name is never the right one by accident.
  CHECK(pki::names_for(pki::Naming::another, "wrong-fqdn.nhs.uk").common_name ==
        "another-wrong-fqdn.nhs.uk");
  CHECK(pki::names_for(pki::Naming::other_system, "Other-Client.nhs.uk").common_name ==
        "another-other-client.nhs.uk");
}

TEST_CASE("only the kinds asked for, and always the valid one") {
  support::Folder folder;
  must(pki::mint_kit(request_for(folder.path(), {K::expired, K::none})));
  const auto kit = must(pki::load_kit(folder.path(), {}, now));
  REQUIRE(kit.credentials.size() == 2);
  CHECK(kit.credentials[0]->info.label == "valid");
  CHECK(kit.credentials[1]->info.label == "expired");
  CHECK(kit.warnings.empty());
}

TEST_CASE("a kit is not overwritten by mistake") {
  support::Folder folder;
  auto request = request_for(folder / "deep/er", {K::valid});
  must(pki::mint_kit(request));  // makes the folders
  const auto before = support::read(folder / "deep/er/valid.pem");
  CHECK_THAT(
      error_of(request, Trouble::cannot_create),
      ContainsSubstring(
          "deep/er/kit.json: is there already; --force overwrites it; or name another folder"));
  CHECK(support::read(folder / "deep/er/valid.pem") == before);
  std::filesystem::remove(folder / "deep/er/kit.json");
  CHECK_THAT(error_of(request, Trouble::cannot_create),
             ContainsSubstring("deep/er/valid.pem: is there already"));
  request.force = true;
  must(pki::mint_kit(request));
  CHECK(support::read(folder / "deep/er/valid.pem") != before);
  CHECK(must(pki::load_kit(request.folder, {}, now)).warnings.empty());
  // A key that was open to all is closed by being written anew.
  std::filesystem::permissions(folder / "deep/er/client-key.pem", std::filesystem::perms::all);
  must(pki::mint_kit(request));
  CHECK(mode_of(folder / "deep/er/client-key.pem") == 0600U);
}

TEST_CASE("places that cannot be written to") {
  support::Folder folder;
  folder.put("file", "");
  CHECK_THAT(error_of(request_for(folder / "file"), Trouble::cannot_create),
             ContainsSubstring("file"));
}

TEST_CASE("names that are no names") {
  support::Folder folder;
  const auto with = [&](const std::string& fqdn) {
    auto request = request_for(folder.path());
    request.fqdn = fqdn;
    return error_of(request, Trouble::usage);
  };
  for (const std::string bad : {"", "localhost", "a b.example", "10.0.0.1", "a..b", ".a.b",
                                "*.example.com", "https://a.b/", "a.b\n"})
    CHECK_THAT(with(bad), ContainsSubstring("is no fully qualified domain name"));
  CHECK_THAT(with(std::string(40, 'a') + "." + std::string(40, 'b')),
             ContainsSubstring("longer than 64 characters"));
  auto request = request_for(folder.path());
  request.server_names = {"localhost", "not a name"};
  CHECK_THAT(error_of(request, Trouble::usage),
             ContainsSubstring("\"not a name\" is neither a host name nor an IP address"));
  CHECK_FALSE(std::filesystem::exists(folder / "kit.json"));
}

TEST_CASE("the lab's server certificate bears the names asked for") {
  support::Folder folder;
  auto request = request_for(folder.path());
  request.server_names = {"provider.example", "192.0.2.7"};
  must(pki::mint_kit(request));
  const auto certificates = must(pki::read_certificates(folder / "server.pem"));
  REQUIRE(certificates.size() == 2);  // with its SubCA
  const auto facts = pki::facts_of(certificates[0].get());
  CHECK(facts.common_name == "provider.example");
  CHECK(facts.names == std::vector<std::string>{"provider.example", "192.0.2.7"});
}

TEST_CASE("a full RSA kit takes seconds, not minutes") {
  support::Folder folder;
  pki::MintRequest request{.folder = folder.path(), .fqdn = support::fqdn, .now = now};
  const auto start = std::chrono::steady_clock::now();
  must(pki::mint_kit(request));
  const auto took = std::chrono::steady_clock::now() - start;
  INFO(std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms");
  CHECK(took < std::chrono::seconds(10));
}
