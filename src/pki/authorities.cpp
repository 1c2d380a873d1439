// SPDX-License-Identifier: Apache-2.0
#include "pki/authorities.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "pki/certificate.hpp"
#include "pki/digest.hpp"

namespace pki {

namespace {

using base::Error;
using base::Trouble;

constexpr base::EpochSeconds one_day = 24L * 3600;
constexpr base::EpochSeconds one_year = 365 * one_day;
constexpr const char* organisation = "probity test kit";

// A year old, so that certificates which expired yesterday were once in order.
Period ca_period(base::EpochSeconds now, int years) {
  return {now - one_year, now + years * one_year};
}

Name ca_name(const std::string& common_name) {
  return distinguished_name("GB", organisation, common_name);
}

Authority new_root(const X509_NAME* name, const Period& period, Pkey key) {
  CertificatePlan plan{.subject = name, .period = period, .role = Role::ca};
  Authority root;
  root.chain.push_back(issue(plan, key.get(), {nullptr, key.get()}));
  root.key = std::move(key);
  return root;
}

// What is sent is what the target need not be told: everything but the root.
std::vector<Cert> without_root(const std::vector<Cert>& chain) {
  std::vector<Cert> out;
  for (const auto& certificate : chain)
    if (!is_self_issued(certificate.get())) out.push_back(shared(certificate.get()));
  return out;
}

Authority new_sub(const X509_NAME* name, const Period& period, Pkey key, const Authority& above) {
  CertificatePlan plan{.subject = name, .period = period, .role = Role::ca};
  Authority sub;
  sub.chain.push_back(issue(plan, key.get(), above.issuer()));
  for (const auto& certificate : above.chain) sub.chain.push_back(shared(certificate.get()));
  sub.key = std::move(key);
  sub.sent = without_root(sub.chain);
  return sub;
}

// How many certificates from the first on were each issued by the next: the rest belong to nobody
// here.
std::size_t path_length(const std::vector<Cert>& chain) {
  std::size_t length = 1;
  while (length < chain.size() && !is_self_issued(chain[length - 1].get()) &&
         same_name(X509_get_issuer_name(chain[length - 1].get()),
                   X509_get_subject_name(chain[length].get())))
    ++length;
  return length;
}

X509* top_of(const std::vector<Cert>& chain) {
  return chain[path_length(chain) - 1].get();
}

base::Status usable_ca(const Credential& ca, const std::string& file, base::EpochSeconds now) {
  X509* certificate = ca.leaf();
  const auto& facts = ca.info.leaf;
  const auto bad = [&](std::string what, std::string hint = {}) {
    return Error{Trouble::bad_data, std::move(what), file, std::move(hint)};
  };
  if (X509_check_ca(certificate) == 0)
    return bad(fmt::format("{} is no CA certificate", facts.subject),
               "name the CA that issues the client certificates");
  if (facts.not_after < now)
    return bad(
        fmt::format("the CA {} expired on {}", facts.subject, base::rfc3339(facts.not_after)));
  X509* top = top_of(ca.chain);
  if (!is_self_issued(top))
    return bad(
        fmt::format("the issuer of {} is not in the file", text_of(X509_get_subject_name(top))),
        "append the certificates above it, up to the root");
  return base::Nothing{};
}

}  // namespace

Authorities Authorities::made_new(KeyType type, base::EpochSeconds now) {
  Authorities out(type, now);
  // Two kits on one server must not share the names of their CAs: lists are looked up by name.
  out.mark_ = random_uuid().substr(0, 8);
  out.root_ =
      new_root(ca_name("Test RootCA " + out.mark_).get(), ca_period(now, 10), new_key(type));
  out.trusted_ = new_sub(ca_name("Test SubCA " + out.mark_).get(), ca_period(now, 5), new_key(type),
                         out.root_);
  return out;
}

base::Result<Authorities> Authorities::given(const CredentialFiles& files,
                                             const Passphrase& passphrase, KeyType type,
                                             base::EpochSeconds now) {
  auto ca = read_credential(files, passphrase, "CA", model::CredentialKind::valid);
  if (!ca) return ca.error();
  const std::string file = (files.p12.empty() ? files.cert : files.p12).string();
  if (const auto status = usable_ca(*ca, file, now); !status) return status.error();
  Authorities out(type, now);
  out.mark_ = random_uuid().substr(0, 8);
  out.trusted_.chain = std::move(ca->chain);
  out.trusted_.chain.resize(path_length(out.trusted_.chain));
  out.trusted_.key = std::move(ca->key);
  out.trusted_.sent = without_root(out.trusted_.chain);
  return out;
}

// A SubCA of its own, in no bundle: below the trusted one, its bad intermediate would never be
// looked at, because the target holds a good one of the same name (src/FACTS.md 10).
Authority Authorities::side_sub_ca(const std::string& name, Period period) {
  if (side_key_ == nullptr) side_key_ = new_key(type_);
  return new_sub(ca_name(fmt::format("{} {}", name, mark_)).get(), period, shared(side_key_.get()),
                 upper());
}

// A chain as deep as the trusted one under a root of its own. That root is sent too: a server that
// trusts whatever root it is shown must not hide behind a missing one.
Authority Authorities::shadow(bool same_names) {
  const auto& real = trusted_.chain;
  const auto name_of = [&](std::size_t i) {
    X509_NAME* name = X509_get_subject_name(real[i].get());
    if (same_names) return acquired<Name>(X509_NAME_dup(name));
    return ca_name(
        fmt::format("Untrusted {} {}", i + 1 == real.size() ? "RootCA" : "SubCA", mark_));
  };
  EVP_PKEY* key = stranger_key();
  Authority above = new_root(name_of(real.size() - 1).get(), ca_period(now_, 10), shared(key));
  for (std::size_t i = real.size() - 1; i-- > 0;)
    above = new_sub(name_of(i).get(), ca_period(now_, 5), shared(key), above);
  above.sent.clear();
  for (const auto& certificate : above.chain) above.sent.push_back(shared(certificate.get()));
  return above;
}

EVP_PKEY* Authorities::stranger_key() {
  if (stranger_key_ == nullptr) stranger_key_ = new_key(type_);
  return stranger_key_.get();
}

Authority& Authorities::of(IssuedBy who) {
  if (who == IssuedBy::trusted) return trusted_;
  if (const auto found = others_.find(who); found != others_.end()) return found->second;
  switch (who) {
    case IssuedBy::untrusted:
      return others_[who] = shadow(false);
    case IssuedBy::lookalike:
      return others_[who] = shadow(true);
    case IssuedBy::expired_sub:
      return others_[who] = side_sub_ca("Test expired SubCA", {now_ - one_year, now_ - one_day});
    case IssuedBy::revoked_sub: {
      auto& sub = others_[who] = side_sub_ca("Test revoked SubCA", ca_period(now_, 5));
      upper().revoked.push_back(revocation_of(sub.certificate(), now_ - 3600));
      return sub;
    }
    case IssuedBy::trusted:
    case IssuedBy::itself:
    case IssuedBy::a_leaf:
      break;
  }
  return trusted_;
}

std::string Authorities::why_not(IssuedBy who) const {
  const bool below = who == IssuedBy::expired_sub || who == IssuedBy::revoked_sub;
  if (!below || !root_.chain.empty()) return {};
  for (std::size_t i = 0; i < trusted_.chain.size(); ++i) {
    const long limit = X509_get_pathlen(trusted_.chain[i].get());  // -1: none
    if (limit >= 0 && static_cast<std::size_t>(limit) < i + 1)
      return fmt::format("{} allows no further CA below the one given (its path length is {})",
                         short_name_of(X509_get_subject_name(trusted_.chain[i].get())), limit);
  }
  return {};
}

std::vector<const Authority*> Authorities::with_crl() const {
  std::vector<const Authority*> out;
  if (!root_.chain.empty()) out.push_back(&root_);
  out.push_back(&trusted_);
  // Their own lists too: a server that checks the whole chain would otherwise refuse for want of a
  // list, and a server that ignores what is wrong with the SubCA would look sound.
  for (const IssuedBy side : {IssuedBy::expired_sub, IssuedBy::revoked_sub})
    if (const auto found = others_.find(side); found != others_.end())
      out.push_back(&found->second);
  return out;
}

std::vector<std::string> Authorities::without_crl() const {
  std::vector<std::string> out;
  if (!root_.chain.empty()) return out;
  for (std::size_t i = 1; i < trusted_.chain.size(); ++i)
    out.push_back(short_name_of(X509_get_subject_name(trusted_.chain[i].get())));
  return out;
}

}  // namespace pki
