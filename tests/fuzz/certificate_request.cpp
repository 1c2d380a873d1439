// SPDX-License-Identifier: Apache-2.0
// Whatever a server sends as a CertificateRequest, what is read of it is printable and no more than
// it can hold. The first octet chooses the version.
#include "wire/certificate_request.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <cstdlib>

namespace {

bool printable(const std::vector<std::string>& texts) {
  return std::all_of(texts.begin(), texts.end(), [](const std::string& text) {
    return !text.empty() && std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr int versions[] = {TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};
  const std::span body(data + 1, size - 1);
  const auto read = wire::read_certificate_request(body, versions[data[0] % 3]);
  if (!printable(read.key_types) || !printable(read.signature_algorithms) || !printable(read.ca_names)) std::abort();
  if (read.key_types.size() + 2 * read.signature_algorithms.size() + 2 * read.ca_names.size() > body.size()) std::abort();
  return 0;
}
