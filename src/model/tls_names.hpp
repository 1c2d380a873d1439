// SPDX-License-Identifier: Apache-2.0
// Names of what stands in TLS handshakes beside versions, suites and alerts: groups, extensions,
// signature schemes, and the finite-field primes everybody knows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace model {

struct Group {
  std::uint16_t code;
  std::string_view name;   // as in the IANA registry
  bool post_quantum;
  bool tls13_only;         // hybrids and the finite fields, which at 1.2 belong to RFC 7919
};

// The groups a survey asks for, the likeliest first.
std::span<const Group> all_groups();
const Group* find_group(std::uint16_t code);
const Group* find_group(std::string_view name);
std::string group_name(std::uint16_t code);        // "0x1234" when unknown

std::string extension_name(std::uint16_t type);    // "extension 1234" when unknown
std::string signature_name(std::uint16_t scheme);  // RFC 8446 4.2.3; older pairs as "hash 2, signature 1"

// The name of a finite-field prime many servers share ("RFC 2409 group 2"), by the SHA-256 of its
// octets without leading zeros; "" when it is not one of them.
std::string known_prime(std::string_view sha256);
// What is wrong with a prime of this name beside its size; "" when nothing is known to be.
std::string prime_weakness(std::string_view name);

}  // namespace model
