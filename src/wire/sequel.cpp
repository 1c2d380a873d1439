// SPDX-License-Identifier: Apache-2.0
#include "wire/sequel.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>

#include "pki/digest.hpp"
#include "pki/owned.hpp"
#include "wire/client_proof.hpp"
#include "wire/octet_reader.hpp"

namespace wire {

namespace {

using model::Sequel;
using Octets = std::vector<std::uint8_t>;
using PkeyContext = pki::Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

constexpr std::uint8_t cipher_change = 20;
constexpr std::uint8_t alert = 21;
constexpr std::uint8_t handshake = 22;
constexpr std::uint8_t heartbeat = 24;
constexpr std::uint8_t request = 1;
constexpr std::uint8_t response = 2;
constexpr std::uint16_t heartbeat_extension = 15;
constexpr std::uint8_t ours = 'p';                       // what the payload is made of
constexpr std::size_t longest_record = 16384 + 2048;     // RFC 5246 6.2.3
constexpr std::size_t most_records = 16;
// Fits every cipher: a multiple of both block lengths, and longer than an IV and any MAC.
constexpr std::size_t protected_length = 64;

void put16(Octets& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8U));
  out.push_back(static_cast<std::uint8_t>(value & 0xFFU));
}

void record(Octets& out, std::uint8_t type, model::TlsVersion version, const Octets& body) {
  out.push_back(type);
  put16(out, model::wire_code(version));
  put16(out, body.size());
  out.insert(out.end(), body.begin(), body.end());
}

Octets random(std::size_t count) {
  const std::string bytes = pki::random_bytes(count);
  return {bytes.begin(), bytes.end()};
}

// RFC 6520 4: such a message is discarded silently. close_notify brings on the end of a server that does.
Octets false_heartbeat(model::TlsVersion version) {
  Octets body = {request};
  put16(body, heartbeat_payload + 1);
  body.insert(body.end(), heartbeat_payload, ours);
  Octets out;
  record(out, heartbeat, version, body);
  record(out, alert, version, {1, 0});
  return out;
}

// Who takes the first will try to decrypt the second. Nothing follows it: a server that closes with something
// unread resets the connection, and its alert may be lost.
Octets early_change(model::TlsVersion version) {
  Octets out;
  record(out, cipher_change, version, {1});
  record(out, handshake, version, Octets(protected_length, 0));
  return out;
}

// The block that is encrypted (RFC 8017 7.2.1, RFC 5246 7.4.7.1), `size` octets long.
Octets premaster_block(Sequel kind, std::size_t size, std::uint16_t version) {
  constexpr std::size_t secret = 48;
  Octets block = random(size);
  for (auto& octet : block)
    if (octet == 0) octet = 1;
  block[0] = 0;
  block[1] = 2;
  const std::size_t start = size - secret;
  block[start - 1] = 0;
  const std::uint16_t told = kind == Sequel::rsa_wrong_version ? 0x0202 : version;
  block[start] = static_cast<std::uint8_t>(told >> 8U);
  block[start + 1] = static_cast<std::uint8_t>(told & 0xFFU);
  // The first octet stays below that of any modulus.
  if (kind == Sequel::rsa_wrong_type) block[1] = 0x17;
  if (kind == Sequel::rsa_no_zero) block[start - 1] = 1;
  if (kind == Sequel::rsa_early_zero) {
    block[start - 1] = 1;
    block[start - 17] = 0;
  }
  return block;
}

// The block to the power of the exponent, with no padding of OpenSSL's; empty when the key is none of RSA.
Octets encrypted(EVP_PKEY* key, Sequel kind, std::uint16_t version) {
  constexpr int smallest = 96, largest = 2048;   // octets of a modulus
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) return {};
  const int size = EVP_PKEY_get_size(key);
  if (size < smallest || size > largest) return {};
  const Octets block = premaster_block(kind, static_cast<std::size_t>(size), version);
  const PkeyContext context(EVP_PKEY_CTX_new(key, nullptr));
  Octets out(block.size());
  std::size_t length = out.size();
  if (!context || EVP_PKEY_encrypt_init(context.get()) != 1 || EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) != 1 ||
      EVP_PKEY_encrypt(context.get(), out.data(), &length, block.data(), block.size()) != 1 || length != block.size())
    return {};
  return out;
}

