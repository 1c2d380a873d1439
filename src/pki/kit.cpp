// SPDX-License-Identifier: Apache-2.0
#include "pki/kit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.hpp"
#include "pki/certificate.hpp"
#include "pki/kit_file.hpp"
#include "pki/kit_warnings.hpp"
#include "pki/material.hpp"

namespace pki {

namespace {

using model::CredentialKind;

std::string name_in(const model::CertificateFacts& leaf) {
  if (!leaf.common_name.empty()) return leaf.common_name;
  return leaf.names.empty() ? std::string{} : leaf.names.front();
}

base::Result<std::vector<Credential>> read_all(const KitFile& file, const Passphrase& passphrase) {
  std::vector<Credential> out;
  for (const auto& entry : file.entries) {
    Passphrase own = passphrase;
    if (!entry.passphrase_file.empty()) {
      auto read = read_passphrase(entry.passphrase_file);
      if (!read) return read.error();
      own = *read;
    }
    auto credential = read_credential(entry.files, own, entry.label, entry.kind);
    if (!credential) return credential.error();
    credential->subject_fqdn = entry.subject_fqdn;
    out.push_back(std::move(*credential));
  }
  return out;
}

const Credential& first_valid(const std::vector<Credential>& credentials) {
  return *std::find_if(credentials.begin(), credentials.end(), [](const Credential& credential) {
    return credential.info.kind == CredentialKind::valid;
  });
}

// Marks what is not what its kind says.
void judge_material(std::vector<Credential>& credentials, const Kit& kit) {
  const auto flaws = [&](const Credential& credential) {
    return flaws_of(credential, {*kit.trust, credential.expected_fqdn(kit.fqdn), kit.loaded_at});
  };
  const auto valid = flaws(first_valid(credentials));
  for (auto& credential : credentials)
    credential.info.unusable = why_unusable({.credential = credential,
                                             .flaws = flaws(credential),
                                             .flaws_of_valid = valid,
                                             .trust = *kit.trust,
                                             .fqdn = kit.fqdn,
                                             .subject_fqdn = credential.subject_fqdn,
                                             .revocation = kit.revocation,
                                             .ca_name = kit.ca.string(),
                                             .crl_name = kit.crl.string()});
}

void append(std::vector<std::string>& to, std::vector<std::string> more) {
  std::move(more.begin(), more.end(), std::back_inserter(to));
}

std::vector<std::string> warnings_of_secrets(const KitFile& file) {
  std::vector<std::string> out;
  const auto look = [&](const std::filesystem::path& path, std::string_view what) {
    if (path.empty()) return;
    auto line = warning_of_access(path, what);
    // One key often serves many credentials.
    if (!line.empty() && std::find(out.begin(), out.end(), line) == out.end())
      out.push_back(std::move(line));
  };
  for (const auto& entry : file.entries) {
    const auto& pem_key = entry.files.key.empty() ? entry.files.cert : entry.files.key;
    look(entry.files.p12.empty() ? pem_key : entry.files.p12, "private key");
    look(entry.passphrase_file, "passphrase");
  }
  look(file.server_key, "private key");
  return out;
}

}  // namespace

const Credential* Kit::by_label(std::string_view label) const {
  for (const auto& credential : credentials)
    if (credential->info.label == label) return credential.get();
  return nullptr;
}

const Credential* Kit::by_kind(CredentialKind kind) const {
  for (const auto& credential : credentials)
    if (credential->info.kind == kind) return credential.get();
  return nullptr;
}

std::vector<model::CredentialInfo> Kit::infos() const {
  std::vector<model::CredentialInfo> out;
  for (const auto& credential : credentials) out.push_back(credential->info);
  return out;
}

base::Result<Kit> load_kit(const std::filesystem::path& folder, const Passphrase& passphrase,
                           base::EpochSeconds now) {
  std::error_code ignored;
  const bool named_directly = std::filesystem::is_regular_file(folder, ignored);
  const auto path = named_directly ? folder : folder / kit_file_name;
  const auto file = read_kit_file(path);
  if (!file) return file.error();
  auto trust = read_trust(file->ca, file->crl);
  if (!trust) return trust.error();
  auto credentials = read_all(*file, passphrase);
  if (!credentials) return credentials.error();

  Kit kit;
  kit.folder = path.parent_path();
  kit.fqdn = file->fqdn.empty() ? name_in(first_valid(*credentials).info.leaf) : file->fqdn;
  kit.ca = file->ca;
  kit.crl = file->crl;
  kit.revocation = file->revocation;
  kit.server_cert = file->server_cert;
  kit.server_key = file->server_key;
  kit.trust = std::make_shared<const Trust>(std::move(*trust));
  kit.loaded_at = now;
  judge_material(*credentials, kit);
  for (auto& credential : *credentials) {
    append(kit.warnings, credential.warnings);
    kit.credentials.push_back(std::make_shared<const Credential>(std::move(credential)));
  }
  append(kit.warnings, warnings_of_valid(kit));
  append(kit.warnings, warnings_of_crls(kit));
  append(kit.warnings, warnings_of_server(kit));
  append(kit.warnings, warnings_of_secrets(*file));
  return kit;
}

std::vector<std::string> trusted_names(const Kit& kit) {
  std::vector<std::string> out;
  for (const auto& ca : kit.trust->ca)
    out.push_back(base::printable(text_of(X509_get_subject_name(ca.get()))));
  return out;
}

std::string lists_in_words(const Kit& kit) {
  std::vector<std::string> lists;
  for (const auto& crl : kit.trust->crls) {
    const ASN1_TIME* next = X509_CRL_get0_nextUpdate(crl.get());
    lists.push_back(fmt::format("{}, {} to {}", short_name_of(X509_CRL_get_issuer(crl.get())),
                                base::rfc3339(seconds_of(X509_CRL_get0_lastUpdate(crl.get()))),
                                next == nullptr ? "no end" : base::rfc3339(seconds_of(next))));
  }
  return lists.empty() ? "" : fmt::format("{} ({})", kit.crl.string(), base::join(lists, "; "));
}

Kit kit_of_pair(std::shared_ptr<const Credential> valid, base::EpochSeconds now) {
  Kit kit;
  kit.fqdn = name_in(valid->info.leaf);
  kit.loaded_at = now;
  kit.warnings = valid->warnings;
  kit.credentials.push_back(std::move(valid));
  append(kit.warnings, warnings_of_valid(kit));
  return kit;
}

}  // namespace pki
