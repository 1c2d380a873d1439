// SPDX-License-Identifier: Apache-2.0
#include "token/jwt.hpp"

#include <optional>
#include <utility>

#include "base/text.hpp"
#include "model/claim_edit.hpp"
#include "token/compact.hpp"
#include "token/json_style.hpp"

namespace token {

namespace {

using base::Json;

constexpr base::EpochSeconds back_dated = 2;
constexpr base::EpochSeconds lifetime = 300;  // GP Connect: exactly five minutes

// The token while it is being mutated.
struct Draft {
  Json header = Json{{"alg", "none"}, {"typ", "JWT"}};
  Json claims;
  JsonText header_text;
  JsonText payload_text;
  Compact compact;
  std::string signing;   // a word of token.sign
  std::optional<std::string> raw;
};

enum class Stage { json, text, compact };

struct Step {
  std::string_view op;
  Stage stage;
  void (*apply)(Draft& draft, const model::Mutation& mutation);
};

std::string text_of(const model::Mutation& mutation) {
  return mutation.value.is_string() ? mutation.value.get<std::string>() : std::string{};
}

JsonText& part(Draft& draft, const std::string& name) { return name == "header" ? draft.header_text : draft.payload_text; }

const char* algorithm_of(const std::string& way) {
  if (way == "rs256") return "RS256";
  return way == "es256-zero" ? "ES256" : "HS256";
}

constexpr Step steps[] = {
    {"token.header.remove", Stage::json, [](Draft& d, const model::Mutation& m) { d.header.erase(m.name); }},
    {"token.header.set", Stage::json, [](Draft& d, const model::Mutation& m) { d.header[m.name] = m.value; }},
    {"token.sign", Stage::json,
     [](Draft& d, const model::Mutation& m) {
       d.signing = text_of(m);
       d.header["alg"] = algorithm_of(d.signing);
     }},
    {"token.claim.duplicate", Stage::text, [](Draft& d, const model::Mutation& m) { d.payload_text.add_last(m.name, m.value); }},
    {"token.claim.precede", Stage::text, [](Draft& d, const model::Mutation& m) { d.payload_text.add_first(m.name, m.value); }},
    {"token.header.duplicate", Stage::text, [](Draft& d, const model::Mutation& m) { d.header_text.add_last(m.name, m.value); }},
    {"token.text.set", Stage::text, [](Draft& d, const model::Mutation& m) { part(d, m.name).text = text_of(m); }},
    {"token.text.append", Stage::text, [](Draft& d, const model::Mutation& m) { part(d, m.name).text += text_of(m); }},
    {"token.text.style", Stage::text, [](Draft& d, const model::Mutation& m) { part(d, m.name).restyle(text_of(m)); }},
    {"token.encoding", Stage::compact, [](Draft& d, const model::Mutation& m) { d.compact.encoding = text_of(m); }},
    {"token.damage", Stage::compact,
     [](Draft& d, const model::Mutation& m) { (m.name == "header" ? d.compact.header_damage : d.compact.payload_damage) = text_of(m); }},
    {"token.parts", Stage::compact, [](Draft& d, const model::Mutation& m) { d.compact.parts = text_of(m); }},
    {"token.signature", Stage::compact, [](Draft& d, const model::Mutation& m) { d.compact.third = text_of(m); }},
    {"token.raw", Stage::compact, [](Draft& d, const model::Mutation& m) { d.raw = text_of(m); }},
};

void apply(Draft& draft, const std::vector<model::Mutation>& mutations, Stage stage) {
  for (const auto& mutation : mutations)
    for (const auto& step : steps)
      if (step.stage == stage && step.op == mutation.op) step.apply(draft, mutation);
}

}  // namespace

std::string mint(const model::TokenRecipe& recipe, base::EpochSeconds now, const Sign& sign) {
  Draft draft;
  draft.claims = recipe.claims->is_object() ? *recipe.claims : Json::object();
  draft.claims["iat"] = now - back_dated;
  draft.claims["exp"] = now - back_dated + lifetime;
  for (const auto& mutation : recipe.mutations) (void)model::edit_claims(draft.claims, mutation, now);
  apply(draft, recipe.mutations, Stage::json);
  draft.header_text = JsonText::of(std::move(draft.header));
  draft.payload_text = JsonText::of(std::move(draft.claims));
  apply(draft, recipe.mutations, Stage::text);
  apply(draft, recipe.mutations, Stage::compact);
  if (draft.raw) return *draft.raw;
  if (!draft.signing.empty())
    draft.compact.third = base::base64url(sign(draft.signing, draft.compact.signing_input(draft.header_text.text, draft.payload_text.text)));
  return draft.compact.assembled(draft.header_text.text, draft.payload_text.text);
}

}  // namespace token
