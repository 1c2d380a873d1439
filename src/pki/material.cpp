// SPDX-License-Identifier: Apache-2.0
#include "pki/material.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "base/time.hpp"
#include "pki/certificate.hpp"

namespace pki {

namespace {

using model::CredentialKind;
using K = CredentialKind;

// Kinds that differ from the valid credential in their certificate, and how.
struct Row {
  CredentialKind kind;
  Flaw flaw;
};
constexpr Row rows[] = {
    {K::expired, Flaw::expired},
    {K::not_yet_valid, Flaw::not_yet_valid},
    {K::revoked, Flaw::revoked},
    {K::wrong_fqdn, Flaw::other_name},
    {K::untrusted_ca, Flaw::untrusted},
    {K::lookalike_ca, Flaw::untrusted},
    {K::self_signed, Flaw::self_signed},
    {K::tampered_signature, Flaw::bad_signature},
    {K::other_client, Flaw::other_name},
    {K::fqdn_suffix, Flaw::other_name},
    {K::fqdn_nul, Flaw::other_name},
    {K::fqdn_wildcard, Flaw::other_name},
    {K::fqdn_cn_only_wrong_san, Flaw::other_name},
    {K::expired_intermediate, Flaw::issuer_expired},
    {K::revoked_intermediate, Flaw::issuer_revoked},
    {K::wrong_eku, Flaw::wrong_usage},
    {K::ca_as_leaf, Flaw::is_ca},
    {K::non_ca_issuer, Flaw::issuer_no_ca},
    {K::weak_key, Flaw::weak_key},
    {K::weak_signature, Flaw::weak_signature},
    {K::unknown_critical_extension, Flaw::unknown_extension},
};

bool has_subject(const std::vector<Cert>& certs, const std::string& subject) {
  return std::any_of(certs.begin(), certs.end(), [&](const Cert& certificate) {
    return text_of(X509_get_subject_name(certificate.get())) == subject;
  });
}

std::string not_on_crl(const Material& m) {
  if (m.crl_name.empty()) return "revocation is \"installed\", but the kit names no CRL";
  const bool from_issuer =
      std::any_of(m.trust.crls.begin(), m.trust.crls.end(), [&](const Crl& crl) {
        return same_name(X509_CRL_get_issuer(crl.get()), X509_get_issuer_name(m.credential.leaf()));
      });
  if (from_issuer) return fmt::format("it is not on the CRL {}", m.crl_name);
  return fmt::format("{} holds no CRL of its issuer, {}", m.crl_name,
                     short_name_of(X509_get_issuer_name(m.credential.leaf())));
}

// Why the flaw is not there: completes "the certificate is not what its kind says: ...".
std::string absence_of(Flaw flaw, const Material& m) {
  const auto& facts = m.credential.info.leaf;
  switch (flaw) {
    case Flaw::expired:
      return fmt::format("it has not expired, it is valid until {}",
                         base::rfc3339(facts.not_after));
    case Flaw::not_yet_valid:
      return fmt::format("it is valid since {}", base::rfc3339(facts.not_before));
    case Flaw::revoked:
      return not_on_crl(m);
    case Flaw::other_name:
      return fmt::format("it names {}, which is the right name", m.fqdn);
    case Flaw::untrusted:
      return fmt::format("it chains to {}", m.ca_name);
    case Flaw::self_signed:
      return fmt::format("it was issued by {}", facts.issuer);
    case Flaw::bad_signature:
      return "its signature is right";
    case Flaw::issuer_expired:
      return fmt::format(
          "none of its issuers has expired, or {} holds another one of the same name and key",
          m.ca_name);
    case Flaw::issuer_revoked:
      return m.crl_name.empty() ? "the kit names no CRL"
                                : fmt::format("none of its issuers is on the CRL {}", m.crl_name);
    case Flaw::issuer_no_ca:
      return "its issuer is a CA";
    case Flaw::wrong_usage:
      return "it is for TLS clients";
    case Flaw::is_ca:
      return "it is no CA certificate";
    case Flaw::weak_key:
      return fmt::format("its key is strong enough, {}", facts.key);
    case Flaw::weak_signature:
      return fmt::format("its signature is strong enough, {}", facts.signature);
    case Flaw::unknown_extension:
      return "it holds no critical extension that is unknown";
    case Flaw::other:
      break;
  }
  return "it is sound";
}

// Whether the absence of this flaw can be told at all from what the kit gives.
bool can_tell(Flaw flaw, const Material& m) {
  constexpr Flaw needs_ca[] = {Flaw::untrusted, Flaw::bad_signature, Flaw::issuer_expired,
                               Flaw::issuer_no_ca};
  constexpr Flaw needs_list[] = {Flaw::revoked, Flaw::issuer_revoked};
  const auto is = [&](Flaw other) { return other == flaw; };
  if (std::any_of(std::begin(needs_ca), std::end(needs_ca), is)) return !m.trust.ca.empty();
  // Where revocation is published, or nobody knows how it is told, a kit without lists is no news.
  if (std::any_of(std::begin(needs_list), std::end(needs_list), is))
    return m.revocation == model::Revocation::installed || !m.crl_name.empty();
  return flaw != Flaw::other_name || !m.fqdn.empty();
}

const model::CertificateFacts& leaf_of(const Material& m) {
  return m.credential.info.leaf;
}

// Whether any name of the certificate, wherever it stands, satisfies.
template <class Fits>
bool any_name(const Material& m, Fits fits) {
  const auto& facts = leaf_of(m);
  return fits(facts.common_name) || std::any_of(facts.names.begin(), facts.names.end(), fits);
}

bool any_name_begins(const Material& m, const std::string& prefix) {
  return any_name(
      m, [&](const std::string& name) { return base::starts_with_ignoring_case(name, prefix); });
}

std::string not_wildcard(const Material& m) {
  const auto dot = std::min(m.fqdn.find('.'), m.fqdn.size());
  const std::string wildcard = fmt::format("*{}", m.fqdn.substr(dot));
  const bool found = any_name(
      m, [&](const std::string& name) { return base::same_ignoring_case(name, wildcard); });
  return found ? "" : fmt::format("none of its names is {}", wildcard);
}

// What a kind says of the shape of its names and its chain, beyond the flaw: "" when it is so.
struct Shape {
  CredentialKind kind;
  std::string (*mistake)(const Material&);
};
constexpr Shape shapes[] = {
    {K::valid_cn_only,
     [](const Material& m) -> std::string {
       return leaf_of(m).names.empty()
                  ? ""
                  : "it has a subject alternative name besides its common name";
     }},
    {K::valid_san_only,
     [](const Material& m) -> std::string {
       return leaf_of(m).common_name.empty() ? "" : "it has a common name";
     }},
    {K::missing_intermediate,
     [](const Material& m) -> std::string {
       return m.credential.chain.size() == 1 ? "" : "its intermediate is sent with it";
     }},
    {K::fqdn_suffix,
     [](const Material& m) -> std::string {
       return any_name_begins(m, m.fqdn + ".")
                  ? ""
                  : fmt::format("none of its names continues {}", m.fqdn);
     }},
    {K::fqdn_nul,
     [](const Material& m) -> std::string {
       return any_name_begins(m, m.fqdn + "\\x00")
                  ? ""
                  : fmt::format("none of its names is {} up to a NUL", m.fqdn);
     }},
    {K::fqdn_wildcard, not_wildcard},
    {K::fqdn_cn_only_wrong_san,
     [](const Material& m) -> std::string {
       return base::same_ignoring_case(leaf_of(m).common_name, m.fqdn)
                  ? ""
                  : fmt::format("its common name is not {}", m.fqdn);
     }},
    {K::lookalike_ca,
     [](const Material& m) -> std::string {
       const bool same = m.trust.ca.empty() || has_subject(m.trust.ca, leaf_of(m).issuer);
       return same ? "" : "its issuer does not bear the name of a trusted CA";
     }},
};

std::string wrong_shape(const Material& m) {
  for (const auto& shape : shapes)
    if (shape.kind == m.credential.info.kind) return shape.mistake(m);
  return {};
}

// Flaws that come with a kind, or that nobody would refuse it for rather than for its own.
struct Companion {
  CredentialKind kind;
  Flaw flaw;
};
constexpr Companion companions[] = {
    {K::missing_intermediate, Flaw::untrusted},  // where no SubCA is held (src/FACTS.md 10)
    {K::self_signed, Flaw::untrusted},
    {K::self_signed, Flaw::is_ca},  // as `openssl req -x509` makes them
    {K::weak_key, Flaw::weak_signature},
    {K::weak_signature, Flaw::weak_key},
};

bool comes_with(CredentialKind kind, Flaw flaw) {
  return std::any_of(std::begin(companions), std::end(companions), [&](const Companion& companion) {
    return companion.kind == kind && companion.flaw == flaw;
  });
}

}  // namespace

std::optional<Flaw> flaw_of(CredentialKind kind) {
  for (const auto& row : rows)
    if (row.kind == kind) return row.flaw;
  return std::nullopt;
}

std::string why_unusable(const Material& m) {
  const auto kind = m.credential.info.kind;
  if (!m.credential.info.unusable.empty()) return m.credential.info.unusable;
  // The valid one is the measure of the others; whatever is odd about it is a warning of the kit.
  if (kind == K::valid) return {};
  const auto wanted = flaw_of(kind);
  if (wanted && !holds(m.flaws, *wanted) && can_tell(*wanted, m)) return absence_of(*wanted, m);
  if (auto shape = wrong_shape(m); !shape.empty()) return shape;
  if (!m.subject_fqdn.empty() && !names_host(m.credential.leaf(), m.subject_fqdn))
    return fmt::format("it does not name its subject_fqdn, {}", m.subject_fqdn);
  for (const auto& found : m.flaws)
    if (found.flaw != wanted && !holds(m.flaws_of_valid, found.flaw) &&
        !comes_with(kind, found.flaw))
      return fmt::format("it {} as well, so that a refusal would not show which was seen",
                         found.text);
  return {};
}

}  // namespace pki
