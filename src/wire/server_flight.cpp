// SPDX-License-Identifier: Apache-2.0
#include "wire/server_flight.hpp"

#include <string_view>

#include "pki/digest.hpp"
#include "wire/octet_reader.hpp"

namespace wire {

namespace {

using Octets = std::span<const std::uint8_t>;

// RFC 5246 7.4, RFC 6066 8.
constexpr std::uint8_t certificate = 11;
constexpr std::uint8_t server_key_exchange = 12;
constexpr std::uint8_t certificate_request = 13;
constexpr std::uint8_t server_hello_done = 14;
constexpr std::uint8_t certificate_status = 22;
constexpr std::uint8_t new_session_ticket = 4;

constexpr std::size_t most_certificates = 32;
constexpr std::size_t most_names = 1024;
constexpr std::uint8_t named_curve = 3;

std::vector<std::uint8_t> copied(Octets octets) { return {octets.begin(), octets.end()}; }

int bits_of(Octets number) {
  std::size_t at = 0;
  while (at < number.size() && number[at] == 0) ++at;
  if (at == number.size()) return 0;
  int top = 8;
  while (((static_cast<unsigned>(number[at]) >> static_cast<unsigned>(top - 1)) & 1U) == 0) --top;
  return static_cast<int>((number.size() - at - 1) * 8) + top;
}

bool read_chain(ServerFlight& flight, Octets body) {
  OctetReader reader(body);
  OctetReader list(reader.vector24());
  while (reader.good() && !list.empty()) {
    const auto der = list.vector24();
    if (!list.good()) return false;
    if (flight.chain.size() < most_certificates) flight.chain.push_back(copied(der));
    ++flight.seen.certificates;
  }
  return reader.good();
}

// RFC 8422 5.4, RFC 5246 7.4.3; with a PSK hint before it RFC 4279 3, RFC 5489 2.
bool read_key_exchange(ServerFlight& flight, Octets body, model::TlsVersion version, const model::Suite& suite) {
  OctetReader reader(body);
  const std::string_view kind = suite.key_exchange;
  if (kind.ends_with("PSK")) (void)reader.vector16();
  if (kind.starts_with("ECDHE") || kind == "ECDH") {
    if (reader.get8() != named_curve) return reader.good();
    flight.seen.group = reader.get16();
    (void)reader.vector8();
  } else if (kind.starts_with("DHE") || kind.starts_with("DH")) {
    const auto prime = reader.vector16();
    (void)reader.vector16();
    (void)reader.vector16();
    if (!reader.good()) return false;
    flight.seen.dh_bits = bits_of(prime);
    std::size_t zeros = 0;
    while (zeros < prime.size() && prime[zeros] == 0) ++zeros;
    const auto digits = prime.subspan(zeros);
    flight.seen.dh_prime = pki::sha256_hex({reinterpret_cast<const char*>(digits.data()), digits.size()});
  } else {
    return true;  // RSA_EXPORT, SRP and their like: nothing here that anybody judges
  }
  if (version == model::TlsVersion::tls1_2 && suite.authentication != "anon" && reader.left() >= 4)
    flight.seen.signature = reader.get16();
  return reader.good();
}

bool read_request(ServerFlight& flight, Octets body, model::TlsVersion version) {
  OctetReader reader(body);
  flight.certificate_requested = true;
  flight.seen.certificate_types = copied(reader.vector8());
  if (version == model::TlsVersion::tls1_2) {
    OctetReader schemes(reader.vector16());
    while (schemes.left() >= 2) flight.seen.signatures.push_back(schemes.get16());
  }
  OctetReader names(reader.vector16());
  while (reader.good() && !names.empty()) {
    const auto name = names.vector16();
    if (!names.good()) return false;
    if (flight.ca_names.size() < most_names) flight.ca_names.push_back(copied(name));
  }
  return reader.good();
}

}  // namespace

void ServerFlight::take(std::uint8_t type, Octets body, model::TlsVersion version, std::uint32_t suite) {
  bool good = true;
  const model::Suite* chosen = model::find_suite(suite);
  switch (type) {
    case certificate: good = read_chain(*this, body); break;
    case certificate_status: seen.stapled = true; break;
    case server_key_exchange: good = chosen == nullptr || read_key_exchange(*this, body, version, *chosen); break;
    case certificate_request: good = read_request(*this, body, version); break;
    case server_hello_done: seen.complete = true; break;
    case new_session_ticket: break;
    default: good = false; break;
  }
  if (!good && note.empty()) note = "a handshake message with wrong lengths, or out of place, after the ServerHello";
}

}  // namespace wire
