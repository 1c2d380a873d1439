// SPDX-License-Identifier: Apache-2.0
#include "token/jwt.hpp"

#include "base/text.hpp"

namespace token {

namespace {

using base::Json;

constexpr base::EpochSeconds back_dated = 2;
constexpr base::EpochSeconds lifetime = 300;  // GP Connect: exactly five minutes

enum class Encoding { base64url, base64, plain };

// The token while it is being mutated.
struct Draft {
  Json header = Json{{"alg", "none"}, {"typ", "JWT"}};
  Json claims;
  Encoding encoding = Encoding::base64url;
  std::string parts = "three";
  std::string raw;
  bool is_raw = false;
};

std::string encoded(const Draft& draft, const Json& part) {
  const std::string text = part.dump();
  switch (draft.encoding) {
    case Encoding::plain: return text;
    case Encoding::base64: return base::base64(text);
    case Encoding::base64url: return base::base64url(text);
  }
  return text;
}

// exp moves with iat only through token.shift; a claim may have been removed before.
void add_to(Json& claims, const char* name, base::EpochSeconds seconds) {
  const auto at = claims.find(name);
  if (at != claims.end() && at->is_number_integer()) *at = at->get<base::EpochSeconds>() + seconds;
}

void set_lifetime(Json& claims, base::EpochSeconds seconds) {
  const auto iat = claims.find("iat");
  if (iat != claims.end() && iat->is_number_integer()) claims["exp"] = iat->get<base::EpochSeconds>() + seconds;
}

void apply(Draft& draft, const model::Mutation& mutation) {
  const std::string& op = mutation.op;
  const Json& value = mutation.value;
  if (op == "token.claim.remove") {
    draft.claims.erase(mutation.name);
  } else if (op == "token.claim.set") {
    draft.claims[mutation.name] = value;
  } else if (op == "token.header.remove") {
    draft.header.erase(mutation.name);
  } else if (op == "token.header.set") {
    draft.header[mutation.name] = value;
  } else if (op == "token.lifetime") {
    set_lifetime(draft.claims, value.get<base::EpochSeconds>());
  } else if (op == "token.shift") {
    add_to(draft.claims, "iat", value.get<base::EpochSeconds>());
    add_to(draft.claims, "exp", value.get<base::EpochSeconds>());
  } else if (op == "token.encoding") {
    draft.encoding = value == "plain" ? Encoding::plain : Encoding::base64;
  } else if (op == "token.parts") {
    draft.parts = value.get<std::string>();
  } else if (op == "token.raw") {
    draft.raw = value.get<std::string>();
    draft.is_raw = true;
  }
}

std::string assembled(const Draft& draft) {
  if (draft.is_raw) return draft.raw;
  const std::string header = encoded(draft, draft.header);
  const std::string payload = encoded(draft, draft.claims);
  if (draft.parts == "one") return payload;
  if (draft.parts == "two") return header + "." + payload;
  if (draft.parts == "four") return header + "." + payload + "..";
  return header + "." + payload + ".";
}

}  // namespace

Minted mint(const model::TokenRecipe& recipe, base::EpochSeconds now) {
  Draft draft;
  draft.claims = recipe.claims.is_object() ? recipe.claims : Json::object();
  draft.claims["iat"] = now - back_dated;
  draft.claims["exp"] = now - back_dated + lifetime;
  for (const auto& mutation : recipe.mutations) apply(draft, mutation);
  return {assembled(draft), draft.header, draft.claims};
}

}  // namespace token
