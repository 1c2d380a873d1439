// SPDX-License-Identifier: Apache-2.0
#include "pki/inspect.hpp"

#include "base/text.hpp"
#include "pki/certificate.hpp"
#include "pki/flaws.hpp"

namespace pki {

namespace {

std::string in_words(const Credential& credential, const Kit& kit) {
  std::vector<std::string> said;
  const Yardstick against{*kit.trust, credential.expected_fqdn(kit.fqdn), kit.loaded_at};
  for (const auto& found : flaws_of(credential, against)) said.push_back(found.text);
  const auto& leaf = credential.info.leaf;
  if (!credential.key_matches) said.emplace_back("comes with a private key that is not its own");
  if (credential.chain.size() == 1 && !is_self_issued(credential.leaf()))
    said.push_back("is sent without its issuer, " +
                   short_name_of(X509_get_issuer_name(credential.leaf())));
  if (leaf.names.empty()) said.emplace_back("bears its name in the common name only");
  if (leaf.common_name.empty())
    said.emplace_back("bears its name in the subject alternative name only");
  return said.empty() ? "nothing is wrong with it" : base::join(said, "; ");
}

}  // namespace

std::vector<Inspected> inspect(const Kit& kit) {
  std::vector<Inspected> out;
  for (const auto& credential : kit.credentials) {
    Inspected entry{.label = credential->info.label,
                    .kind = credential->info.kind,
                    .leaf = credential->info.leaf,
                    .chain = {},
                    .key_matches = credential->key_matches,
                    .in_words = in_words(*credential, kit),
                    .unusable = credential->info.unusable};
    for (std::size_t i = 1; i < credential->chain.size(); ++i)
      entry.chain.push_back(text_of(X509_get_subject_name(credential->chain[i].get())));
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace pki
