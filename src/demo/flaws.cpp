// SPDX-License-Identifier: Apache-2.0
#include "demo/flaws.hpp"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>

#include "base/files.hpp"
#include "pki/key.hpp"
#include "wire/octet_reader.hpp"

namespace demo {

namespace {

using Octets = Flaws::Octets;
using View = std::span<const std::uint8_t>;

constexpr std::uint8_t bad_record_mac = 20, handshake_failure = 40, decode_error = 50, protocol_version = 70;
constexpr std::uint16_t heartbeats = 15, padding = 21, supported_versions = 43;
constexpr std::uint16_t fallback = 0x5600;   // RFC 7507
constexpr std::size_t short_id = 31;

Octets alert(std::uint8_t description) { return {21, 3, 3, 0, 2, 2, description}; }

// What a ClientHello says, as far as faults look at it.
struct Hello {
  std::uint16_t version = 0;
  std::size_t length = 0;   // of the handshake message
  Octets session_id;
  std::vector<std::uint16_t> suites;
  bool compresses = false;
  std::vector<std::pair<std::uint16_t, View>> extensions;

  [[nodiscard]] View extension(std::uint16_t type) const {
    for (const auto& [known, body] : extensions)
      if (known == type) return body;
    return {};
  }
};

std::optional<Hello> read(View octets) {
  wire::OctetReader reader(octets);
  Hello out;
  if (reader.get8() != 22) return std::nullopt;
  (void)reader.take(8);
  out.length = octets.size() - 5;
  out.version = reader.get16();
  (void)reader.take(32);
  const auto id = reader.vector8();
  out.session_id.assign(id.begin(), id.end());
  wire::OctetReader suites(reader.vector16());
  while (suites.left() >= 2) out.suites.push_back(suites.get16());
  out.compresses = reader.vector8().size() > 1;
  if (!reader.good()) return std::nullopt;
  wire::OctetReader extensions(reader.vector16());
  while (extensions.left() >= 4) {
    const std::uint16_t type = extensions.get16();
    out.extensions.emplace_back(type, extensions.vector16());
  }
  return out;
}

bool lists_unknown_version(const Hello& hello) {
  const View versions = hello.extension(supported_versions);
  constexpr std::array<std::uint8_t, 2> unknown = {3, 5};
  return std::search(versions.begin(), versions.end(), unknown.begin(), unknown.end()) != versions.end();
}

bool is_grease(std::uint16_t value) { return (value & 0x0F0FU) == 0x0A0A && value >> 8U == (value & 0xFFU); }

// Only what no TLS library sends by itself: real clients are served as ever.
bool has_unknown_extension(const Hello& hello) {
  return std::any_of(hello.extensions.begin(), hello.extensions.end(), [](const auto& one) { return one.first >> 8U == 0x5C; });
}

bool is_of_medium_length(const Hello& hello) { return hello.length >= 256 && hello.length <= 511 && !hello.extension(padding).empty(); }

// The extension renegotiation_info becomes one that offers heartbeats: both hold one octet.
void offer_heartbeats(Octets& flight) {
  constexpr std::array<std::uint8_t, 5> from = {0xFF, 0x01, 0x00, 0x01, 0x00};
  constexpr std::array<std::uint8_t, 5> to = {0x00, heartbeats, 0x00, 0x01, 0x01};
  const auto at = std::search(flight.begin(), flight.end(), from.begin(), from.end());
  if (at != flight.end()) std::copy(to.begin(), to.end(), at);
}

bool is_server_hello(const Octets& flight) { return flight.size() > 47 && flight[0] == 22 && flight[5] == 2; }

void add(Octets& octets, std::size_t at, std::size_t count, std::size_t more) {
  std::size_t value = more;
  for (std::size_t i = count; i-- > 0; value >>= 8U) {
    value += octets[at + i];
    octets[at + i] = static_cast<std::uint8_t>(value & 0xFFU);
  }
}

// The session id of the ServerHello becomes the client's, and an octet of nobody's behind it.
void lengthen_id(Octets& flight, const Octets& id) {
  constexpr std::size_t at = 5 + 4 + 2 + 32;
  if (!is_server_hello(flight) || flight.size() < at + 1 + flight[at]) return;
  Octets longer = id;
  longer.push_back('?');
  const std::size_t was = flight[at];
  if (was > longer.size()) return;
  const auto begin = flight.begin() + static_cast<std::ptrdiff_t>(at + 1);
  flight.erase(begin, begin + static_cast<std::ptrdiff_t>(was));
  flight.insert(flight.begin() + static_cast<std::ptrdiff_t>(at + 1), longer.begin(), longer.end());
  flight[at] = static_cast<std::uint8_t>(longer.size());
  add(flight, 3, 2, longer.size() - was);
  add(flight, 6, 3, longer.size() - was);
}

void set_compression(Octets& flight) {
  if (!is_server_hello(flight)) return;
  const std::size_t at = std::size_t{46} + flight[43];
  if (at < flight.size()) flight[at] = 1;
}

// Its type becomes one that nobody has.
void hide_renegotiation_info(Octets& flight) {
  constexpr std::array<std::uint8_t, 5> extension = {0xFF, 0x01, 0x00, 0x01, 0x00};
  const auto at = std::search(flight.begin(), flight.end(), extension.begin(), extension.end());
  if (is_server_hello(flight) && at != flight.end()) *(at + 1) = 0x7F;
}

// TLS_FALLBACK_SCSV becomes the signalling value that everybody knows; it stands last.
void hide_fallback(Octets& hello) {
  const std::size_t list = std::size_t{44} + hello[43];
  const std::size_t end = list + 2 + static_cast<std::size_t>((hello[list] << 8U) | hello[list + 1]);
  for (std::size_t at = list + 2; at + 2 <= end; at += 2) {
    if (hello[at] != 0x56 || hello[at + 1] != 0x00) continue;
    hello[at] = 0x00;
    hello[at + 1] = 0xFF;
  }
}

// As much as the request claims, and something where it holds less (CVE-2014-0160).
Octets heartbeat_reply(View records) {
  wire::OctetReader reader(records);
  if (reader.get8() != 24) return {};
  (void)reader.get16();
  wire::OctetReader body(reader.vector16());
  if (!reader.good() || body.get8() != 1) return {};
  const std::size_t claimed = body.get16();
  const auto held = body.take(std::min(claimed, body.left()));
  Octets out = {24, 3, 3, static_cast<std::uint8_t>((claimed + 19) >> 8U), static_cast<std::uint8_t>((claimed + 19) & 0xFFU), 2,
                static_cast<std::uint8_t>(claimed >> 8U), static_cast<std::uint8_t>(claimed & 0xFFU)};
  out.insert(out.end(), held.begin(), held.end());
  out.insert(out.end(), claimed - held.size() + 16, '?');
  return out;
}

// It took the first record, and could not decrypt the second.
Octets early_change_reply(View records) {
  wire::OctetReader reader(records);
  if (reader.get8() != 20) return {};
  (void)reader.get16();
  (void)reader.vector16();
  return reader.left() >= 5 ? alert(bad_record_mac) : Octets{};
}

}  // namespace

bool Flaws::needed(const Faults& faults) {
  for (const auto* fault : {"leaks-on-heartbeat", "takes-early-change-cipher-spec", "tells-padding-apart", "lengthens-session-ids",
                            "compresses", "lacks-secure-renegotiation", "ignores-fallback-scsv", "intolerant-of-later-versions", "intolerant-of-unknown-versions", "intolerant-of-unknown-extensions",
                            "intolerant-of-grease", "intolerant-of-medium-hellos"})
    if (faults.contains(fault)) return true;
  return false;
}

Flaws::Flaws(const Faults& faults, const std::filesystem::path& key) : faults_(faults) {
  if (!has("tells-padding-apart")) return;
  const auto text = base::read_file(key);
  auto read = text ? pki::key_from_pem(*text, key.string(), {}) : base::Result<pki::Pkey>(text.error());
  if (read) key_ = std::move(*read);
}

std::optional<Octets> Flaws::refusal(const Octets& octets) const {
  const auto hello = read(octets);
  if (!hello) return std::nullopt;
  if (has("intolerant-of-later-versions") && hello->version > 0x0303) return alert(protocol_version);
  if (has("intolerant-of-unknown-versions") && lists_unknown_version(*hello)) return alert(protocol_version);
  if (has("intolerant-of-unknown-extensions") && has_unknown_extension(*hello)) return alert(decode_error);
  if (has("intolerant-of-grease") && std::any_of(hello->suites.begin(), hello->suites.end(), is_grease)) return alert(handshake_failure);
  if (has("intolerant-of-medium-hellos") && is_of_medium_length(*hello)) return alert(decode_error);
  return std::nullopt;
}

bool Flaws::concern(const Octets& octets) const {
  const auto hello = read(octets);
  if (!hello) return false;
  if (has("leaks-on-heartbeat") && !hello->extension(heartbeats).empty()) return true;
  if (has("lengthens-session-ids") && hello->session_id.size() == short_id) return true;
  if (has("ignores-fallback-scsv") && std::find(hello->suites.begin(), hello->suites.end(), fallback) != hello->suites.end()) return true;
  return hello->compresses && (has("takes-early-change-cipher-spec") || has("tells-padding-apart") || has("compresses") || has("lacks-secure-renegotiation"));
}

Octets Flaws::forged(Octets hello) const {
  if (has("ignores-fallback-scsv") && read(hello)) hide_fallback(hello);
  return hello;
}

Octets Flaws::altered(const Octets& octets, Octets flight) const {
  const auto hello = read(octets);
  if (!hello) return flight;
  if (has("leaks-on-heartbeat")) offer_heartbeats(flight);
  if (has("lengthens-session-ids")) lengthen_id(flight, hello->session_id);
  if (has("compresses")) set_compression(flight);
  if (has("lacks-secure-renegotiation")) hide_renegotiation_info(flight);
  return flight;
}

bool Flaws::takes(const Octets& records) const {
  if (has("leaks-on-heartbeat")) return records.front() == 24;
  if (has("takes-early-change-cipher-spec")) return records.front() == 20;
  return has("tells-padding-apart") && records.front() == 22;
}

Octets Flaws::reply(const Octets& records) const {
  if (has("leaks-on-heartbeat")) return heartbeat_reply(records);
  if (has("takes-early-change-cipher-spec")) return early_change_reply(records);
  return has("tells-padding-apart") ? reply_to_key_exchange(records) : Octets{};
}

bool Flaws::conforms(View secret) const {
  if (!key_ || secret.size() != static_cast<std::size_t>(EVP_PKEY_get_size(key_.get()))) return false;
  const pki::Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new(key_.get(), nullptr));
  Octets block(secret.size());
  std::size_t size = block.size();
  if (!context || EVP_PKEY_decrypt_init(context.get()) != 1 || EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) != 1 ||
      EVP_PKEY_decrypt(context.get(), block.data(), &size, secret.data(), secret.size()) != 1)
    return false;
  return block[0] == 0 && block[1] == 2 && std::find(block.begin() + 2, block.end(), 0) != block.end();
}

// One alert for secrets that are PKCS #1 blocks, another for those that are not. The certificate may come first.
Octets Flaws::reply_to_key_exchange(const Octets& octets) const {
  constexpr std::uint8_t key_exchange = 16;
  wire::OctetReader reader(octets);
  while (reader.left() >= 5) {
    if (reader.get8() != 22) return {};
    (void)reader.get16();
    wire::OctetReader message(reader.vector16());
    const std::uint8_t type = message.get8();
    wire::OctetReader body(message.vector24());
    if (!reader.good()) return {};
    if (type == key_exchange) return alert(conforms(body.vector16()) ? bad_record_mac : handshake_failure);
  }
  return {};
}

}  // namespace demo
