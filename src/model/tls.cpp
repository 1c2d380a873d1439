// SPDX-License-Identifier: Apache-2.0
#include "model/tls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/assets.hpp"
#include "base/text.hpp"

namespace model {

namespace {

struct Alert {
  std::uint8_t description;
  std::string_view name;
};

constexpr Alert alerts[] = {
    {0, "close_notify"},
    {10, "unexpected_message"},
    {20, "bad_record_mac"},
    {21, "decryption_failed"},
    {22, "record_overflow"},
    {30, "decompression_failure"},
    {40, "handshake_failure"},
    {41, "no_certificate"},
    {42, "bad_certificate"},
    {43, "unsupported_certificate"},
    {44, "certificate_revoked"},
    {45, "certificate_expired"},
    {46, "certificate_unknown"},
    {47, "illegal_parameter"},
    {48, "unknown_ca"},
    {49, "access_denied"},
    {50, "decode_error"},
    {51, "decrypt_error"},
    {60, "export_restriction"},
    {70, "protocol_version"},
    {71, "insufficient_security"},
    {80, "internal_error"},
    {86, "inappropriate_fallback"},
    {90, "user_canceled"},
    {100, "no_renegotiation"},
    {109, "missing_extension"},
    {110, "unsupported_extension"},
    {111, "certificate_unobtainable"},
    {112, "unrecognized_name"},
    {113, "bad_certificate_status_response"},
    {114, "bad_certificate_hash_value"},
    {115, "unknown_psk_identity"},
    {116, "certificate_required"},
    {120, "no_application_protocol"},
    {121, "ech_required"},
};

constexpr std::pair<std::string_view, std::string_view> weaknesses[] = {
    {"ssl2", "SSLv2"},
    {"no-encryption", "no encryption"},
    {"no-authentication", "no authentication"},
    {"export", "breakable export key"},
    {"breakable-key", "breakable key"},
    {"rc4", "RC4"},
    {"64-bit-blocks", "64-bit blocks"},
    {"no-forward-secrecy", "no forward secrecy"},
};

Suite suite_from(const std::vector<std::string_view>& f) {
  Suite suite;
  std::from_chars(f[0].data() + 2, f[0].data() + f[0].size(), suite.code, 16);
  suite.name = f[1];
  suite.openssl_name = f[2];
  suite.key_exchange = f[3];
  suite.authentication = f[4];
  suite.encryption = f[5];
  std::from_chars(f[6].data(), f[6].data() + f[6].size(), suite.bits);
  suite.mac = f[7];
  suite.first_version = f[8];
  suite.weakness = f[9];
  suite.likely = !f[10].empty();
  std::from_chars(f[11].data(), f[11].data() + f[11].size(), suite.usual_rank);
  return suite;
}

std::vector<Suite> load_suites() {
  std::vector<Suite> table;
  const auto csv = base::asset("profiles/data/tls-suites.csv").value_or("");
  table.reserve(static_cast<std::size_t>(std::count(csv.begin(), csv.end(), '\n')));
  for (const auto line : base::parts(csv, '\n')) {
    const auto fields = base::parts(base::trim(line), ',');
    if (fields.size() >= 12 && fields[0].starts_with("0x")) table.push_back(suite_from(fields));
  }
  return table;
}

}  // namespace

std::uint16_t wire_code(TlsVersion version) {
  switch (version) {
    case TlsVersion::ssl2: return 0x0002;
    case TlsVersion::ssl3: return 0x0300;
    case TlsVersion::tls1_0: return 0x0301;
    case TlsVersion::tls1_1: return 0x0302;
    case TlsVersion::tls1_2: return 0x0303;
    case TlsVersion::tls1_3: return 0x0304;
  }
  return 0;
}

std::optional<TlsVersion> version_of(std::uint16_t code) {
  for (const auto& [version, name] : Words<TlsVersion>::table)
    if (wire_code(version) == code) return version;
  return std::nullopt;
}

std::span<const Suite> all_suites() {
  static const std::vector<Suite> table = load_suites();
  return table;
}

const Suite* find_suite(std::uint32_t code) {
  // Asked for thousands of times in a survey: sorted, and side by side.
  static const auto index = [] {
    std::vector<std::pair<std::uint32_t, const Suite*>> by_code;
    for (const auto& suite : all_suites()) by_code.emplace_back(suite.code, &suite);
    std::sort(by_code.begin(), by_code.end());
    return by_code;
  }();
  const auto at = std::lower_bound(index.begin(), index.end(), code, [](const auto& row, std::uint32_t wanted) { return row.first < wanted; });
  return at == index.end() || at->first != code ? nullptr : at->second;
}

const Suite* find_suite(std::string_view name) {
  for (const auto& suite : all_suites())
    if (suite.name == name || (!suite.openssl_name.empty() && suite.openssl_name == name)) return &suite;
  return nullptr;
}

std::string code_text(std::uint32_t code) {
  return code > 0xFFFF ? fmt::format("0x{:06X}", code) : fmt::format("0x{:04X}", code);
}

std::string suite_name(std::uint32_t code) {
  const Suite* suite = find_suite(code);
  return suite != nullptr ? std::string(suite->name) : code_text(code);
}

std::vector<std::uint32_t> suites_for(TlsVersion version) {
  using Codes = std::vector<std::uint32_t>;
  static const auto table = [] {
    std::array<Codes, 3> out;   // SSLv2, TLS 1.3, all between
    for (const auto& suite : all_suites())
      out[suite.first_version == "SSLv2" ? 0 : suite.first_version == "TLSv1.3" ? 1 : 2].push_back(suite.code);
    return out;
  }();
  return table[version == TlsVersion::ssl2 ? 0 : version == TlsVersion::tls1_3 ? 1 : 2];
}

bool is_chacha20(std::uint32_t code) {
  const Suite* suite = find_suite(code);
  return suite != nullptr && suite->encryption.starts_with("CHACHA20");
}

std::string weakness_in_words(const Suite& suite) {
  for (const auto& [word, text] : weaknesses)
    if (suite.weakness == word) return std::string(text);
  return std::string(suite.weakness);
}

std::string alert_name(std::uint8_t description) {
  for (const auto& alert : alerts)
    if (alert.description == description) return std::string(alert.name);
  return fmt::format("alert {}", description);
}

}  // namespace model
