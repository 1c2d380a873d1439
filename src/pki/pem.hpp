// SPDX-License-Identifier: Apache-2.0
// PEM in and out. Reading says what is wrong with a file in one line: people give DER for PEM,
// PKCS#12 for both, half a file, or a key where a certificate is wanted.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "pki/owned.hpp"

namespace pki {

struct PemBlock {
  std::string label;  // what stands after BEGIN
  std::string der;
};

// The blocks that bear one of `labels`, in order; others are passed over and never copied. Fails
// with bad_data when a block is cut short or is not base64. `name` is the file as the user named
// it.
base::Result<std::vector<PemBlock>> pem_blocks(std::string_view text, const std::string& name,
                                               std::initializer_list<std::string_view> labels);

// The error for a file without any block of the wanted sort; `wanted` is "certificate", "CRL" or
// "private key", and `openssl` the command that would convert its DER form ("x509").
base::Error holds_no(std::string_view wanted, std::string_view openssl, std::string_view text,
                     const std::string& name);

// The bytes as a read-only BIO; `bytes` must outlive it.
Bio bio_over(std::string_view bytes);

std::string to_pem(const X509* certificate);
std::string to_pem(const std::vector<Cert>& certificates);
std::string to_pem(const X509_CRL* crl);
// PKCS#8, not encrypted.
std::string to_pem(const EVP_PKEY* key);

std::string to_der(const X509* certificate);
// Nothing but one whole certificate in DER; null when it is not that.
Cert certificate_from_der(std::string_view der);

// The last reason in OpenSSL's error queue, in words, or `otherwise`; empties the queue.
std::string openssl_reason(std::string_view otherwise);

}  // namespace pki
