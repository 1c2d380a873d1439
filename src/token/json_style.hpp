// SPDX-License-Identifier: Apache-2.0
// The JSON text of one part of a token, and ways of writing it that no JSON library offers.
#pragma once

#include <string>

#include "base/json.hpp"

namespace token {

struct JsonText {
  base::Json json;
  std::string text;

  static JsonText of(base::Json json);

  // One more member, whether or not there is one of this name.
  void add_first(const std::string& name, const base::Json& value);
  void add_last(const std::string& name, const base::Json& value);
  // Writes it in a way that token.text.style names.
  void restyle(const std::string& style);
};

}  // namespace token
