// SPDX-License-Identifier: Apache-2.0
#include "model/tls_facts.hpp"

namespace model {

const VersionFacts& TlsFacts::of(TlsVersion version) const {
  static const VersionFacts nothing;
  const auto at = versions.find(version);
  return at == versions.end() ? nothing : at->second;
}

}  // namespace model
