// SPDX-License-Identifier: Apache-2.0
#include "model/probe.hpp"

namespace model {

const Probe* find_probe(std::span<const Probe> probes, std::string_view name) {
  for (const auto& probe : probes)
    if (probe.name == name) return &probe;
  return nullptr;
}

bool accepts(const Control& control, const Observation& seen) {
  if (seen.outcome != Outcome::answered || seen.status < 200 || seen.status > 299) return false;
  return control.resource.empty() || control.resource == seen.resource_type;
}

}  // namespace model
