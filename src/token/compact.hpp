// SPDX-License-Identifier: Apache-2.0
// From the two JSON texts to what stands on the wire: encoding, damage, parts.
#pragma once

#include <string>

namespace token {

struct Compact {
  std::string encoding;         // words of token.encoding; "" is base64url without padding
  std::string header_damage;    // words of token.damage
  std::string payload_damage;
  std::string parts;            // words of token.parts; "" is header.payload.signature
  std::string third;            // the signature part, as it stands there

  // RFC 7515 5.1: header.payload, undamaged.
  [[nodiscard]] std::string signing_input(const std::string& header, const std::string& payload) const;
  [[nodiscard]] std::string assembled(const std::string& header, const std::string& payload) const;
};

}  // namespace token
