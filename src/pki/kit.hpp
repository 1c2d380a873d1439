// SPDX-License-Identifier: Apache-2.0
// A kit: a folder of credentials with kit.json (probity-formats(5), KIT), loaded whole. Material that is not
// what its kind says does not fail here; it is marked, and the checks that need it are skipped.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "model/credential.hpp"
#include "pki/credential.hpp"
#include "pki/passphrase.hpp"
#include "pki/verify.hpp"

namespace pki {

struct Kit {
  std::filesystem::path folder;   // empty for kit_of_pair
  std::string fqdn;               // the name the target must let in
  std::filesystem::path ca, crl;  // joined to the folder; may be empty
  model::Revocation revocation = model::Revocation::unknown;
  std::filesystem::path server_cert, server_key;                         // for labs; may be empty
  std::vector<std::shared_ptr<const Credential>> credentials;            // in the order of kit.json
  std::vector<std::string> warnings;                                     // one line each
  std::shared_ptr<const Trust> trust = std::make_shared<const Trust>();  // what ca and crl hold
  base::EpochSeconds loaded_at = 0;  // the time the material was judged at

  // The first that fits, or null; owned by the kit. `none` is never in it.
  [[nodiscard]] const Credential* by_label(std::string_view label) const;
  [[nodiscard]] const Credential* by_kind(model::CredentialKind kind) const;
  [[nodiscard]] std::vector<model::CredentialInfo> infos() const;
};

// Loads FOLDER/kit.json and everything it names; `folder` may also be the kit.json itself. The
// passphrase is for entries without a passphrase_file of their own. Fails with no_input (no
// kit.json), bad_data (kit.json is wrong, names an absent file, a file parses wrongly, a key does
// not match) or not_authorised.
base::Result<Kit> load_kit(const std::filesystem::path& folder, const Passphrase& passphrase,
                           base::EpochSeconds now);

// A kit of one valid credential, for people who have nothing else: the FQDN is the certificate's,
// revocation is unknown.
Kit kit_of_pair(std::shared_ptr<const Credential> valid,
                base::EpochSeconds now = base::now_seconds());

// The subjects of the CAs the target shall trust, as the wire writes names.
std::vector<std::string> trusted_names(const Kit& kit);

// The kit's revocation lists for a sentence: the file, whose lists it holds, and their dates.
std::string lists_in_words(const Kit& kit);

}  // namespace pki
