// SPDX-License-Identifier: Apache-2.0
// Reading what a server says to a raw hello, as far as its ServerHello or, on wish, its
// ServerHelloDone. Every length is bounded: the peer may be hostile.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/tls.hpp"
#include "wire/server_flight.hpp"

namespace wire {

class ServerAnswer {
 public:
  enum class State {
    incomplete,   // more octets are needed
    hello,        // a ServerHello, HelloRetryRequest or SSLv2 SERVER-HELLO
    alert,        // a fatal alert
    not_tls,      // octets that are no TLS
  };

  explicit ServerAnswer(bool whole_flight = false) : whole_flight_(whole_flight) {}

  // Takes more octets; further ones are ignored once the answer is ended.
  void feed(std::span<const std::uint8_t> octets);

  [[nodiscard]] State state() const { return state_; }
  // Nothing more is wanted: it has a state, and the flight is over if that was to be read.
  [[nodiscard]] bool ended() const { return state_ != State::incomplete && !in_flight_; }
  // Of the hello: nothing for versions this program does not know.
  [[nodiscard]] std::optional<model::TlsVersion> version() const { return version_; }
  [[nodiscard]] std::uint16_t version_code() const { return version_code_; }
  [[nodiscard]] std::uint32_t suite() const { return suite_; }
  [[nodiscard]] const std::vector<std::uint32_t>& ssl2_kinds() const { return ssl2_kinds_; }
  [[nodiscard]] const ServerFlight& flight() const { return flight_; }
  // The handshake messages from the ServerHello on, as they were hashed; only where the flight is read.
  [[nodiscard]] const std::vector<std::uint8_t>& transcript() const { return transcript_; }
  // Of the fatal alert.
  [[nodiscard]] std::string alert() const { return alert_; }
  // Warning alerts that came first, and what else is worth a line.
  [[nodiscard]] const std::string& note() const { return note_; }
  // The octets that decided, in hexadecimal; random and session id are replaced by their names, so
  // that two runs compare.
  [[nodiscard]] std::string octets() const;

 private:
  void parse();
  bool parse_record();
  bool parse_ssl2();
  void parse_alert(std::span<const std::uint8_t> body);
  void parse_handshake(std::span<const std::uint8_t> body);
  void parse_server_hello(std::span<const std::uint8_t> body);
  void parse_extension(std::uint16_t type, std::span<const std::uint8_t> body);
  void fail(std::string why);

  bool whole_flight_;
  bool in_flight_ = false;   // the ServerHello has come, and what follows it is read too
  State state_ = State::incomplete;
  std::vector<std::uint8_t> buffer_;
  std::size_t at_ = 0;
  std::vector<std::uint8_t> handshake_;
  std::vector<std::uint8_t> transcript_;
  std::vector<std::uint8_t> deciding_;   // the message, or the first octets of what is no TLS
  int records_ = 0;
  std::optional<model::TlsVersion> version_;
  std::uint16_t version_code_ = 0;
  std::uint32_t suite_ = 0;
  std::vector<std::uint32_t> ssl2_kinds_;
  ServerFlight flight_;
  std::string alert_;
  std::string note_;
};

}  // namespace wire
