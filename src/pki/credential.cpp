// SPDX-License-Identifier: Apache-2.0
#include "pki/credential.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/files.hpp"
#include "base/text.hpp"
#include "pki/certificate.hpp"
#include "pki/key.hpp"
#include "pki/pem.hpp"
#include "pki/pkcs12.hpp"

namespace pki {

namespace {

using base::Error;
using base::Trouble;
using model::CredentialKind;

// What the files hold, before anything is known of what belongs together.
struct Parts {
  std::vector<Cert> certs;
  Pkey key;
  std::string cert_name, key_name;  // files, for messages
  bool ordered = false;             // the order of certs is somebody's intention (PEM, not PKCS#12)
};

base::Result<Parts> read_pkcs12(const CredentialFiles& files, const Passphrase& passphrase) {
  if (!files.cert.empty() || !files.key.empty())
    return Error{Trouble::usage, "a PKCS#12 file and PEM files are both named", files.p12.string(),
                 "name one or the other"};
  auto bytes = base::read_file(files.p12);
  if (!bytes) return bytes.error();
  const WipedAtEnd wiped(*bytes);
  auto content = open_pkcs12(*bytes, files.p12.string(), passphrase);
  if (!content) return content.error();
  const std::string name = files.p12.string();
  return Parts{std::move(content->certs), std::move(content->key), name, name, false};
}

base::Result<Parts> read_pem(const CredentialFiles& files, const Passphrase& passphrase) {
  if (files.cert.empty())
    return Error{Trouble::usage, "a private key is named without its certificate",
                 files.key.string(), ""};
  auto certs = read_certificates(files.cert);
  if (!certs) return certs.error();
  const std::string key_name = (files.key.empty() ? files.cert : files.key).string();
  auto text = base::read_file(key_name);
  if (!text) return text.error();
  const WipedAtEnd wiped(*text);
  auto key = key_from_pem(*text, key_name, passphrase);
  if (!key && files.key.empty() && key.error().kind == Trouble::bad_data)
    return Error{Trouble::bad_data, key.error().what, key_name,
                 "name the file with its private key too"};
  if (!key) return key.error();
  return Parts{std::move(*certs), std::move(*key), files.cert.string(), key_name, true};
}

base::Result<Parts> read_parts(const CredentialFiles& files, const Passphrase& passphrase) {
  auto parts = files.p12.empty() ? read_pem(files, passphrase) : read_pkcs12(files, passphrase);
  if (!parts || files.chain.empty()) return parts;
  auto chain = read_certificates(files.chain);
  if (!chain) return chain.error();
  std::move(chain->begin(), chain->end(), std::back_inserter(parts->certs));
  return parts;
}

bool same_certificate(const Cert& a, const Cert& b) {
  return X509_cmp(a.get(), b.get()) == 0;
}

// A file named "full chain" and a chain file often both hold the same certificate.
void drop_repeated(std::vector<Cert>& certs) {
  for (auto at = certs.begin(); at != certs.end();) {
    const bool seen =
        std::any_of(certs.begin(), at, [&](const Cert& c) { return same_certificate(c, *at); });
    at = seen ? certs.erase(at) : at + 1;
  }
}

// Puts each certificate after the one it issued, from the first on; what issued none of them keeps
// its order at the end. Returns whether anything moved.
bool sort_chain(std::vector<Cert>& certs) {
  bool moved = false;
  for (std::size_t i = 0; i + 1 < certs.size() && !is_self_issued(certs[i].get()); ++i) {
    const X509_NAME* issuer = X509_get_issuer_name(certs[i].get());
    const auto next = certs.begin() + static_cast<std::ptrdiff_t>(i) + 1;
    const auto found = std::find_if(next, certs.end(), [&](const Cert& candidate) {
      return same_name(X509_get_subject_name(candidate.get()), issuer);
    });
    if (found == certs.end()) break;
    moved = moved || found != next;
    std::rotate(next, found, found + 1);
  }
  return moved;
}

Error not_matching(const Parts& parts, const std::string& label) {
  return {Trouble::bad_data,
          fmt::format("the private key of \"{}\" does not match the certificate {}", label,
                      parts.cert_name),
          parts.key_name,
          fmt::format("compare: openssl x509 -in {} -noout -pubkey; openssl pkey -in {} -pubout",
                      base::shell_quoted(parts.cert_name), base::shell_quoted(parts.key_name))};
}

// Puts the leaf first: the certificate the key belongs to. For key-mismatch nothing may match the
// first one. Returns whether it stood elsewhere.
base::Result<bool> put_leaf_first(Parts& parts, const std::string& label, CredentialKind kind) {
  auto& certs = parts.certs;
  const auto leaf = std::find_if(certs.begin(), certs.end(), [&](const Cert& candidate) {
    return belongs_to(candidate.get(), parts.key.get());
  });
  if (kind == CredentialKind::key_mismatch) {
    if (leaf == certs.begin())
      return Error{Trouble::bad_data,
                   fmt::format("the private key of \"{}\" matches its certificate, which kind "
                               "key-mismatch rules out",
                               label),
                   parts.key_name, "name another private key of the same type"};
    return false;
  }
  if (leaf == certs.end()) return not_matching(parts, label);
  const bool elsewhere = leaf != certs.begin();
  std::rotate(certs.begin(), leaf, leaf + 1);
  return elsewhere;
}

// Swaps the key for one that OpenSSL will load and the peer will find wrong.
void make_key_foreign(Credential& credential) {
  credential.key_matches = false;
  Pkey foreign =
      with_foreign_private_half(X509_get0_pubkey(credential.leaf()), credential.key.get());
  if (foreign == nullptr)
    credential.info.unusable = fmt::format(
        "a foreign private key can be sent for RSA and EC certificates only, this one is {}",
        credential.info.leaf.key);
  credential.key = std::move(foreign);
}

}  // namespace

base::Result<Credential> read_credential(const CredentialFiles& files, const Passphrase& passphrase,
                                         std::string label, CredentialKind kind) {
  auto parts = read_parts(files, passphrase);
  if (!parts) return parts.error();
  const auto leaf_moved = put_leaf_first(*parts, label, kind);
  if (!leaf_moved) return leaf_moved.error();
  drop_repeated(parts->certs);
  const bool chain_moved = sort_chain(parts->certs);

  Credential credential;
  if (parts->ordered && (*leaf_moved || chain_moved))
    credential.warnings.push_back(fmt::format(
        "{}: the certificates of \"{}\" are in the wrong order (leaf first, each followed by its "
        "issuer); sent in the right one",
        (files.chain.empty() || *leaf_moved ? files.cert : files.chain).string(), label));
  credential.chain = std::move(parts->certs);
  credential.key = std::move(parts->key);
  credential.info.label = std::move(label);
  credential.info.kind = kind;
  credential.info.leaf = facts_of(credential.leaf());
  credential.info.cert_file = (files.p12.empty() ? files.cert : files.p12).string();
  if (files.p12.empty()) credential.info.chain_file = files.chain.string();
  if (files.p12.empty()) credential.info.key_file = (files.key.empty() ? files.cert : files.key).string();
  if (kind == CredentialKind::key_mismatch) make_key_foreign(credential);
  return credential;
}

base::Result<std::shared_ptr<const Credential>> load_credential(const CredentialFiles& files,
                                                                const Passphrase& passphrase,
                                                                std::string label,
                                                                CredentialKind kind) {
  auto credential = read_credential(files, passphrase, std::move(label), kind);
  if (!credential) return credential.error();
  return std::make_shared<const Credential>(std::move(*credential));
}

base::Status install(SSL_CTX* context, const Credential& credential) {
  // Whatever is short, weak or signed with SHA-1 must leave all the same: the target is to judge
  // it.
  SSL_CTX_set_security_level(context, 0);
  // Else OpenSSL completes the chain from the trust store meant for the *server's* certificate, and
  // missing-intermediate would be sent with its intermediate.
  SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
  const auto refused = [&](const std::string& reason) {
    return Error{Trouble::bad_data, fmt::format("OpenSSL will not send the credential: {}", reason),
                 credential.info.label, ""};
  };
  if (credential.chain.empty() || credential.key == nullptr)
    return refused(credential.info.unusable);
  const auto above = acquired<Certs>(sk_X509_new_null());
  for (std::size_t i = 1; i < credential.chain.size(); ++i)
    if (sk_X509_push(above.get(), shared(credential.chain[i].get()).release()) == 0)
      throw std::bad_alloc{};
  ERR_clear_error();
  if (SSL_CTX_use_cert_and_key(context, credential.leaf(), credential.key.get(), above.get(), 1) !=
      1)
    return refused(openssl_reason("unknown reason"));
  return base::Nothing{};
}

}  // namespace pki
