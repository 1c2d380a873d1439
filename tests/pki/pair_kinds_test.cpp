// SPDX-License-Identifier: Apache-2.0
// What can be made of a valid pair alone is wrong in the one way its kind says.
#include "pki/pair_kinds.hpp"

#include "pki/certificate.hpp"
#include "pki/flaws.hpp"
#include "pki/material.hpp"
#include "tests/catch.hpp"
#include "tests/pki/support.hpp"

using K = model::CredentialKind;
using support::must;

namespace {

// The valid pair of the minted kit, and nothing else.
pki::Kit pair() {
  const auto& folder = support::minted().folder;
  auto valid = must(pki::load_credential({folder / "valid.pem", folder / "chain.pem", folder / "client-key.pem", {}}, {}, "valid", K::valid));
  return pki::kit_of_pair(valid, support::now);
}

}  // namespace

TEST_CASE("six kinds need no CA") {
  auto kit = pair();
  const auto added = pki::complete_from_valid(kit);
  CHECK(added == std::vector<K>{K::self_signed, K::untrusted_ca, K::lookalike_ca, K::tampered_signature, K::key_mismatch,
                                K::missing_intermediate});
  const auto& folder = support::minted().folder;
  const auto trust = must(pki::read_trust(folder / "ca.pem", folder / "crl.pem"));
  for (const auto kind : added) {
    CAPTURE(model::word(kind));
    const auto* made = kit.by_kind(kind);
    REQUIRE(made != nullptr);
    const auto flaws = pki::flaws_of(*made, {trust, kit.fqdn, support::now});
    const auto wanted = pki::flaw_of(kind);
    // What is wrong with it, and nothing besides.
    CHECK(flaws.size() == (wanted ? 1U : 0U));
    if (wanted) CHECK(pki::holds(flaws, *wanted));
    CHECK(made->key_matches == (kind != K::key_mismatch));
    CHECK(made->info.leaf.subject == kit.by_kind(K::valid)->info.leaf.subject);
    CHECK(made->info.leaf.names == kit.by_kind(K::valid)->info.leaf.names);
    CHECK(made->info.label == model::word(kind));
    CHECK(made->info.cert_file.empty());
  }
  CHECK(kit.by_kind(K::lookalike_ca)->info.leaf.issuer == kit.by_kind(K::valid)->info.leaf.issuer);
  CHECK(kit.by_kind(K::untrusted_ca)->info.leaf.issuer != kit.by_kind(K::valid)->info.leaf.issuer);
  CHECK(kit.by_kind(K::lookalike_ca)->chain.size() == 3);
  CHECK(kit.by_kind(K::missing_intermediate)->chain.size() == 1);
}

TEST_CASE("a kit keeps what it has") {
  auto kit = must(pki::load_kit(support::minted().folder.path(), {}, support::now));
  const auto before = kit.credentials.size();
  CHECK(pki::complete_from_valid(kit).empty());
  CHECK(kit.credentials.size() == before);
}

TEST_CASE("without an intermediate none can be left out") {
  const auto& folder = support::minted().folder;
  auto valid = must(pki::load_credential({folder / "valid.pem", {}, folder / "client-key.pem", {}}, {}, "valid", K::valid));
  auto kit = pki::kit_of_pair(valid, support::now);
  const auto added = pki::complete_from_valid(kit);
  CHECK(std::find(added.begin(), added.end(), K::missing_intermediate) == added.end());
  CHECK(added.size() == 5);
}
