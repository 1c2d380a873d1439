// SPDX-License-Identifier: Apache-2.0
// Flaws that no TLS library can be told to show, played by the front: what it makes of a hello and of what
// follows, where a fault asks for it. The server behind it stays as it is.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "demo/messages.hpp"
#include "pki/owned.hpp"

namespace demo {

class Flaws {
 public:
  using Octets = std::vector<std::uint8_t>;

  // `key`: the server's, which only tells-padding-apart needs.
  Flaws(const Faults& faults, const std::filesystem::path& key);

  static bool needed(const Faults& faults);

  // An alert, where this hello is odd in a way that is not tolerated.
  [[nodiscard]] std::optional<Octets> refusal(const Octets& hello) const;
  // Whether the conversation that this hello begins is one of a flaw.
  [[nodiscard]] bool concern(const Octets& hello) const;
  // The hello as the server shall see it.
  [[nodiscard]] Octets forged(Octets hello) const;
  // What the server's first flight is turned into.
  [[nodiscard]] Octets altered(const Octets& hello, Octets flight) const;
  // Whether what the client sends after that, from its first octet on, is for reply() and not for the server.
  [[nodiscard]] bool takes(const Octets& records) const;
  // What is said to these records; empty: nothing yet.
  [[nodiscard]] Octets reply(const Octets& records) const;

 private:
  [[nodiscard]] bool has(const char* fault) const { return faults_.contains(fault); }
  [[nodiscard]] bool conforms(std::span<const std::uint8_t> secret) const;
  [[nodiscard]] Octets reply_to_key_exchange(const Octets& records) const;

  Faults faults_;
  pki::Pkey key_;
};

}  // namespace demo
