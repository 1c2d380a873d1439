// SPDX-License-Identifier: Apache-2.0
#include "wire/server_answer.hpp"

#include <fmt/format.h>

namespace wire {

namespace {

using Octets = std::span<const std::uint8_t>;

constexpr std::size_t longest_record = 16384 + 2048;   // RFC 5246 6.2.3
constexpr std::size_t longest_hello = 65536;           // of the ServerHello message we read
constexpr int most_records = 64;                       // before a ServerHello: warnings, fragments
constexpr std::uint16_t supported_versions = 43;

std::uint16_t get16(Octets bytes, std::size_t at) {
  return static_cast<std::uint16_t>((bytes[at] << 8U) | bytes[at + 1]);
}
std::uint32_t get24(Octets bytes, std::size_t at) {
  return (static_cast<std::uint32_t>(bytes[at]) << 16U) | get16(bytes, at + 1);
}

}  // namespace

void ServerAnswer::fail(std::string why) {
  state_ = State::not_tls;
  note_ = std::move(why);
}

void ServerAnswer::feed(Octets octets) {
  if (state_ != State::incomplete) return;
  buffer_.insert(buffer_.end(), octets.begin(), octets.end());
  parse();
}

void ServerAnswer::parse() {
  while (state_ == State::incomplete && buffer_.size() - at_ >= 5) {
    const std::uint8_t type = buffer_[at_];
    const bool tls = type >= 20 && type <= 24 && buffer_[at_ + 1] == 3;
    if (!tls && at_ == 0 && (type & 0x80U) != 0 && buffer_[2] == 4) {
      if (!parse_ssl2()) return;
    } else if (!tls) {
      fail("the answer is no TLS record");
    } else if (!parse_record()) {
      return;
    }
  }
}

// SSLv2 SERVER-HELLO: type, session-id hit, certificate type, version, three lengths, then the parts.
bool ServerAnswer::parse_ssl2() {
  const Octets bytes(buffer_);
  const std::size_t length = get16(bytes, 0) & 0x7FFFU;
  if (bytes.size() < length + 2) return false;
  const Octets body = bytes.subspan(2, length);
  if (body.size() < 11) {
    fail("an SSLv2 SERVER-HELLO that is too short");
    return true;
  }
  version_code_ = get16(body, 3);
  const std::size_t certificate = get16(body, 5);
  const std::size_t kinds = get16(body, 7);
  if (version_code_ != 0x0002 || 11 + certificate + kinds > body.size()) {
    fail("an SSLv2 SERVER-HELLO with wrong lengths");
    return true;
  }
  version_ = model::TlsVersion::ssl2;
  for (std::size_t i = 0; i + 3 <= kinds; i += 3) ssl2_kinds_.push_back(get24(body, 11 + certificate + i));
  if (!ssl2_kinds_.empty()) suite_ = ssl2_kinds_.front();
  state_ = State::hello;
  return true;
}

bool ServerAnswer::parse_record() {
  const Octets bytes = Octets(buffer_).subspan(at_);
  const std::size_t length = get16(bytes, 3);
  if (length > longest_record || ++records_ > most_records) {
    fail("a TLS record longer than the protocol allows, or too many of them");
    return true;
  }
  if (bytes.size() < 5 + length) {
    --records_;
    return false;
  }
  const std::vector<std::uint8_t> body(bytes.begin() + 5, bytes.begin() + 5 + static_cast<std::ptrdiff_t>(length));
  at_ += 5 + length;
  if (bytes[0] == 21) {
    parse_alert(body);
  } else if (bytes[0] == 22) {
    parse_handshake(body);
  } else {
    fail("a TLS record that cannot stand before a ServerHello");
  }
  return true;
}

void ServerAnswer::parse_alert(Octets body) {
  if (body.size() != 2) return fail("an alert of the wrong length");
  if (body[0] == 1 && body[1] != 0) {
    // A warning, unrecognized_name for one, may stand before a good ServerHello.
    note_ = "warning alert " + model::alert_name(body[1]);
    return;
  }
  alert_ = model::alert_name(body[1]);
  state_ = State::alert;
}

void ServerAnswer::parse_handshake(Octets body) {
  handshake_.insert(handshake_.end(), body.begin(), body.end());
  if (handshake_.size() < 4) return;
  const std::size_t length = get24(handshake_, 1);
  if (handshake_[0] == 0 && length == 0) {  // HelloRequest: to be ignored here
    handshake_.erase(handshake_.begin(), handshake_.begin() + 4);
    return;
  }
  if (handshake_[0] != 2) return fail("a handshake message that is no ServerHello");
  if (length > longest_hello) return fail("a ServerHello that is too long");
  if (handshake_.size() < 4 + length) return;
  parse_server_hello(Octets(handshake_).subspan(4, length));
}

void ServerAnswer::parse_server_hello(Octets body) {
  // version 2, random 32, session id 1 + n, suite 2, compression 1
  if (body.size() < 38) return fail("a ServerHello that is too short");
  const std::size_t session_id = body[34];
  if (session_id > 32 || body.size() < 38 + session_id) return fail("a ServerHello with wrong lengths");
  version_code_ = get16(body, 0);
  suite_ = get16(body, 35 + session_id);
  std::size_t at = 38 + session_id;
  if (body.size() >= at + 2) {
    const std::size_t end = at + 2 + get16(body, at);
    if (end > body.size()) return fail("a ServerHello with wrong lengths");
    at += 2;
    while (at + 4 <= end) {
      const std::uint16_t type = get16(body, at);
      const std::size_t length = get16(body, at + 2);
      if (at + 4 + length > end) return fail("an extension with a wrong length");
      // TLS 1.3 is told by this extension only, never by the suite alone (RFC 8446 4.2.1).
      if (type == supported_versions && length == 2) version_code_ = get16(body, at + 4);
      at += 4 + length;
    }
  }
  version_ = model::version_of(version_code_);
  state_ = State::hello;
}

}  // namespace wire
