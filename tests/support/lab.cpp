// SPDX-License-Identifier: Apache-2.0
#include "tests/support/lab.hpp"

#include <fmt/format.h>

#include <optional>
#include <stdexcept>

#include "pki/mint.hpp"

namespace support {

namespace {

struct Lab {
  TempFolder folder;
  pki::Kit kit;

  Lab() {
    pki::MintRequest request;
    request.folder = folder.path() / "kit";
    request.fqdn = "ssp.example.nhs.uk";
    const auto minted = pki::mint_kit(request);
    if (!minted) throw std::runtime_error(base::one_line(minted.error()));
    auto loaded = pki::load_kit(request.folder, {}, base::now_seconds());
    if (!loaded) throw std::runtime_error(base::one_line(loaded.error()));
    kit = std::move(*loaded);
  }
};

Lab& lab() {
  static Lab only;
  return only;
}

}  // namespace

const pki::Kit& lab_kit() { return lab().kit; }

TlsOptions lab_server() {
  TlsOptions options;
  options.certificate = lab_kit().server_cert.string();
  options.key = lab_kit().server_key.string();
  return options;
}

wire::Settings lab_settings() {
  wire::Settings settings;
  settings.credentials = lab_kit().credentials;
  settings.pooled_credential = "valid";
  settings.limits.connect = base::Milliseconds{2000};
  settings.limits.exchange = base::Milliseconds{2000};
  return settings;
}

model::HttpExchange lab_request(std::uint16_t port, const std::string& credential) {
  model::HttpExchange http;
  http.origin = {true, "127.0.0.1", port};
  http.path = "/metadata";
  http.headers = {{"Host", fmt::format("127.0.0.1:{}", port)}, {"User-Agent", "probity-test"}, {"Accept", "application/fhir+json"}};
  http.credential = credential;
  return http;
}

model::HelloExchange lab_hello(std::uint16_t port, model::TlsVersion version, std::vector<std::uint32_t> suites) {
  return {{true, "127.0.0.1", port}, "", {version}, std::move(suites)};
}

model::Observation ask(wire::Wire& wire, const model::Exchange& exchange) {
  std::optional<model::Observation> seen;
  wire.send(exchange, [&](model::Observation observation) { seen = std::move(observation); });
  while (!seen && wire.turn()) {
  }
  if (!seen) throw std::runtime_error("the wire forgot an exchange");
  seen->exchange = exchange;
  return *seen;
}

}  // namespace support
