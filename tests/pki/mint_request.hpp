// SPDX-License-Identifier: Apache-2.0
// A quick request (ECDSA, few kinds) and the error of one that fails.
#pragma once

#include <string>
#include <vector>

#include "pki/mint.hpp"
#include "tests/catch.hpp"
#include "tests/pki/support.hpp"

namespace support {

inline pki::MintRequest request_for(const std::filesystem::path& folder,
                                    std::vector<model::CredentialKind> kinds = {
                                        model::CredentialKind::valid}) {
  return {.folder = folder,
          .fqdn = fqdn,
          .kinds = std::move(kinds),
          .key_type = pki::KeyType::ecdsa,
          .server_key_type = pki::KeyType::ecdsa,
          .now = now};
}

inline std::string error_of(const pki::MintRequest& request, base::Trouble kind) {
  const auto result = pki::mint_kit(request);
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == kind);
  return line_of(result);
}

}  // namespace support
