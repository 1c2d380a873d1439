// SPDX-License-Identifier: Apache-2.0
// A certificate that is not what its label says never passes for it.
#include "pki/material.hpp"

#include "base/json.hpp"
#include "pki/kit.hpp"
#include "pki/recipes.hpp"
#include "tests/catch.hpp"
#include "tests/pki/support.hpp"

using base::Json;
using K = model::CredentialKind;
using support::must;

namespace {

// The kit's entry of `material`, relabelled as `kind`, beside the valid one.
std::string relabelled(K kind, const std::string& material, const Json& changes = Json::object(),
                       base::EpochSeconds when = support::now) {
  const auto& folder = support::minted().folder;
  support::Folder other;
  Json kit = Json::parse(support::read(folder / "kit.json"));
  Json entries = Json::array();
  for (const auto& entry : kit["credentials"])
    if (entry["label"] == "valid" || entry["label"] == material) entries.push_back(entry);
  if (material == "valid") entries.push_back(entries.back());
  entries.back()["label"] = "under-test";
  entries.back()["kind"] = model::word(kind);
  kit["credentials"] = entries;
  kit.update(changes);
  for (const auto& [key, value] : changes.items())
    if (value.is_null()) kit.erase(key);
  for (const auto& file : std::filesystem::directory_iterator(folder.path()))
    if (file.path().filename() != "kit.json")
      std::filesystem::create_symlink(file.path(), other.path() / file.path().filename());
  other.put("kit.json", kit.dump());
  return must(pki::load_kit(other.path(), {}, when)).by_label("under-test")->info.unusable;
}

}  // namespace

TEST_CASE("the valid certificate passes for no other kind") {
  for (const auto& recipe : pki::recipes()) {
    const auto kind = recipe.kind;
    if (kind == K::valid || kind == K::key_mismatch) continue;  // the latter is an error: kit_test
    INFO(model::word(kind));
    CHECK_FALSE(relabelled(kind, "valid").empty());
  }
}

TEST_CASE("the reason is said") {
  const auto until = base::rfc3339(support::now + 365 * support::one_day);
  CHECK(relabelled(K::expired, "valid") == "it has not expired, it is valid until " + until);
  CHECK(relabelled(K::not_yet_valid, "valid") ==
        "it is valid since " + base::rfc3339(support::now - 3600));
  CHECK_THAT(relabelled(K::revoked, "valid"), ContainsSubstring("it is not on the CRL "));
  CHECK(relabelled(K::wrong_fqdn, "valid") ==
        "it names " + support::fqdn + ", which is the right name");
  CHECK_THAT(relabelled(K::untrusted_ca, "valid"), ContainsSubstring("it chains to "));
  CHECK_THAT(relabelled(K::self_signed, "valid"),
             ContainsSubstring("it was issued by CN=Test SubCA "));
  CHECK(relabelled(K::tampered_signature, "valid") == "its signature is right");
  CHECK(relabelled(K::weak_key, "valid") == "its key is strong enough, RSA 2048");
  CHECK(relabelled(K::valid_cn_only, "valid") ==
        "it has a subject alternative name besides its common name");
  CHECK(relabelled(K::valid_san_only, "valid") == "it has a common name");
  CHECK(relabelled(K::missing_intermediate, "valid") == "its intermediate is sent with it");
  CHECK(relabelled(K::lookalike_ca, "untrusted-ca") ==
        "its issuer does not bear the name of a trusted CA");
  CHECK(relabelled(K::fqdn_suffix, "wrong-fqdn") == "none of its names continues " + support::fqdn);
  CHECK(relabelled(K::fqdn_nul, "wrong-fqdn") ==
        "none of its names is " + support::fqdn + " up to a NUL");
  CHECK(relabelled(K::fqdn_wildcard, "wrong-fqdn") ==
        "none of its names is *.dev.spine2.ncrs.nhs.uk");
  CHECK(relabelled(K::fqdn_cn_only_wrong_san, "wrong-fqdn") ==
        "its common name is not " + support::fqdn);
}

