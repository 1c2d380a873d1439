// SPDX-License-Identifier: Apache-2.0
// The client's side of a certificate at TLS 1.2, made by hand: for key exchanges that no TLS library makes, with
// servers that demand a certificate before they look at them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pki/credential.hpp"

namespace wire {

// The body of a Certificate message (RFC 5246 7.4.6); of no certificate for null.
std::vector<std::uint8_t> certificate_body(const pki::Credential* credential);

// The body of a CertificateVerify (RFC 5246 7.4.8) by the first scheme that fits the key, over all handshake
// messages so far. Empty when none fits.
std::vector<std::uint8_t> verify_body(const pki::Credential& credential, std::span<const std::uint16_t> schemes,
                                      std::span<const std::uint8_t> transcript);

}  // namespace wire
