// SPDX-License-Identifier: Apache-2.0
// Reading a CertificateRequest: what a server says it would take for a client certificate.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace wire {

struct CertificateRequest {
  std::vector<std::string> key_types;              // TLS 1.2 and before: "rsa_sign", "ecdsa_sign"
  std::vector<std::string> signature_algorithms;   // TLS 1.2 and later: "rsa_pkcs1_sha256"
  std::vector<std::string> ca_names;               // RFC 2253 text, printable
};

// The body of a CertificateRequest message as TLS 1.2 or earlier (RFC 5246 7.4.4) or TLS 1.3
// (RFC 8446 4.3.2) has it; `version` is OpenSSL's number. What is malformed is left out.
CertificateRequest read_certificate_request(std::span<const std::uint8_t> body, int version);

}  // namespace wire
