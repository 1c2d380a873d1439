// SPDX-License-Identifier: Apache-2.0
// What a server of TLS 1.2 and below says between its ServerHello and ServerHelloDone. Every length
// is checked: the peer may be hostile, and what it says wrongly is left out.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/observation.hpp"

namespace wire {

struct ServerFlight {
  model::FlightSeen seen;
  std::vector<std::vector<std::uint8_t>> chain;      // DER, as sent
  bool certificate_requested = false;
  std::vector<std::vector<std::uint8_t>> ca_names;   // DER names of the CertificateRequest
  std::string note;                                  // the first thing that was wrong; "" when all is well

  // One handshake message after the ServerHello, by the version and suite that this chose.
  void take(std::uint8_t type, std::span<const std::uint8_t> body, model::TlsVersion version, std::uint32_t suite);
};

}  // namespace wire
