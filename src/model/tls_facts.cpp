// SPDX-License-Identifier: Apache-2.0
#include "model/tls_facts.hpp"

namespace model {

const VersionFacts& TlsFacts::of(TlsVersion version) const {
  static const VersionFacts nothing;
  const auto at = versions.find(version);
  return at == versions.end() ? nothing : at->second;
}

const Feature& TlsFacts::feature(const std::string& name) const {
  static const Feature unknown;
  const auto at = features.find(name);
  return at == features.end() ? unknown : at->second;
}

}  // namespace model
