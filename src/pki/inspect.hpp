// SPDX-License-Identifier: Apache-2.0
// What is in a kit, credential by credential, for `probity credentials inspect`.
#pragma once

#include <string>
#include <vector>

#include "model/credential.hpp"
#include "pki/kit.hpp"

namespace pki {

struct Inspected {
  std::string label;
  model::CredentialKind kind = model::CredentialKind::valid;
  model::CertificateFacts leaf;
  std::vector<std::string> chain;  // subjects of what is sent after the leaf
  bool key_matches = true;
  std::string in_words;  // what is wrong with it; "nothing is wrong with it" when nothing is
  std::string unusable;  // why it is not what its kind says; "" when it is
};

// In the order of the kit, judged at the time it was loaded.
std::vector<Inspected> inspect(const Kit& kit);

}  // namespace pki
