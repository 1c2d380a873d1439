// SPDX-License-Identifier: Apache-2.0
// Private keys: reading them without ever asking at the terminal, making them, and making the one
// that proves nothing (the kind key-mismatch).
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "pki/owned.hpp"
#include "pki/passphrase.hpp"

namespace pki {

enum class KeyType { rsa, ecdsa };

// A new key: RSA of so many bits, or P-256.
Pkey new_rsa_key(unsigned bits);
Pkey new_key(KeyType type);

// The first private key of a PEM text, encrypted or not. Fails with bad_data, or not_authorised
// when the passphrase is missing or wrong. `name` is the file as the user named it.
base::Result<Pkey> key_from_pem(std::string_view pem, const std::string& name,
                                const Passphrase& passphrase);

// A key that OpenSSL takes for the certificate's, because its public half is, and that signs with
// the private half of `other`, so that the peer finds every signature wrong (src/FACTS.md 2). A
// random private half where the two keys are of different kinds. Null for what is neither RSA nor
// EC.
Pkey with_foreign_private_half(const EVP_PKEY* public_half, const EVP_PKEY* other);

}  // namespace pki
