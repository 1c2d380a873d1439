// SPDX-License-Identifier: Apache-2.0
#include "pki/pair_kinds.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "pki/certificate.hpp"
#include "pki/issue.hpp"
#include "pki/key.hpp"

namespace pki {

namespace {

using model::CredentialKind;

constexpr base::EpochSeconds ten_years = 10L * 365 * 86400;

bool is_address(const std::string& name) {
  const Owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> address{a2i_IPADDRESS(name.c_str())};
  return address != nullptr;
}

class Maker {
 public:
  explicit Maker(const Credential& valid) : valid_(valid), facts_(valid.info.leaf) {
    const bool rsa = EVP_PKEY_get_base_id(valid.key.get()) == EVP_PKEY_RSA;
    stranger_ = new_key(rsa ? KeyType::rsa : KeyType::ecdsa);
  }

  std::vector<std::shared_ptr<const Credential>> all() {
    add(CredentialKind::self_signed, one(leaf_by({nullptr, valid_.key.get()})));
    add(CredentialKind::untrusted_ca, under(false));
    add(CredentialKind::lookalike_ca, under(true));
    auto tampered = sent_with_valid();
    tampered.front() = with_tampered_signature(valid_.leaf());
    add(CredentialKind::tampered_signature, std::move(tampered));
    key_mismatch();
    if (valid_.chain.size() > 1 && !is_self_issued(valid_.chain[1].get()))
      add(CredentialKind::missing_intermediate, one(shared(valid_.leaf())));
    return std::move(made_);
  }

 private:
  static std::vector<Cert> one(Cert certificate) {
    std::vector<Cert> out;
    out.push_back(std::move(certificate));
    return out;
  }

  [[nodiscard]] std::vector<Cert> sent_with_valid() const {
    std::vector<Cert> out;
    for (const auto& certificate : valid_.chain) out.push_back(shared(certificate.get()));
    return out;
  }

  // The valid leaf again, by another issuer.
  [[nodiscard]] Cert leaf_by(const Issuer& issuer) const {
    CertificatePlan plan{.subject = X509_get_subject_name(valid_.leaf()),
                         .period = {facts_.not_before, facts_.not_after}};
    for (const auto& name : facts_.names)
      (is_address(name) ? plan.ip_addresses : plan.dns_names).push_back(name);
    return issue(plan, valid_.key.get(), issuer);
  }

  // The names of the CAs above the leaf, nearest first; at least one.
  [[nodiscard]] std::vector<Name> issuer_names() const {
    std::vector<Name> out;
    for (const auto& certificate : valid_.chain)
      if (!is_self_issued(certificate.get()))
        out.push_back(
            acquired<Name>(X509_NAME_dup(X509_get_issuer_name(certificate.get()))));
    if (out.empty())  // the valid one is self-signed itself
      out.push_back(acquired<Name>(X509_NAME_dup(X509_get_issuer_name(valid_.leaf()))));
    return out;
  }

  // A chain as deep as the valid one under a root of its own, which is sent too: a target that
  // trusts whatever root it is shown must not hide behind a missing one.
  [[nodiscard]] std::vector<Cert> under(bool same_names) const {
    auto names = issuer_names();
    if (!same_names)
      for (std::size_t i = 0; i < names.size(); ++i)
        names[i] = distinguished_name("GB", "probity test kit",
                                      i + 1 == names.size() ? "Untrusted RootCA" : "Untrusted SubCA");
    const Period period{facts_.not_before, facts_.not_after + ten_years};
    std::vector<Cert> issuers;  // nearest first
    for (std::size_t i = names.size(); i-- > 0;) {
      X509* above = issuers.empty() ? nullptr : issuers.front().get();
      const CertificatePlan plan{.subject = names[i].get(), .period = period, .role = Role::ca};
      issuers.insert(issuers.begin(), issue(plan, stranger_.get(), {above, stranger_.get()}));
    }
    std::vector<Cert> out = one(leaf_by({issuers.front().get(), stranger_.get()}));
    std::move(issuers.begin(), issuers.end(), std::back_inserter(out));
    return out;
  }

  void key_mismatch() {
    Pkey foreign = with_foreign_private_half(X509_get0_pubkey(valid_.leaf()), stranger_.get());
    if (foreign == nullptr) return;
    add(CredentialKind::key_mismatch, sent_with_valid(), std::move(foreign));
  }

  void add(CredentialKind kind, std::vector<Cert> chain, Pkey key = {}) {
    Credential credential;
    credential.key_matches = key == nullptr;
    credential.key = key == nullptr ? shared(valid_.key.get()) : std::move(key);
    credential.chain = std::move(chain);
    credential.info.label = std::string(model::word(kind));
    credential.info.kind = kind;
    credential.info.leaf = facts_of(credential.leaf());
    made_.push_back(std::make_shared<const Credential>(std::move(credential)));
  }

  const Credential& valid_;
  const model::CertificateFacts& facts_;
  Pkey stranger_;
  std::vector<std::shared_ptr<const Credential>> made_;
};

constexpr CredentialKind without_ca[] = {
    CredentialKind::self_signed,        CredentialKind::untrusted_ca, CredentialKind::lookalike_ca,
    CredentialKind::tampered_signature, CredentialKind::key_mismatch, CredentialKind::missing_intermediate};

}  // namespace

std::vector<std::shared_ptr<const Credential>> made_from(const Credential& valid) {
  return Maker(valid).all();
}

std::vector<CredentialKind> complete_from_valid(Kit& kit) {
  std::vector<CredentialKind> added;
  const Credential* valid = kit.by_kind(CredentialKind::valid);
  const auto has = [&](CredentialKind kind) { return kit.by_kind(kind) != nullptr; };
  if (valid == nullptr || std::all_of(std::begin(without_ca), std::end(without_ca), has)) return added;
  for (auto& made : made_from(*valid)) {
    const auto kind = made->info.kind;
    if (has(kind) || kit.by_label(made->info.label) != nullptr) continue;
    kit.credentials.push_back(std::move(made));
    added.push_back(kind);
  }
  return added;
}

}  // namespace pki
