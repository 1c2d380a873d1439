// SPDX-License-Identifier: Apache-2.0
// A kit minted once for a whole test program, and a wire that uses it.
#pragma once

#include <memory>
#include <string>

#include "model/exchange.hpp"
#include "pki/kit.hpp"
#include "tests/support/peers.hpp"
#include "tests/support/temp_folder.hpp"
#include "wire/wire.hpp"

namespace support {

// Every kind of credential; client name ssp.example.nhs.uk.
const pki::Kit& lab_kit();
TlsOptions lab_server();

wire::Settings lab_settings();

// A good GET to a peer on this port.
model::HttpExchange lab_request(std::uint16_t port, const std::string& credential = "valid");
model::HelloExchange lab_hello(std::uint16_t port, model::TlsVersion version, std::vector<std::uint32_t> suites);

// Sends one exchange and waits for its observation.
model::Observation ask(wire::Wire& wire, const model::Exchange& exchange);

}  // namespace support
