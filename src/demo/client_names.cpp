// SPDX-License-Identifier: Apache-2.0
#include "demo/client_names.hpp"

#include <algorithm>
#include <iterator>

#include "base/text.hpp"

namespace demo {

namespace {

bool same(const std::string& name, const std::string& fqdn) { return base::same_ignoring_case(name, fqdn); }

std::string parent_of(const std::string& name) {
  const auto dot = name.find('.');
  return dot == std::string::npos ? "" : name.substr(dot);
}

// A comparison that is not one, and the fault it stands for. Names are printable: NUL reads \x00.
struct Sloppy {
  const char* fault;
  bool (*takes)(const std::string& name, const std::string& fqdn);
};
constexpr Sloppy sloppy[] = {
    {"ignores-fqdn", [](const std::string&, const std::string&) { return true; }},
    {"compares-names-by-prefix",
     [](const std::string& name, const std::string& fqdn) { return base::starts_with_ignoring_case(name, fqdn + "."); }},
    {"stops-at-nul",
     [](const std::string& name, const std::string& fqdn) { return base::starts_with_ignoring_case(name, fqdn + "\\x00"); }},
    {"takes-wildcards",
     [](const std::string& name, const std::string& fqdn) { return same(name, "*" + parent_of(fqdn)); }},
    {"lets-other-clients-in",
     [](const std::string& name, const std::string& fqdn) { return same(name, "other-client" + parent_of(fqdn)); }},
};

bool takes(const std::string& name, const std::string& fqdn, const Faults& faults) {
  if (same(name, fqdn)) return true;
  return std::any_of(std::begin(sloppy), std::end(sloppy), [&](const Sloppy& row) {
    return faults.contains(row.fault) && row.takes(name, fqdn);
  });
}

}  // namespace

bool lets_in(const model::CertificateFacts& leaf, const std::string& fqdn, const Faults& faults) {
  if (leaf.names.empty()) return !faults.contains("reads-san-only") && takes(leaf.common_name, fqdn, faults);
  if (faults.contains("reads-common-name-only") && leaf.common_name.empty()) return false;
  if (faults.contains("prefers-common-name") && same(leaf.common_name, fqdn)) return true;
  return std::any_of(leaf.names.begin(), leaf.names.end(), [&](const std::string& name) { return takes(name, fqdn, faults); });
}

}  // namespace demo
