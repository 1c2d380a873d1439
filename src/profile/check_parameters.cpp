// SPDX-License-Identifier: Apache-2.0
#include "profile/check_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "model/claim_edit.hpp"
#include "model/placeholders.hpp"

namespace profile {

namespace {

using base::Fields;
using base::Json;
using base::Problems;
using model::Parameter;

std::vector<std::string> aliases(const model::Profile& profile) {
  std::vector<std::string> out;
  for (const auto& interaction : profile.interactions) out.push_back(interaction.alias);
  return out;
}

void check_interaction(const std::string& alias, const std::string& pointer, const model::Profile& profile,
                       Problems& problems) {
  if (profile.interaction(alias) == nullptr)
    problems.add(pointer, fmt::format("the profile has no interaction \"{}\"", alias),
                 base::did_you_mean(alias, aliases(profile)));
}

// Placeholders that nobody will fill are typing mistakes, not values.
void check_placeholders(const Json& value, const std::string& pointer, const model::Profile& profile,
                        Problems& problems) {
  if (value.is_structured()) {
    std::size_t n = 0;
    for (const auto& [key, member] : value.items())
      check_placeholders(member, fmt::format("{}/{}", pointer, value.is_array() ? std::to_string(n++) : key),
                         profile, problems);
    return;
  }
  if (!value.is_string()) return;
  std::vector<std::string> known = {"aud", "scope", "interaction-id"};
  for (const auto& fact : model::target_facts()) known.emplace_back(fact.name);
  for (const auto& name : model::placeholders_in(value.get<std::string>())) {
    if (model::is_filled_when_sent(name) || name == "as.asid" || name == "as.ods_code" || std::find(known.begin(), known.end(), name) != known.end()) continue;
    if (name.starts_with("interaction:")) {
      check_interaction(name.substr(12), pointer, profile, problems);
    } else {
      problems.add(pointer, fmt::format("nothing fills the placeholder {{{}}}", name),
                   base::did_you_mean(name, known));
    }
  }
}

void check_operand(Fields& fields, const model::MutationWord& word) {
  const Json* value = fields.raw("value");
  const bool wanted = word.value != model::Operand::none;
  if (wanted && value == nullptr) fields.wrong("value", fmt::format("{} needs a value", word.op));
  if (!wanted && value != nullptr) fields.wrong("value", fmt::format("{} takes no value", word.op));
  if (value == nullptr) return;
  if (word.value == model::Operand::text && !value->is_string()) fields.wrong("value", "must be a string");
  if (!word.words.empty() && value->is_string()) (void)fields.word("value", base::split(word.words, ' '));
  if (word.value == model::Operand::number && !value->is_number_integer())
    fields.wrong("value", "must be a whole number");
}

void check_name(Fields& fields, const model::MutationWord& word, const std::optional<std::string>& name) {
  using model::Named;
  if (word.named != Named::no && !name) return fields.wrong("name", fmt::format("{} needs a name", word.op));
  if (word.named == Named::no && name) return fields.wrong("name", fmt::format("{} takes no name", word.op));
  if (word.named == Named::part) {
    (void)fields.word("name", std::vector<std::string>{"header", "payload"});
  } else if (word.named == Named::member && name->starts_with('/')) {
    fields.wrong("name", fmt::format("{} takes a member, not a JSON pointer", word.op));
  } else if (word.named == Named::pointer && !model::is_claim_name(*name)) {
    fields.wrong("name", "is no JSON pointer", "as in /requesting_device/identifier/0/value");
  }
}

void check_value(Fields& fields, const Parameter& parameter, const std::string& pointer,
                 const model::Profile& profile, Problems& problems) {
  const std::string key(parameter.name);
  const auto words = base::split(parameter.words, ' ');
  switch (parameter.type) {
    case Parameter::Type::text:
      if (parameter.words.empty()) {
        fields.text(key);
      } else {
        fields.word(key, words);
      }
      return;
    case Parameter::Type::texts: fields.texts_or(key); return;
    case Parameter::Type::number: fields.integer(key); return;
    case Parameter::Type::boolean: fields.boolean_or(key, false); return;
    case Parameter::Type::interaction: check_interaction(fields.text(key), pointer, profile, problems); return;
    case Parameter::Type::interactions:
      for (const auto& alias : fields.texts_or(key)) check_interaction(alias, pointer, profile, problems);
      return;
    case Parameter::Type::mutations:
      const Json* list = fields.array(key);
      for (std::size_t i = 0; list != nullptr && i < list->size(); ++i)
        (void)read_mutation((*list)[i], fmt::format("{}/{}", pointer, i), problems);
      return;
  }
}

}  // namespace

model::Mutation read_mutation(const Json& json, const std::string& pointer, Problems& problems) {
  Fields fields(json, pointer, problems);
  std::vector<std::string> words;
  for (const auto& word : model::mutation_words()) words.emplace_back(word.op);
  model::Mutation mutation;
  mutation.op = fields.word("op", words);
  const auto* word = model::find_mutation_word(mutation.op);
  const auto name = fields.maybe_text("name");
  mutation.name = name.value_or("");
  if (word != nullptr) {
    check_name(fields, *word, name);
    check_operand(fields, *word);
  }
  if (const Json* value = fields.raw("value"); value != nullptr) mutation.value = *value;
  fields.finish();
  return mutation;
}

void check_parameters(const Json& with, const std::string& pointer, const model::Probe& probe,
                      const model::Profile& profile, Problems& problems) {
  Fields fields(with, pointer, problems);
  for (const auto& parameter : probe.parameters) {
    const std::string key(parameter.name);
    if (fields.has(key)) {
      check_value(fields, parameter, fields.pointer_to(key), profile, problems);
    } else {
      (void)fields.raw(key);
      if (parameter.required)
        problems.add(pointer, fmt::format("probe {} needs the parameter \"{}\"", probe.name, key));
    }
  }
  fields.finish();
  check_placeholders(with, pointer, profile, problems);
}

}  // namespace profile
