// SPDX-License-Identifier: Apache-2.0
// kit.json as written, read strictly (probity-formats(5), KIT): no file but kit.json itself is opened here.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/credential.hpp"
#include "pki/credential.hpp"

namespace pki {

inline constexpr std::string_view kit_schema = "probity.kit/1";
inline constexpr std::string_view kit_file_name = "kit.json";

struct KitEntry {
  std::string label;
  model::CredentialKind kind = model::CredentialKind::valid;
  CredentialFiles files;
  std::filesystem::path passphrase_file;
  std::string subject_fqdn;  // the name in this certificate, where it is not the kit's
};

// Paths are made relative to the folder of kit.json, and exist.
struct KitFile {
  std::string fqdn;
  std::filesystem::path ca, crl;
  model::Revocation revocation = model::Revocation::unknown;
  std::filesystem::path server_cert, server_key;
  std::vector<KitEntry> entries;
};

// Fails with no_input when there is no such file, bad_data with file and JSON pointer otherwise.
base::Result<KitFile> read_kit_file(const std::filesystem::path& file);

}  // namespace pki