Octets message(std::uint8_t type, const Octets& body) {
  Octets out = {type, 0};
  put16(out, body.size());
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

// Whether the server wants a certificate and there is one, which TLS 1.2 lets us prove by hand.
bool shows_certificate(const Ground& ground) {
  return ground.answer.flight().certificate_requested && ground.credential != nullptr && *ground.answer.version() == model::TlsVersion::tls1_2;
}

Octets key_exchange_body(Sequel kind, const Ground& ground, std::uint16_t offered) {
  const auto* suite = model::find_suite(ground.answer.suite());
  const auto& chain = ground.answer.flight().chain;
  if (suite == nullptr || suite->key_exchange != "RSA" || chain.empty()) return {};
  const auto* at = chain.front().data();
  const pki::Cert leaf(d2i_X509(nullptr, &at, static_cast<long>(chain.front().size())));
  const Octets secret = leaf ? encrypted(X509_get0_pubkey(leaf.get()), kind, offered) : Octets{};
  ERR_clear_error();
  if (secret.empty()) return {};
  Octets body;
  if (*ground.answer.version() > model::TlsVersion::ssl3) put16(body, secret.size());
  body.insert(body.end(), secret.begin(), secret.end());
  return body;
}

Octets key_exchange(Sequel kind, const Ground& ground, std::uint16_t offered) {
  const Octets body = key_exchange_body(kind, ground, offered);
  if (body.empty()) return {};
  const model::TlsVersion version = *ground.answer.version();
  const bool shows = shows_certificate(ground);
  Octets transcript(ground.hello.begin() + 5, ground.hello.end());
  transcript.insert(transcript.end(), ground.answer.transcript().begin(), ground.answer.transcript().end());
  Octets out;
  const auto say = [&](std::uint8_t type, const Octets& content) {
    const Octets whole = message(type, content);
    transcript.insert(transcript.end(), whole.begin(), whole.end());
    record(out, handshake, version, whole);
  };
  if (ground.answer.flight().certificate_requested) say(11, certificate_body(shows ? ground.credential : nullptr));
  say(16, body);
  if (shows) {
    const Octets proof = verify_body(*ground.credential, ground.answer.flight().seen.signatures, transcript);
    if (proof.empty()) return {};
    say(15, proof);
  }
  record(out, cipher_change, version, {1});
  record(out, handshake, version, random(protected_length));
  return out;
}

std::string name_of(std::uint8_t type) {
  switch (type) {
    case cipher_change: return "change-cipher-spec";
    case alert: return "alert";
    case handshake: return "handshake";
    case heartbeat: return "heartbeat";
    default: return fmt::format("type {}", type);
  }
}

}  // namespace

Octets sequel_octets(const model::HelloExchange& hello, const Ground& ground) {
  const ServerAnswer& answer = ground.answer;
  const auto& flight = answer.flight();
  if (!flight.seen.complete || !answer.version() || *answer.version() < model::TlsVersion::ssl3 || *answer.version() > model::TlsVersion::tls1_2) return {};
  const auto& extensions = flight.seen.extensions;
  switch (hello.then) {
    case Sequel::none: return {};
    case Sequel::heartbeat:
      if (std::find(extensions.begin(), extensions.end(), heartbeat_extension) == extensions.end()) return {};
      return false_heartbeat(*answer.version());
    case Sequel::early_cipher_change: return early_change(*answer.version());
    case Sequel::rsa_sound:
    case Sequel::rsa_wrong_type:
    case Sequel::rsa_early_zero:
    case Sequel::rsa_no_zero:
    case Sequel::rsa_wrong_version:
      return key_exchange(hello.then, ground, model::wire_code(*std::max_element(hello.versions.begin(), hello.versions.end())));
  }
  return {};
}

void Reaction::feed(std::span<const std::uint8_t> octets) {
  if (ended_) return;
  buffer_.insert(buffer_.end(), octets.begin(), octets.end());
  while (!ended_ && buffer_.size() >= 5) {
    OctetReader reader(buffer_);
    const std::uint8_t type = reader.get8();
    const std::uint16_t version = reader.get16();
    const std::size_t length = reader.get16();
    if (type < cipher_change || type > heartbeat || (version >> 8U) != 3 || length > longest_record) {
      ended_ = true;   // no TLS any more
      break;
    }
    if (reader.left() < length) break;
    take(type, reader.take(length));
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(5 + length));
  }
}

void Reaction::take(std::uint8_t type, std::span<const std::uint8_t> body) {
  records_.push_back(fmt::format("{} {}", name_of(type), body.size()));
  if (type == alert) take_alert(body);
  if (type == heartbeat) take_heartbeat(body);
  if (records_.size() >= most_records) ended_ = true;
}

void Reaction::take_alert(std::span<const std::uint8_t> body) {
  constexpr std::uint8_t close_notify = 0;
  if (body.size() != 2) return;
  if (body[1] != close_notify) alert_ = model::alert_name(body[1]);
  ended_ = ended_ || body[0] == 2 || body[1] == close_notify;
}

// RFC 6520 4. One that echoes ours, and more.
void Reaction::take_heartbeat(std::span<const std::uint8_t> body) {
  OctetReader reader(body);
  if (reader.get8() != response) return;
  const std::size_t claimed = reader.get16();
  if (!reader.good() || claimed <= heartbeat_payload || reader.left() <= heartbeat_payload) return;
  const auto echoed = reader.take(heartbeat_payload);
  const bool echo = std::all_of(echoed.begin(), echoed.end(), [](std::uint8_t octet) { return octet == ours; });
  if (echo) beyond_ = static_cast<int>(claimed - heartbeat_payload);
}

model::SequelSeen Reaction::seen(model::SequelSeen::End otherwise) const {
  model::SequelSeen out;
  out.end = alert_.empty() ? otherwise : model::SequelSeen::End::alert;
  out.alert = alert_;
  out.records = records_;
  return out;
}

}  // namespace wire