TEST_CASE("two things wrong are one too many") {
  const auto& kit = support::minted().kit;
  const auto judged = [&](K kind, std::vector<pki::Found> flaws,
                          std::vector<pki::Found> of_valid = {}) {
    return pki::why_unusable({.credential = support::credential(kind),
                              .flaws = std::move(flaws),
                              .flaws_of_valid = std::move(of_valid),
                              .trust = *kit.trust,
                              .fqdn = kit.fqdn,
                              .subject_fqdn = "",
                              .revocation = kit.revocation,
                              .ca_name = "ca.pem",
                              .crl_name = "crl.pem"});
  };
  const pki::Found expired{pki::Flaw::expired, "expired on DATE"};
  const pki::Found revoked{pki::Flaw::revoked, "was revoked on DATE"};
  const pki::Found untrusted{pki::Flaw::untrusted, "was issued by nobody"};
  CHECK(judged(K::expired, {expired}).empty());
  CHECK(judged(K::expired, {expired, revoked}) ==
        "it was revoked on DATE as well, so that a refusal would not show which was seen");
  CHECK(judged(K::key_mismatch, {expired}) ==
        "it expired on DATE as well, so that a refusal would not show which was seen");
  // What the valid one has too is no mutation; the target refuses that one itself.
  CHECK(judged(K::revoked, {expired, revoked}, {expired}).empty());
  // A target that does not hold the SubCA finds no path: that is what the kind asks.
  CHECK(judged(K::missing_intermediate, {untrusted}).empty());
  // The valid one is the measure, whatever it is like.
  CHECK(judged(K::valid, {expired, revoked}).empty());
}

TEST_CASE("a kit grows old") {
  const auto later = support::now + 366 * support::one_day;
  CHECK(relabelled(K::not_yet_valid, "not-yet-valid").empty());
  CHECK_THAT(relabelled(K::not_yet_valid, "not-yet-valid", Json::object(), later),
             ContainsSubstring("it is valid since "));
  CHECK(relabelled(K::revoked, "revoked", Json::object(), later).empty());
}

TEST_CASE("what cannot be told is not held against anybody") {
  const auto without = [](const char* key, const char* revocation) {
    Json changes = {{"revocation", revocation}};
    changes[key] = nullptr;
    return changes;
  };
  CHECK(relabelled(K::revoked, "valid", without("crl", "unknown")).empty());
  CHECK(relabelled(K::revoked, "valid", without("crl", "published")).empty());
  CHECK(relabelled(K::revoked, "valid", without("crl", "installed")) ==
        "revocation is \"installed\", but the kit names no CRL");
  CHECK(relabelled(K::untrusted_ca, "untrusted-ca", without("ca", "unknown")).empty());
  CHECK(relabelled(K::tampered_signature, "tampered-signature", without("ca", "unknown")).empty());
  CHECK(relabelled(K::expired, "expired", without("ca", "unknown")).empty());
}

TEST_CASE("the name kit.json gives must be in the certificate") {
  // Both entries give their own name, which is a wrong one for the kit.
  CHECK(relabelled(K::wrong_fqdn, "other-client").empty());
  const Json changes = {{"fqdn", "wrong-fqdn.dev.spine2.ncrs.nhs.uk"}};
  CHECK_THAT(relabelled(K::other_client, "wrong-fqdn", changes),
             ContainsSubstring("which is the right name"));
  const auto& kit = support::minted().kit;
  CHECK(pki::why_unusable({.credential = support::credential(K::wrong_fqdn),
                           .flaws = {{pki::Flaw::other_name, "names another"}},
                           .flaws_of_valid = {},
                           .trust = *kit.trust,
                           .fqdn = kit.fqdn,
                           .subject_fqdn = "x.nhs.uk",
                           .revocation = kit.revocation,
                           .ca_name = "",
                           .crl_name = ""}) == "it does not name its subject_fqdn, x.nhs.uk");
}
