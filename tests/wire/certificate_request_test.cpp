// SPDX-License-Identifier: Apache-2.0
#include "wire/certificate_request.hpp"

#include <openssl/ssl.h>

#include "tests/catch.hpp"

namespace {

using Octets = std::vector<std::uint8_t>;

// CN=A: SEQUENCE { SET { SEQUENCE { commonName, UTF8String "A" } } }
const Octets name = {0x30, 0x0C, 0x31, 0x0A, 0x30, 0x08, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0C, 0x01, 0x41};

Octets with_names(Octets before) {
  before.insert(before.end(), {0x00, 0x10, 0x00, 0x0E});
  before.insert(before.end(), name.begin(), name.end());
  return before;
}

}  // namespace

TEST_CASE("a TLS 1.2 CertificateRequest: types, signatures, names") {
  const auto read = wire::read_certificate_request(with_names({2, 1, 64, 0, 4, 0x04, 0x01, 0xFE, 0xFE}), TLS1_2_VERSION);
  CHECK(read.key_types == std::vector<std::string>{"rsa_sign", "ecdsa_sign"});
  CHECK(read.signature_algorithms == std::vector<std::string>{"rsa_pkcs1_sha256", "0xFEFE"});
  CHECK(read.ca_names == std::vector<std::string>{"CN=A"});
}

TEST_CASE("before TLS 1.2 there are no signature algorithms") {
  const auto read = wire::read_certificate_request(with_names({1, 1}), TLS1_1_VERSION);
  CHECK(read.key_types == std::vector<std::string>{"rsa_sign"});
  CHECK(read.signature_algorithms.empty());
  CHECK(read.ca_names == std::vector<std::string>{"CN=A"});
}

TEST_CASE("a TLS 1.3 CertificateRequest: extensions in any order") {
  Octets body = {0, 0, 0x1E, 0, 47, 0, 0x12};
  body = with_names(std::move(body));
  body.insert(body.end(), {0, 13, 0, 4, 0, 2, 0x08, 0x04});
  const auto read = wire::read_certificate_request(body, TLS1_3_VERSION);
  CHECK(read.key_types.empty());
  CHECK(read.signature_algorithms == std::vector<std::string>{"rsa_pss_rsae_sha256"});
  CHECK(read.ca_names == std::vector<std::string>{"CN=A"});
}

TEST_CASE("whatever is cut off or is no name, nothing is read beyond the end") {
  const Octets whole = with_names({1, 1, 0, 2, 0x04, 0x01});
  for (const int version : {TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION})
    for (std::size_t length = 0; length < whole.size(); ++length) {
      const auto read = wire::read_certificate_request(std::span(whole).first(length), version);
      CHECK(read.ca_names.empty());
    }
  const auto read = wire::read_certificate_request(Octets{0, 0, 0, 0, 5, 0, 3, 1, 2, 3}, TLS1_2_VERSION);
  CHECK(read.ca_names == std::vector<std::string>{"(unreadable name)"});
  const auto nobody = wire::read_certificate_request(Octets{0, 0, 0, 0, 4, 0, 2, 0x30, 0}, TLS1_2_VERSION);
  CHECK(nobody.ca_names == std::vector<std::string>{"(empty name)"});
}
