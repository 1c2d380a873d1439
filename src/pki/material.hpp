// SPDX-License-Identifier: Apache-2.0
// Whether a credential is what its kind says. A certificate called expired that has not expired, or
// that is revoked besides, would make a check pass or fail for a reason nobody sees.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/credential.hpp"
#include "pki/flaws.hpp"

namespace pki {

// What is known besides the certificate when a kit is judged.
struct Material {
  const Credential& credential;
  std::vector<Found> flaws;           // of this credential
  std::vector<Found> flaws_of_valid;  // of the kit's valid one: shared flaws are nobody's mutation
  const Trust& trust;
  std::string fqdn;          // the kit's
  std::string subject_fqdn;  // of the kit.json entry; may be ""
  model::Revocation revocation = model::Revocation::unknown;
  std::string ca_name, crl_name;  // files, for messages
};

// The one flaw a kind stands for; nothing for those whose certificate is sound.
std::optional<Flaw> flaw_of(model::CredentialKind kind);

// "" when the credential is what its kind says; else one line that says why not.
std::string why_unusable(const Material& material);

}  // namespace pki
