// SPDX-License-Identifier: Apache-2.0
// PKCS#12 files: a key with its certificates in one file, as Windows and Java export them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "pki/owned.hpp"
#include "pki/passphrase.hpp"

namespace pki {

struct Pkcs12Content {
  Pkey key;                 // never null
  std::vector<Cert> certs;  // in no order; at least one
};

// Opens a PKCS#12 file's content, those with the RC2 and 3DES of old exports included where
// OpenSSL's legacy provider is installed. Fails with bad_data (not PKCS#12, no key, no certificate)
// or not_authorised. `name` is the file as the user named it.
base::Result<Pkcs12Content> open_pkcs12(std::string_view bytes, const std::string& name,
                                        const Passphrase& passphrase);

}  // namespace pki
