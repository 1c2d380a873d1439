// SPDX-License-Identifier: Apache-2.0
// TLS in the field's own words: versions, suites, alerts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/words.hpp"

namespace model {

enum class TlsVersion { ssl2, ssl3, tls1_0, tls1_1, tls1_2, tls1_3 };

template <>
struct Words<TlsVersion> {
  static constexpr std::pair<TlsVersion, std::string_view> table[] = {
      {TlsVersion::ssl2, "SSLv2"},     {TlsVersion::ssl3, "SSLv3"},
      {TlsVersion::tls1_0, "TLSv1.0"}, {TlsVersion::tls1_1, "TLSv1.1"},
      {TlsVersion::tls1_2, "TLSv1.2"}, {TlsVersion::tls1_3, "TLSv1.3"}};
};

// The two octets of a version on the wire (RFC 8446 4.1.2, RFC 6101): 0x0300 to 0x0304; SSLv2 is 0x0002.
std::uint16_t wire_code(TlsVersion version);
std::optional<TlsVersion> version_of(std::uint16_t wire_code);

// One row of the suite table (profiles/data/tls-suites.csv), whose text it points into. SSLv2 kinds have
// three-octet codes.
struct Suite {
  std::uint32_t code = 0;
  std::string_view name;           // IANA's
  std::string_view openssl_name;    // may be empty
  std::string_view key_exchange;
  std::string_view authentication;
  std::string_view encryption;
  int bits = 0;
  std::string_view mac;
  std::string_view first_version;   // "SSLv2", "SSLv3", "TLSv1.2", "TLSv1.3"
  bool likely = false;         // real servers have it: worth a hello of its own
  int usual_rank = 0;          // place in the order OpenSSL gives all its suites; 0 = not one of them
  std::string_view weakness;        // class: "no-encryption", "export", ...; empty for none
};

std::span<const Suite> all_suites();
const Suite* find_suite(std::uint32_t code);
const Suite* find_suite(std::string_view name);  // IANA or OpenSSL name
std::string suite_name(std::uint32_t code);      // "0x1234" when unknown
std::string code_text(std::uint32_t code);       // "0xC030"

// The codes that may be offered at a version: SSLv2 kinds at SSLv2, TLS 1.3 suites at 1.3, else all others.
std::vector<std::uint32_t> suites_for(TlsVersion version);

// TLS_FALLBACK_SCSV (RFC 7507): no suite, but it stands where suites stand.
inline constexpr std::uint32_t fallback_scsv = 0x5600;

bool is_chacha20(std::uint32_t code);
// The weakness class in words for people: "no forward secrecy"; empty for none.
std::string weakness_in_words(const Suite& suite);

// "handshake_failure" (RFC 8446 6, RFC 5246 7.2); "alert 200" when unregistered.
std::string alert_name(std::uint8_t description);

}  // namespace model
