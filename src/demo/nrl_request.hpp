// SPDX-License-Identifier: Apache-2.0
// What a request asks the registry for: the interaction follows from verb and path (NRL has no header for it).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>

#include "demo/messages.hpp"
#include "demo/nrl_directory.hpp"

namespace demo::nrl {

constexpr const char* root_path = "/STU3";
constexpr const char* collection = "/STU3/DocumentReference";

struct Asked {
  Interaction interaction = Interaction::search;
  std::string id;                                 // in the path; "" when there is none
  std::map<std::string, std::string> parameters;  // decoded

  [[nodiscard]] std::string parameter(const std::string& name) const {
    const auto at = parameters.find(name);
    return at == parameters.end() ? "" : at->second;
  }
};

// Method, path, query, and then the media types (nrl.md 4.5, stage 2): what can be refused before anybody is known.
std::variant<Refusal, Asked> understood(const Arrived& arrived);

}  // namespace demo::nrl
