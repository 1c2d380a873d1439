// SPDX-License-Identifier: Apache-2.0
#include "pki/kit_warnings.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>

#include "base/text.hpp"
#include "pki/certificate.hpp"
#include "pki/flaws.hpp"

namespace pki {

namespace {

constexpr base::EpochSeconds one_day = 24L * 3600;
constexpr base::EpochSeconds soon = 30 * one_day;

bool is_dated(Flaw flaw) {
  return flaw == Flaw::expired || flaw == Flaw::not_yet_valid;
}

// Those who may have issued a list: the trusted CAs, and the issuers that some kinds bring along.
std::vector<X509*> known_issuers(const Kit& kit) {
  std::vector<X509*> out;
  for (const auto& certificate : kit.trust->ca) out.push_back(certificate.get());
  for (const auto& credential : kit.credentials)
    for (const auto& certificate : credential->chain) out.push_back(certificate.get());
  return out;
}

bool issued_by(X509_CRL* crl, X509* certificate) {
  EVP_PKEY* key = X509_get0_pubkey(certificate);
  const bool issued = key != nullptr &&
                      same_name(X509_CRL_get_issuer(crl), X509_get_subject_name(certificate)) &&
                      X509_CRL_verify(crl, key) == 1;
  ERR_clear_error();
  return issued;
}

std::string warning_of_crl(const Kit& kit, X509_CRL* crl) {
  const std::string issuer = short_name_of(X509_CRL_get_issuer(crl));
  const auto issuers = known_issuers(kit);
  if (!issuers.empty() &&
      std::none_of(issuers.begin(), issuers.end(), [&](X509* c) { return issued_by(crl, c); }))
    return fmt::format("{}: the CRL of {} was not issued by a CA of this kit", kit.crl.string(),
                       issuer);
  const ASN1_TIME* next = X509_CRL_get0_nextUpdate(crl);
  if (next == nullptr) return {};
  const auto dates =
      dates_in_words(seconds_of(X509_CRL_get0_lastUpdate(crl)), seconds_of(next), kit.loaded_at);
  return dates.empty() ? "" : fmt::format("{}: the CRL of {} {}", kit.crl.string(), issuer, dates);
}

}  // namespace

std::string dates_in_words(base::EpochSeconds from, base::EpochSeconds until,
                           base::EpochSeconds now) {
  if (until < now) return "expired on " + base::rfc3339(until);
  if (from > now) return "is not valid before " + base::rfc3339(from);
  if (until - now > soon) return {};
  const auto days = static_cast<std::size_t>((until - now) / one_day);
  return fmt::format("ends on {}, in {}", base::rfc3339(until), base::counted(days, "day"));
}

std::vector<std::string> warnings_of_valid(const Kit& kit) {
  std::vector<std::string> out;
  for (const auto& credential : kit.credentials) {
    const auto& info = credential->info;
    if (info.kind != model::CredentialKind::valid) continue;
    const auto line = [&](const std::string& text) {
      out.push_back(fmt::format("the client certificate \"{}\" {}", info.label, text));
    };
    const auto dates = dates_in_words(info.leaf.not_before, info.leaf.not_after, kit.loaded_at);
    if (!dates.empty()) line(dates);
    const Yardstick against{*kit.trust, credential->expected_fqdn(kit.fqdn), kit.loaded_at};
    for (const auto& found : flaws_of(*credential, against))
      if (!is_dated(found.flaw)) line(found.text);
  }
  return out;
}

std::vector<std::string> warnings_of_crls(const Kit& kit) {
  std::vector<std::string> out;
  if (kit.trust->crls.empty()) return out;
  for (const auto& crl : kit.trust->crls)
    if (auto line = warning_of_crl(kit, crl.get()); !line.empty()) out.push_back(std::move(line));
  for (const auto& ca : kit.trust->ca) {
    const auto its_own = [&](const Crl& crl) { return issued_by(crl.get(), ca.get()); };
    if (std::none_of(kit.trust->crls.begin(), kit.trust->crls.end(), its_own))
      out.push_back(
          fmt::format("{}: no CRL of {}; a server that checks the whole chain refuses everyone",
                      kit.crl.string(), short_name_of(X509_get_subject_name(ca.get()))));
  }
  return out;
}

std::vector<std::string> warnings_of_server(const Kit& kit) {
  if (kit.server_cert.empty()) return {};
  const auto certificates = read_certificates(kit.server_cert);
  if (!certificates) return {base::one_line(certificates.error())};
  const auto facts = facts_of(certificates->front().get());
  const auto dates = dates_in_words(facts.not_before, facts.not_after, kit.loaded_at);
  if (dates.empty()) return {};
  return {fmt::format("the server certificate {} {}", kit.server_cert.string(), dates)};
}

std::string warning_of_access(const std::filesystem::path& file, std::string_view what) {
  std::error_code failed;
  const auto permissions = std::filesystem::status(file, failed).permissions();
  if (failed || (permissions & std::filesystem::perms::others_read) == std::filesystem::perms::none)
    return {};
  return fmt::format("{}: everybody on this machine can read this {}; chmod 600 {}", file.string(),
                     what, base::shell_quoted(file.string()));
}

}  // namespace pki
