// SPDX-License-Identifier: Apache-2.0
#include "pki/recipes.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace pki {

namespace {

using K = model::CredentialKind;

constexpr Recipe table[] = {
    {.kind = K::valid},
    {.kind = K::expired, .when = When::past},
    {.kind = K::not_yet_valid, .when = When::future},
    {.kind = K::revoked, .quirk = Quirk::on_crl},
    {.kind = K::wrong_fqdn, .naming = Naming::another},
    {.kind = K::untrusted_ca, .issuer = IssuedBy::untrusted},
    {.kind = K::lookalike_ca, .issuer = IssuedBy::lookalike},
    {.kind = K::self_signed, .issuer = IssuedBy::itself},
    {.kind = K::tampered_signature, .quirk = Quirk::signature_tampered},
    {.kind = K::key_mismatch, .quirk = Quirk::foreign_key},
    {.kind = K::other_client, .naming = Naming::other_system},
    {.kind = K::valid_cn_only, .naming = Naming::cn_only},
    {.kind = K::valid_san_only, .naming = Naming::san_only},
    {.kind = K::fqdn_suffix, .naming = Naming::suffix},
    {.kind = K::fqdn_nul, .naming = Naming::nul},
    {.kind = K::fqdn_wildcard, .naming = Naming::wildcard},
    {.kind = K::fqdn_cn_only_wrong_san, .naming = Naming::cn_right_san_wrong},
    {.kind = K::missing_intermediate, .quirk = Quirk::without_chain},
    {.kind = K::expired_intermediate, .issuer = IssuedBy::expired_sub},
    {.kind = K::revoked_intermediate, .issuer = IssuedBy::revoked_sub},
    {.kind = K::wrong_eku, .quirk = Quirk::server_use_only},
    {.kind = K::ca_as_leaf, .quirk = Quirk::is_ca},
    {.kind = K::non_ca_issuer, .issuer = IssuedBy::a_leaf},
    {.kind = K::weak_key, .quirk = Quirk::short_key},
    {.kind = K::weak_signature, .quirk = Quirk::sha1_signature},
    {.kind = K::unknown_critical_extension, .quirk = Quirk::unknown_extension},
};

// LABEL.parent.domain, or another label when the FQDN is that name itself.
std::string sibling(const std::string& fqdn, const std::string& label) {
  const std::string parent = fqdn.substr(fqdn.find('.'));
  const std::string name = label + parent;
  return base::same_ignoring_case(name, fqdn) ? fmt::format("another-{}", name) : name;
}

LeafNames in_both(const std::string& name, const std::string& system = {}) {
  return {name, {name}, system};
}

}  // namespace

std::span<const Recipe> recipes() {
  return table;
}

const Recipe* recipe_of(K kind) {
  for (const auto& recipe : table)
    if (recipe.kind == kind) return &recipe;
  return nullptr;
}

LeafNames names_for(Naming naming, const std::string& fqdn) {
  const std::string wrong = sibling(fqdn, "wrong-fqdn");
  const std::string other = sibling(fqdn, "other-client");
  switch (naming) {
    case Naming::both:
      return in_both(fqdn);
    case Naming::cn_only:
      return {fqdn, {}, ""};
    case Naming::san_only:
      return {"", {fqdn}, ""};
    case Naming::another:
      return in_both(wrong, wrong);
    case Naming::other_system:
      return in_both(other, other);
    case Naming::suffix:
      return in_both(fqdn + ".evil.example");
    case Naming::nul:
      return in_both(fqdn + std::string(1, '\0') + ".evil.example");
    case Naming::wildcard:
      return in_both(fmt::format("*{}", fqdn.substr(fqdn.find('.'))));
    case Naming::cn_right_san_wrong:
      return {fqdn, {wrong}, ""};
  }
  return {};
}

}  // namespace pki
