// SPDX-License-Identifier: Apache-2.0
#include "model/claim_edit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace model {

namespace {

using base::EpochSeconds;
using base::Json;

// What a word does to the value it finds; false: not to this kind of value.
using ValueEdit = bool (*)(Json& value, const Mutation& mutation, EpochSeconds now);

bool make_null(Json& value, const Mutation& /*mutation*/, EpochSeconds /*now*/) {
  value = nullptr;
  return true;
}

bool make_empty(Json& value, const Mutation& /*mutation*/, EpochSeconds /*now*/) {
  if (value.is_object()) {
    value = Json::object();
  } else if (value.is_array()) {
    value = Json::array();
  } else if (value.is_number()) {
    value = 0;
  } else {
    value = "";
  }
  return true;
}

bool mistype(Json& value, const Mutation& /*mutation*/, EpochSeconds /*now*/) {
  if (value.is_string()) {
    value = 7;
  } else {
    value = value.dump();
  }
  return true;
}

bool wrap(Json& value, const Mutation& /*mutation*/, EpochSeconds /*now*/) {
  value = Json::array({value});
  return true;
}

bool append(Json& value, const Mutation& mutation, EpochSeconds /*now*/) {
  if (!value.is_string() || !mutation.value.is_string()) return false;
  value = value.get<std::string>() + mutation.value.get<std::string>();
  return true;
}

bool change_case(Json& value, const Mutation& mutation, EpochSeconds /*now*/) {
  if (!value.is_string()) return false;
  const auto text = value.get<std::string>();
  value = mutation.value == "upper" ? base::upper(text) : base::lower(text);
  return true;
}

bool write_time_as(Json& value, const Mutation& mutation, EpochSeconds /*now*/) {
  if (!value.is_number_integer()) return false;
  const auto seconds = value.get<EpochSeconds>();
  const auto& way = mutation.value;
  if (way == "text") value = std::to_string(seconds);
  if (way == "fraction") value = static_cast<double>(seconds) + 0.5;
  if (way == "milliseconds") value = seconds * 1000;
  if (way == "iso") value = base::rfc3339(seconds);
  if (way == "wrapped") value = seconds + (EpochSeconds{1} << 32U);
  if (way == "boolean") value = true;
  return true;
}

struct EditRow {
  std::string_view op;
  ValueEdit edit;
};

constexpr EditRow edits[] = {{"token.claim.null", make_null},   {"token.claim.empty", make_empty},
                             {"token.claim.type", mistype},     {"token.claim.wrap", wrap},
                             {"token.claim.append", append},    {"token.claim.case", change_case},
                             {"token.time.as", write_time_as}};

std::string pointer_of(const std::string& name) {
  if (name.starts_with('/')) return name;
  return "/" + base::replace_all(base::replace_all(name, "~", "~0"), "/", "~1");
}

// The value a name stands for; nothing when there is none.
Json* find(Json& claims, const std::string& name) {
  const Json::json_pointer pointer(pointer_of(name));
  try {
    return claims.contains(pointer) ? &claims.at(pointer) : nullptr;
  } catch (const Json::exception&) {
    return nullptr;  // a step into a list that is no index
  }
}

bool remove(Json& claims, const std::string& name) {
  if (find(claims, name) == nullptr) return false;
  const Json::json_pointer pointer(pointer_of(name));
  Json& parent = claims.at(pointer.parent_pointer());
  if (parent.is_array()) {
    parent.erase(base::whole_number(pointer.back()).value_or(0));
  } else {
    parent.erase(pointer.back());
  }
  return true;
}

// A member of an object that is there, an element that is there, or - for one more element.
bool set(Json& claims, const std::string& name, Json value) {
  const Json::json_pointer pointer(pointer_of(name));
  try {
    Json& parent = claims.at(pointer.parent_pointer());
    if (parent.is_object()) {
      parent[pointer.back()] = std::move(value);
    } else {
      parent[Json::json_pointer("/" + pointer.back())] = std::move(value);
    }
    return true;
  } catch (const Json::exception&) {
    return false;
  }
}

constexpr EpochSeconds most_letters = 1000000;   // a token is a header, not a flood
constexpr EpochSeconds most_lists = 1000;

Json letters(EpochSeconds count) { return std::string(static_cast<std::size_t>(std::clamp<EpochSeconds>(count, 0, most_letters)), 'p'); }

Json nested_lists(EpochSeconds count) {
  Json out = Json::array();
  for (EpochSeconds i = 1; i < std::min(count, most_lists); ++i) out = Json::array({std::move(out)});
  return out;
}

bool rename(Json& claims, const Mutation& mutation) {
  const Json* found = find(claims, mutation.name);
  if (found == nullptr || !mutation.value.is_string()) return false;
  const Json value = *found;
  const Json::json_pointer pointer(pointer_of(mutation.name));
  Json& parent = claims.at(pointer.parent_pointer());
  if (!parent.is_object()) return false;
  parent.erase(pointer.back());
  parent[mutation.value.get<std::string>()] = value;
  return true;
}

// exp moves with iat only through token.shift; a claim may have been removed before.
bool add_to(Json& claims, const char* name, EpochSeconds seconds) {
  Json* at = find(claims, name);
  if (at == nullptr || !at->is_number_integer()) return false;
  *at = at->get<EpochSeconds>() + seconds;
  return true;
}

bool set_lifetime(Json& claims, EpochSeconds seconds) {
  const Json* iat = find(claims, "iat");
  if (iat == nullptr || !iat->is_number_integer()) return false;
  claims["exp"] = iat->get<EpochSeconds>() + seconds;
  return true;
}

}  // namespace

bool is_claim_name(const std::string& name) {
  try {
    return !name.empty() && !Json::json_pointer(pointer_of(name)).empty();
  } catch (const Json::exception&) {
    return false;
  }
}

bool edit_claims(Json& claims, const Mutation& mutation, EpochSeconds now) {
  const std::string& op = mutation.op;
  for (const auto& row : edits) {
    if (row.op != op) continue;
    Json* value = find(claims, mutation.name);
    return value != nullptr && row.edit(*value, mutation, now);
  }
  if (op == "token.claim.remove") return remove(claims, mutation.name);
  if (op == "token.claim.set") return set(claims, mutation.name, mutation.value);
  if (op == "token.claim.rename") return rename(claims, mutation);
  if (op == "token.claim.fill") return set(claims, mutation.name, letters(mutation.value.get<EpochSeconds>()));
  if (op == "token.claim.nest") return set(claims, mutation.name, nested_lists(mutation.value.get<EpochSeconds>()));
  if (op == "token.time.set") return set(claims, mutation.name, now + mutation.value.get<EpochSeconds>());
  if (op == "token.lifetime") return set_lifetime(claims, mutation.value.get<EpochSeconds>());
  if (op == "token.shift") {
    const auto seconds = mutation.value.get<EpochSeconds>();
    const bool iat = add_to(claims, "iat", seconds);
    return add_to(claims, "exp", seconds) || iat;
  }
  return true;
}

}  // namespace model
