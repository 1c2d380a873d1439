// SPDX-License-Identifier: Apache-2.0
#include "model/report.hpp"

namespace model {

const Observation* find_observation(const Report& report, std::string_view id) {
  for (const auto& observation : report.observations)
    if (observation.id == id) return &observation;
  return nullptr;
}

const Finding* find_finding(const Report& report, std::string_view check) {
  for (const auto& finding : report.findings)
    if (finding.check.id == check) return &finding;
  return nullptr;
}

}  // namespace model
