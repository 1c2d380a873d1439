// SPDX-License-Identifier: Apache-2.0
#include "model/mutation.hpp"

#include <fmt/format.h>

namespace model {

namespace {

constexpr MutationWord words[] = {
    {"header.remove", true, Operand::none, "", "leaves the header out"},
    {"header.set", true, Operand::text, "",
     "sends the header with this value, adding it if it was not there"},
    {"header.empty", true, Operand::none, "", "sends the header with no value at all"},
    {"header.blank", true, Operand::none, "", "sends the header with a value of one space"},
    {"header.duplicate", true, Operand::text, "", "sends the header a second time with this value"},
    {"header.rename", true, Operand::text, "",
     "sends the header under this name, for instance in lower case"},
    {"token.claim.remove", true, Operand::none, "", "leaves the claim out of the token"},
    {"token.claim.set", true, Operand::any, "", "gives the claim this value"},
    {"token.header.remove", true, Operand::none, "", "leaves the member out of the JOSE header"},
    {"token.header.set", true, Operand::any, "", "gives the member of the JOSE header this value"},
    {"token.lifetime", false, Operand::number, "",
     "sets exp to iat plus this many seconds (300 is right)"},
    {"token.shift", false, Operand::number, "", "moves iat and exp by this many seconds"},
    {"token.encoding", false, Operand::text, "plain base64",
     "plain: sends the JSON itself; base64: the standard, padded alphabet"},
    {"token.parts", false, Operand::text, "one two four",
     "two: without the trailing dot; one: the payload alone; four: with a second empty part"},
    {"token.raw", false, Operand::text, "", "sends this text instead of a token"},
    {"path.set", false, Operand::text, "", "asks for this path below the service root"},
    {"path.append", false, Operand::text, "", "appends to the path"},
    {"method.set", false, Operand::text, "", "uses this method"},
};

std::string value_in_words(const base::Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

std::span<const MutationWord> mutation_words() {
  return words;
}

const MutationWord* find_mutation_word(std::string_view op) {
  for (const auto& word : words)
    if (word.op == op) return &word;
  return nullptr;
}

std::string in_words(const Mutation& mutation) {
  std::string out = mutation.op;
  if (!mutation.name.empty()) out += " " + mutation.name;
  if (!mutation.value.is_null()) out += fmt::format(" = {}", value_in_words(mutation.value));
  return out;
}

}  // namespace model
