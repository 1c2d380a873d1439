// SPDX-License-Identifier: Apache-2.0
// What is sent after ServerHelloDone to show a known flaw, and reading what a server does about it. Of
// its answer nothing is kept but the kinds and lengths of records: what is in them may be memory.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/exchange.hpp"
#include "model/observation.hpp"
#include "pki/credential.hpp"
#include "wire/server_answer.hpp"

namespace wire {

// Octets of payload that a heartbeat holds. A response of more than 4,096 passes the buffer in which OpenSSL
// before 1.0.2 keeps smaller ones to the end of a flight, that is here for ever.
inline constexpr std::size_t heartbeat_payload = 4200;

// What was sent and answered until then, and whose certificate may be shown (null: nobody's).
struct Ground {
  const std::vector<std::uint8_t>& hello;   // the record
  const ServerAnswer& answer;
  const pki::Credential* credential = nullptr;
};

// Empty when the answer gives no ground for it: no heartbeats offered, no RSA key in the certificate.
std::vector<std::uint8_t> sequel_octets(const model::HelloExchange& hello, const Ground& ground);

// The records that come then, in the clear.
class Reaction {
 public:
  // Takes more octets; further ones are ignored once it is ended.
  void feed(std::span<const std::uint8_t> octets);

  // A fatal alert or close_notify came, or more than anybody needs.
  [[nodiscard]] bool ended() const { return ended_; }
  // What it amounts to when the connection ended or went silent, as `otherwise` says, without an alert.
  [[nodiscard]] model::SequelSeen seen(model::SequelSeen::End otherwise) const;
  // Octets that a heartbeat response holds beyond those that were sent.
  [[nodiscard]] int beyond() const { return beyond_; }

 private:
  void take(std::uint8_t type, std::span<const std::uint8_t> body);
  void take_alert(std::span<const std::uint8_t> body);
  void take_heartbeat(std::span<const std::uint8_t> body);

  std::vector<std::uint8_t> buffer_;
  std::vector<std::string> records_;
  std::string alert_;
  int beyond_ = 0;
  bool ended_ = false;
};

}  // namespace wire
