// SPDX-License-Identifier: Apache-2.0
// The vocabulary in which a check says how its request differs from the good one. Words are data;
// applying them is done by probes/request_mutation.cpp (request words) and token/ (token words).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace model {

// What kind of value a word takes.
enum class Operand { none, text, number, any };

// What a word's name is.
enum class Named {
  no,
  name,      // a header, a query parameter
  member,    // a member at the top of the claims or of the JOSE header
  pointer,   // a claim, or a JSON pointer into the claims (RFC 6901): /requesting_device/identifier/0/system
  part,      // header or payload
};

struct MutationWord {
  std::string_view op;       // "header.remove"
  Named named;
  Operand value;             // needs "value" of this kind
  std::string_view words;    // the values it may take, separated by spaces; empty = any
  std::string_view about;    // one sentence, for the manual
};

// One deliberate change: {"op": "token.claim.set", "name": "exp", "value": 0}.
struct Mutation {
  std::string op;
  std::string name;
  base::Json value;

  friend bool operator==(const Mutation&, const Mutation&) = default;
};

std::span<const MutationWord> mutation_words();
const MutationWord* find_mutation_word(std::string_view op);

// As a check file writes it.
base::Json to_json(const Mutation& mutation);

// "header Ssp-To removed": for titles of evidence and for plan.
std::string in_words(const Mutation& mutation);

}  // namespace model
