// SPDX-License-Identifier: Apache-2.0
#include "wire/hello.hpp"

#include <algorithm>
#include <string>

namespace wire {

namespace {

using model::TlsVersion;
using Octets = std::vector<std::uint8_t>;

// RFC 8446 4.2.7. The finite-field groups go into TLS 1.3 hellos only: at 1.2 a server that knows
// RFC 7919 would refuse DHE for lack of a common group, which is not the question asked.
constexpr std::uint16_t curves[] = {29, 23, 24, 25, 30, 21, 22};
constexpr std::uint16_t finite_fields[] = {256, 257, 258, 259, 260};
// RFC 8446 4.2.3, from today's to DSA and SHA-1: whatever key the server has, one fits.
constexpr std::uint16_t signatures[] = {0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806,
                                        0x0809, 0x080A, 0x080B, 0x0401, 0x0501, 0x0601, 0x0301, 0x0303,
                                        0x0203, 0x0201, 0x0402, 0x0202, 0x0101};
constexpr std::uint16_t renegotiation_scsv = 0x00FF;  // RFC 5746 3.3
constexpr std::uint16_t grease[] = {0x0A0A, 0x1A1A, 0x2A2A, 0x3A3A, 0x4A4A, 0x5A5A};  // RFC 8701 2
// Neither assigned nor reserved.
constexpr std::uint16_t unknown_extensions[] = {0x5C01, 0x5C02};
constexpr std::uint16_t unknown_version = 0x0305;
constexpr std::size_t medium_length = 300;
constexpr std::size_t great_length = 1500;

void put8(Octets& out, std::size_t value) { out.push_back(static_cast<std::uint8_t>(value)); }
void put16(Octets& out, std::size_t value) {
  put8(out, value >> 8U);
  put8(out, value & 0xFFU);
}
void put24(Octets& out, std::size_t value) {
  put8(out, value >> 16U);
  put16(out, value & 0xFFFFU);
}
void put(Octets& out, const Octets& bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void extension(Octets& out, std::uint16_t type, const Octets& body) {
  put16(out, type);
  put16(out, body.size());
  put(out, body);
}

// A list of 16-bit values behind its length in octets.
template <class Range>
Octets list16(const Range& values) {
  Octets body;
  put16(body, std::size(values) * 2);
  for (const std::uint16_t value : values) put16(body, value);
  return body;
}

Octets server_name_list(const std::string& name) {
  Octets body;
  put16(body, name.size() + 3);
  put8(body, 0);
  put16(body, name.size());
  body.insert(body.end(), name.begin(), name.end());
  return body;
}

bool offers(const model::HelloExchange& hello, TlsVersion version) {
  return std::find(hello.versions.begin(), hello.versions.end(), version) != hello.versions.end();
}

bool is_odd(const model::HelloExchange& hello, model::Oddity oddity) { return hello.oddity == oddity; }

Octets groups_for(const model::HelloExchange& hello) {
  if (!hello.groups.empty()) return list16(hello.groups);
  std::vector<std::uint16_t> groups(std::begin(curves), std::end(curves));
  if (is_odd(hello, model::Oddity::grease)) groups.insert(groups.begin(), grease[0]);
  if (hello.versions == std::vector{TlsVersion::tls1_3})
    groups.insert(groups.end(), std::begin(finite_fields), std::end(finite_fields));
  return list16(groups);
}

Octets versions_for(const model::HelloExchange& hello) {
  Octets body;
  std::vector<TlsVersion> versions = hello.versions;
  std::sort(versions.rbegin(), versions.rend());
  const bool greased = is_odd(hello, model::Oddity::grease);
  const bool unknown = is_odd(hello, model::Oddity::unknown_version);
  put8(body, (versions.size() + (greased || unknown ? 1 : 0)) * 2);
  if (greased) put16(body, grease[1]);
  if (unknown) put16(body, unknown_version);
  for (const auto version : versions) put16(body, model::wire_code(version));
  return body;
}

Octets signatures_for(const model::HelloExchange& hello) {
  std::vector<std::uint16_t> schemes(std::begin(signatures), std::end(signatures));
  if (is_odd(hello, model::Oddity::grease)) schemes.insert(schemes.begin(), grease[2]);
  return list16(schemes);
}

// Before those that are known: an empty one may not come last.
void odd_extensions(Octets& out, const model::HelloExchange& hello) {
  if (is_odd(hello, model::Oddity::grease)) {
    extension(out, grease[3], {});
    extension(out, grease[4], {0});
  }
  if (is_odd(hello, model::Oddity::unknown_extension)) {
    extension(out, unknown_extensions[0], {});
    extension(out, unknown_extensions[1], {0, 2, 0, 1});
  }
}

Octets extensions_for(const model::HelloExchange& hello, TlsVersion highest) {
  Octets out;
  odd_extensions(out, hello);
  if (!hello.server_name.empty()) extension(out, 0, server_name_list(hello.server_name));
  extension(out, 0x0017, {});  // extended_master_secret
  extension(out, 0xFF01, {0});
  extension(out, 10, groups_for(hello));
  extension(out, 11, {1, 0});  // ec_point_formats: uncompressed
  if (highest >= TlsVersion::tls1_2) extension(out, 13, signatures_for(hello));
  if (offers(hello, TlsVersion::tls1_3) || is_odd(hello, model::Oddity::unknown_version)) extension(out, 43, versions_for(hello));
  if (offers(hello, TlsVersion::tls1_3)) {
    extension(out, 45, {1, 1});       // psk_key_exchange_modes
    extension(out, 51, {0, 0});       // key_share without a share: draws a HelloRetryRequest
  }
  if (hello.then == model::Sequel::heartbeat) extension(out, 15, {1});  // may be sent heartbeats
  if (hello.whole_flight) {
    extension(out, 0x0016, {});             // encrypt_then_mac
    extension(out, 35, {});                 // session_ticket, with no ticket yet
    extension(out, 5, {1, 0, 0, 0, 0});     // status_request: OCSP
  }
  return out;
}

Octets ssl2_hello(const model::HelloExchange& hello, const Octets& random) {
  Octets message;
  put8(message, 1);
  put16(message, model::wire_code(TlsVersion::ssl2));
  put16(message, hello.suites.size() * 3);
  put16(message, 0);
  put16(message, 16);
  for (const auto kind : hello.suites) put24(message, kind);
  message.insert(message.end(), random.begin(), random.begin() + 16);
  Octets record;
  put16(record, 0x8000U | message.size());
  put(record, message);
  return record;
}

// Everything of the ClientHello but its extensions.
Octets hello_body(const model::HelloExchange& hello, TlsVersion highest, const Octets& random) {
  Octets body;
  // Before TLS 1.3 this was the highest version a client had, and servers answered with their own.
  const TlsVersion legacy = is_odd(hello, model::Oddity::later_version) ? TlsVersion::tls1_3 : std::min(highest, TlsVersion::tls1_2);
  put16(body, model::wire_code(legacy));
  put(body, random);
  // TLS 1.3 wants 32 octets for middleboxes (RFC 8446 D.4); before it, no session is resumed.
  const bool session_id = offers(hello, TlsVersion::tls1_3);
  put8(body, session_id ? random.size() : 0);
  if (session_id) put(body, random);
  const bool scsv = highest == TlsVersion::ssl3;
  const bool greased = is_odd(hello, model::Oddity::grease);
  put16(body, (hello.suites.size() + (scsv ? 1 : 0) + (greased ? 1 : 0)) * 2);
  if (greased) put16(body, grease[5]);
  for (const auto suite : hello.suites) put16(body, suite);
  if (scsv) put16(body, renegotiation_scsv);
  put8(body, hello.whole_flight ? 2 : 1);
  if (hello.whole_flight) put8(body, 1);  // DEFLATE (RFC 3749), which nobody should take
  put8(body, 0);                          // no compression
  return body;
}

// Octets of padding extension (RFC 7685) that bring a handshake message of `size` out of the
// lengths known to break servers: 256 to 511, and those that leave 10 or 14 modulo 256.
std::size_t padding_for(std::size_t size, model::Oddity oddity) {
  constexpr std::size_t least = 5;   // its head, and an octet
  if (oddity == model::Oddity::medium_length) return size + least > medium_length ? 1 : medium_length - size - 4;
  if (oddity == model::Oddity::great_length) return size + least > great_length ? 1 : great_length - size - 4;
  if (size >= 256 && size <= 511) return size > 507 ? 1 : 512 - size - 4;
  const std::size_t rest = size % 256;
  return rest == 10 || rest == 14 ? 5 : 0;
}

}  // namespace

Octets client_hello(const model::HelloExchange& hello, const Octets& random) {
  const TlsVersion highest = *std::max_element(hello.versions.begin(), hello.versions.end());
  if (highest == TlsVersion::ssl2) return ssl2_hello(hello, random);
  Octets body = hello_body(hello, highest, random);
  if (highest > TlsVersion::ssl3) {
    Octets extensions = extensions_for(hello, highest);
    const std::size_t padding = padding_for(4 + body.size() + 2 + extensions.size(), hello.oddity);
    if (padding > 0) extension(extensions, 21, Octets(padding, 0));
    put16(body, extensions.size());
    put(body, extensions);
  }
  Octets record;
  put8(record, 22);
  put16(record, highest == TlsVersion::ssl3 ? 0x0300 : 0x0301);
  put16(record, body.size() + 4);
  put8(record, 1);
  put24(record, body.size());
  put(record, body);
  return record;
}

}  // namespace wire
