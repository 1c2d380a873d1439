// SPDX-License-Identifier: Apache-2.0
// A client certificate with its chain and key, loaded, and how to make OpenSSL really send it: a
// bad credential that our own side quietly withholds would read as a refusal (src/FACTS.md 2).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/credential.hpp"
#include "pki/owned.hpp"
#include "pki/passphrase.hpp"

namespace pki {

// Move-only; shared as std::shared_ptr<const Credential> and never changed once made.
struct Credential {
  model::CredentialInfo info;
  std::vector<Cert> chain;   // leaf first; what is sent after it follows, each issued by the next
  Pkey key;                  // its public half is the leaf's, even when key_matches is false
  bool key_matches = true;   // false: it signs with another private half (kind key-mismatch)
  std::string subject_fqdn;  // the name kit.json says it bears; "" = the kit's own
  std::vector<std::string> warnings;  // what was odd about the files and was put right

  [[nodiscard]] X509* leaf() const { return chain.front().get(); }
  // The name a server should find in it: a valid one may stand for a system of its own (NRL).
  [[nodiscard]] const std::string& expected_fqdn(const std::string& of_kit) const {
    return info.kind == model::CredentialKind::valid && !subject_fqdn.empty() ? subject_fqdn
                                                                              : of_kit;
  }
};

// Where a credential lies: PEM (cert may hold leaf and chain; key may be in the same file; chain
// may be empty), or p12 with nothing else but perhaps a chain.
struct CredentialFiles {
  std::filesystem::path cert = {}, chain = {}, key = {}, p12 = {};
};

// Loads a credential; a chain in the wrong order is sorted, with a warning. Fails with no_input
// (a file is absent), bad_data (a file parses wrongly, the key does not match; for kind
// key_mismatch: it does match), not_authorised (passphrase missing or wrong). Never asks at the
// terminal.
base::Result<Credential> read_credential(const CredentialFiles& files, const Passphrase& passphrase,
                                         std::string label, model::CredentialKind kind);
// The same, ready to share.
base::Result<std::shared_ptr<const Credential>> load_credential(const CredentialFiles& files,
                                                                const Passphrase& passphrase,
                                                                std::string label,
                                                                model::CredentialKind kind);

// Makes a new client context present this credential, exactly as it is: security level 0, and no
// chain built from the context's own trust store. Fails with bad_data when OpenSSL refuses it.
base::Status install(SSL_CTX* context, const Credential& credential);

}  // namespace pki
