// SPDX-License-Identifier: Apache-2.0
// What the tests of loading share: files of the minted kit, and errors that are one line.
#pragma once

#include <string>

#include "pki/credential.hpp"
#include "tests/catch.hpp"
#include "tests/pki/support.hpp"

namespace support {

using Loaded = base::Result<std::shared_ptr<const pki::Credential>>;

inline const std::string secret = "squeamish-ossifrage-4711";

inline std::filesystem::path in_kit(const std::string& name) {
  return minted().folder / name;
}

inline Loaded load(const pki::CredentialFiles& files, const pki::Passphrase& passphrase = {},
                   model::CredentialKind kind = model::CredentialKind::valid) {
  return pki::load_credential(files, passphrase, "mine", kind);
}

template <class Write>
std::string from_memory(Write&& write) {
  const auto bio = pki::acquired<pki::Bio>(BIO_new(BIO_s_mem()));
  REQUIRE(write(bio.get()) == 1);
  std::string out(BIO_ctrl_pending(bio.get()), '\0');
  BIO_read(bio.get(), out.data(), static_cast<int>(out.size()));
  return out;
}

inline void check_error(const Loaded& result, base::Trouble kind, const std::string& text) {
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == kind);
  CHECK_THAT(line_of(result), ContainsSubstring(text));
  CHECK(line_of(result).find('\n') == std::string::npos);
  CHECK(line_of(result).find(secret) == std::string::npos);
}

}  // namespace support
