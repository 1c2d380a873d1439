// SPDX-License-Identifier: Apache-2.0
#include "wire/server_answer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "wire/octet_reader.hpp"

namespace wire {

namespace {

using Octets = std::span<const std::uint8_t>;

constexpr std::size_t longest_record = 16384 + 2048;   // RFC 5246 6.2.3
constexpr std::size_t longest_message = 131072;        // of a handshake message we read
constexpr int most_records = 64;                       // before a ServerHello: warnings, fragments
constexpr int most_flight_records = 512;               // before a ServerHelloDone
constexpr std::size_t most_extensions = 64;
constexpr std::uint16_t supported_versions = 43;
constexpr std::uint16_t key_share = 51;
constexpr std::size_t most_shown = 160;                // octets kept as evidence

std::uint16_t get16(Octets bytes, std::size_t at) {
  return static_cast<std::uint16_t>((bytes[at] << 8U) | bytes[at + 1]);
}
std::uint32_t get24(Octets bytes, std::size_t at) {
  return (static_cast<std::uint32_t>(bytes[at]) << 16U) | get16(bytes, at + 1);
}

}  // namespace

void ServerAnswer::fail(std::string why) {
  if (in_flight_) {  // the ServerHello stands, whatever follows it
    in_flight_ = false;
    if (flight_.note.empty()) flight_.note = std::move(why);
    return;
  }
  state_ = State::not_tls;
  if (deciding_.empty()) deciding_.assign(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(std::min(buffer_.size(), most_shown)));
  note_ = std::move(why);
}

void ServerAnswer::feed(Octets octets) {
  if (ended()) return;
  buffer_.insert(buffer_.end(), octets.begin(), octets.end());
  parse();
}

void ServerAnswer::parse() {
  while (!ended() && buffer_.size() - at_ >= 5) {
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
  deciding_.assign(body.begin(), body.end());
  for (std::size_t i = 0; i + 3 <= kinds; i += 3) ssl2_kinds_.push_back(get24(body, 11 + certificate + i));
  if (!ssl2_kinds_.empty()) suite_ = ssl2_kinds_.front();
  state_ = State::hello;
  return true;
}

bool ServerAnswer::parse_record() {
  const Octets bytes = Octets(buffer_).subspan(at_);
  const std::size_t length = get16(bytes, 3);
  if (length > longest_record || ++records_ > (in_flight_ ? most_flight_records : most_records)) {
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
    if (!in_flight_) flight_.seen.warning = model::alert_name(body[1]);
    return;
  }
  if (in_flight_) return fail("the alert " + model::alert_name(body[1]) + " after the ServerHello");
  deciding_.assign(body.begin(), body.end());
  alert_ = model::alert_name(body[1]);
  state_ = State::alert;
}

void ServerAnswer::parse_handshake(Octets body) {
  handshake_.insert(handshake_.end(), body.begin(), body.end());
  std::size_t at = 0;
  while (!ended() && handshake_.size() - at >= 4) {
    const std::uint8_t type = handshake_[at];
    const std::size_t length = get24(handshake_, at + 1);
    if (!in_flight_ && type == 0 && length == 0) {  // HelloRequest: to be ignored here
      at += 4;
      continue;
    }
    if (!in_flight_ && type != 2) return fail("a handshake message that is no ServerHello");
    if (length > longest_message) return fail("a handshake message that is too long");
    if (handshake_.size() - at < 4 + length) break;
    const Octets message = Octets(handshake_).subspan(at + 4, length);
    if (whole_flight_) transcript_.insert(transcript_.end(), message.begin() - 4, message.end());
    if (in_flight_) {
      flight_.take(type, message, *version_, suite_);
      if (flight_.seen.complete || !flight_.note.empty()) in_flight_ = false;
    } else {
      parse_server_hello(message);
    }
    at += 4 + length;
  }
  handshake_.erase(handshake_.begin(), handshake_.begin() + static_cast<std::ptrdiff_t>(at));
}

void ServerAnswer::parse_server_hello(Octets body) {
  OctetReader reader(body);
  deciding_.assign(body.begin(), body.end());
  version_code_ = reader.get16();
  (void)reader.take(32);
  const auto session_id = reader.vector8();
  suite_ = reader.get16();
  flight_.seen.compressed = reader.get8() != 0;
  if (!reader.good() || session_id.size() > 32) return fail("a ServerHello with wrong lengths");
  flight_.seen.session_id = !session_id.empty();
  if (!reader.empty()) {
    OctetReader extensions(reader.vector16());
    if (!reader.good()) return fail("a ServerHello with wrong lengths");
    while (!extensions.empty()) {
      const std::uint16_t type = extensions.get16();
      const auto content = extensions.vector16();
      if (!extensions.good()) return fail("an extension with a wrong length");
      parse_extension(type, content);
    }
  }
  version_ = model::version_of(version_code_);
  state_ = State::hello;
  in_flight_ = whole_flight_ && version_ && *version_ >= model::TlsVersion::ssl3 && *version_ <= model::TlsVersion::tls1_2;
}

void ServerAnswer::parse_extension(std::uint16_t type, Octets body) {
  if (flight_.seen.extensions.size() < most_extensions) flight_.seen.extensions.push_back(type);
  OctetReader reader(body);
  // TLS 1.3 is told by this extension only, never by the suite alone (RFC 8446 4.2.1).
  if (type == supported_versions && body.size() == 2) version_code_ = reader.get16();
  // The group stands first in a ServerHello and alone in a HelloRetryRequest (RFC 8446 4.2.8).
  if (type == key_share && body.size() >= 2) flight_.seen.group = reader.get16();
}

std::string ServerAnswer::octets() const {
  std::string out;
  const auto put = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < std::min(to, deciding_.size()); ++i) out += fmt::format("{}{:02x}", out.empty() ? "" : " ", deciding_[i]);
  };
  const bool tls_hello = state_ == State::hello && version_ != model::TlsVersion::ssl2 && deciding_.size() >= 35;
  if (!tls_hello) {
    put(0, most_shown);
    return out;
  }
  put(0, 2);
  out += " [random]";
  put(34, 35);
  if (deciding_[34] > 0) out += " [session id]";
  // A key share of TLS 1.3 would differ from run to run as well; we offer none and get none.
  put(std::size_t{35} + deciding_[34], most_shown);
  return out;
}

}  // namespace wire
