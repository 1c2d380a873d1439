// SPDX-License-Identifier: Apache-2.0
// Configuration for the servers a provider is likely to have, filled in for one kit: templates under
// profiles/data/install.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "pki/owned.hpp"

namespace pki {

struct Snippet {
  std::string file;     // in the kit's folder
  std::string content;
  std::string use;      // what to do with it, for a list: "nginx: include it in http { }"
};

std::vector<Snippet> snippets_for(const std::filesystem::path& kit, const std::string& fqdn);

// Diffie-Hellman parameters, the group ffdhe2048 of RFC 7919: without them nginx has no EDH suites.
std::string dh_parameters();

// A PKCS#12 trust store as Java reads it: bare certificates are trusted there only when they say so.
std::string java_trust_store(const std::vector<Cert>& trusted, const std::string& password);

}  // namespace pki
