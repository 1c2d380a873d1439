// SPDX-License-Identifier: Apache-2.0
// Exchanges and observations as JSON: the parts of result.json that `judge` reads again.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/strict_json.hpp"
#include "model/report.hpp"

namespace report {

// Text of the target: printable on one line, or on several.
std::string shown(const std::string& text);
std::string shown_lines(const std::string& text);
// Text of ours: as it is, for `judge` compares it, unless it is not UTF-8.
std::string own(const std::string& text);
base::Json own(const base::Json& value);

// Stands in an observation for the certificate that facts.certificate describes.
inline constexpr const char* same_as_facts = "facts.certificate";

base::Json to_json(const model::CertificateFacts& certificate);
base::Json to_json(const model::Exchange& exchange);
// `facts` of the report say what most observations say of the server: it is not repeated.
base::Json to_json(const model::Observation& seen, const model::Facts& facts);

model::CertificateFacts certificate_from(const base::Json& json, const std::string& pointer,
                                         base::Problems& problems);
model::Exchange exchange_from(const base::Json& json, const std::string& pointer,
                              base::Problems& problems);
model::Observation observation_from(const base::Json& json, const std::string& pointer,
                                    const model::Facts& facts, base::Problems& problems);

// A key that must hold one of the words of E.
template <class E>
E word_of(base::Fields& fields, const std::string& key) {
  const auto words = model::all_words<E>();
  const std::string spelling = fields.has(key) ? fields.text_or(key) : fields.text(key);
  if (const auto value = model::from_word<E>(spelling)) return *value;
  fields.word(key, words);  // says what is wrong with it
  return E{};
}

// "0xC030".
std::uint32_t code_from(const std::string& text, base::Fields& fields, const std::string& key);

// Reads each element of an array of objects.
template <class T, class Read>
std::vector<T> each(base::Fields& fields, const std::string& key, const Read& read) {
  std::vector<T> out;
  const base::Json* array = fields.array(key);
  if (array == nullptr) return out;
  for (std::size_t i = 0; i < array->size(); ++i)
    out.push_back(read((*array)[i], fields.pointer_to(key) + "/" + std::to_string(i)));
  return out;
}

}  // namespace report
