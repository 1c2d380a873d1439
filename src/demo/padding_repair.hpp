// SPDX-License-Identifier: Apache-2.0
// The fault ignores-cbc-padding: no TLS library can be told to look away, so that the front opens the client's
// records with keys the server logs, and mends their padding on the way.
#pragma once

#include <openssl/ssl.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "wire/cbc_record.hpp"

namespace demo {

// Makes the server keep its master secrets where the front finds them, by the client's random.
void log_keys(SSL_CTX* context);

// One connection.
class PaddingRepair {
 public:
  using Octets = std::vector<std::uint8_t>;

  // What the client sent, as it shall reach the server; what is no whole record yet is held back.
  Octets from_client(std::span<const std::uint8_t> octets);
  void from_server(std::span<const std::uint8_t> octets);

 private:
  Octets mended(Octets record);
  [[nodiscard]] std::optional<wire::CbcKeys> keys() const;

  Octets waiting_;                        // of the client
  Octets hello_;                          // of the server, until it is read
  std::array<std::uint8_t, 32> client_random_{};
  std::array<std::uint8_t, 32> server_random_{};
  std::uint16_t suite_ = 0;
  bool greeted_ = false;                  // the ClientHello has passed
  bool protected_ = false;                // ChangeCipherSpec has passed
  std::uint64_t sequence_ = 0;            // of the client's next protected record
};

}  // namespace demo
