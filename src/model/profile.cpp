// SPDX-License-Identifier: Apache-2.0
#include "model/profile.hpp"

namespace model {

const Requirement* Profile::requirement(std::string_view wanted) const {
  for (const auto& spec : specs)
    for (const auto& requirement : spec.requirements)
      if (requirement.id == wanted) return &requirement;
  return nullptr;
}

const Interaction* Profile::interaction(std::string_view alias) const {
  for (const auto& interaction : interactions)
    if (interaction.alias == alias) return &interaction;
  return nullptr;
}

std::string Profile::text_parameter(const std::string& name, std::string otherwise) const {
  const auto at = parameters.find(name);
  return at != parameters.end() && at->second.is_string() ? at->second.get<std::string>() : otherwise;
}

}  // namespace model
