// SPDX-License-Identifier: Apache-2.0
// Making a kit: every kind of bad client certificate, a valid one, what the target has to be told
// (ca.pem, crl.pem) and a server certificate for labs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "model/credential.hpp"
#include "pki/key.hpp"
#include "pki/passphrase.hpp"

namespace pki {

// A client of its own beside the one the kit is for (NRL: each ASID has its name).
struct System {
  std::string label;   // of its credential, which is a valid one
  std::string fqdn;
};

struct MintRequest {
  std::filesystem::path folder = {};
  std::string fqdn = {};  // at least one dot, at most 64 characters
  // All empty: a new RootCA and SubCA. Else the CA that issues the leaves, with its chain up to the
  // root in the same PEM; ca_p12 stands for both.
  std::filesystem::path ca_cert = {}, ca_key = {}, ca_p12 = {};
  Passphrase ca_passphrase = {};
  // Subject alternative names of the lab's server certificate.
  std::vector<std::string> server_names = {"localhost", "127.0.0.1", "::1"};
  std::vector<model::CredentialKind> kinds = {};  // empty = all; `valid` is always made
  std::vector<System> systems = {};
  KeyType key_type = KeyType::rsa;                // of CAs and clients
  KeyType server_key_type = KeyType::rsa;         // of the lab's server certificate
  bool force = false;                             // overwrite the files of an older kit
  base::EpochSeconds now = base::now_seconds();
};

struct Minted {
  std::filesystem::path folder;
  std::vector<std::string> files;     // names in the folder, as written; kit.json is the last
  std::vector<std::string> install;   // what the target has to be told, one line each
  std::vector<std::string> left_out;  // kinds that this CA does not allow, with the reason
  base::EpochSeconds ends = 0;        // when the valid credential does
};

// Makes everything in memory first, so that nothing is written unless all of it can be. Fails with
// usage (no FQDN, a server name that is neither name nor address), cannot_create (a file is there
// and force is not given, or cannot be written), and for a CA that was given as load_credential
// does.
base::Result<Minted> mint_kit(const MintRequest& request);

}  // namespace pki
