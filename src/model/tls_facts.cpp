// SPDX-License-Identifier: Apache-2.0
#include "model/tls_facts.hpp"

namespace model {

const VersionFacts& TlsFacts::of(TlsVersion version) const {
  static const VersionFacts nothing;
  const auto at = versions.find(version);
  return at == versions.end() ? nothing : at->second;
}

namespace {

const Feature& found_in(const std::map<std::string, Feature>& features, const std::string& name) {
  static const Feature unknown;
  const auto at = features.find(name);
  return at == features.end() ? unknown : at->second;
}

}  // namespace

const Feature& TlsFacts::feature(const std::string& name) const { return found_in(features, name); }
const Feature& TlsFacts::vulnerability(const std::string& name) const { return found_in(vulnerabilities, name); }

}  // namespace model
