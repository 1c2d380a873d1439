// SPDX-License-Identifier: Apache-2.0
#include "demo/token_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "base/text.hpp"

namespace demo {

namespace {

using base::Json;

struct Token {
  Json header;
  Json claims;
};

// What is wrong with a token, in words; 422 where the specification says so.
struct Complaint {
  std::string what;
  int status = 400;
};

Refusal refused(const Complaint& complaint) {
  if (complaint.status == 422) return {422, "INVALID_RESOURCE", "invalid", complaint.what};
  return {400, "BAD_REQUEST", "invalid", complaint.what};
}

std::optional<Json> json_of(const std::string& text) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return std::nullopt;
  return json;
}

// header.payload. written as plain JSON, for the provider that tolerates it.
std::optional<Token> unencoded(const std::string& text) {
  const auto split = text.find("}.");
  if (split == std::string::npos || !text.ends_with('.')) return std::nullopt;
  const auto header = json_of(text.substr(0, split + 1));
  const auto claims = json_of(text.substr(split + 2, text.size() - split - 3));
  if (!header || !claims) return std::nullopt;
  return Token{*header, *claims};
}

std::variant<Token, Complaint> decoded(const std::string& text, const Faults& faults) {
  if (faults.contains("tolerates-unencoded-token"))
    if (auto token = unencoded(text)) return *token;
  const auto parts = base::split(text, '.');
  const bool two = parts.size() == 2 && faults.contains("tolerates-two-part-token");
  if (!two && (parts.size() != 3 || !parts[2].empty())) return Complaint{"the token is not two parts and an empty signature"};
  const auto header = base::from_base64url(parts[0]);
  const auto payload = base::from_base64url(parts[1]);
  if (!header || !payload) return Complaint{"the token is not base64url"};
  const auto header_json = json_of(*header);
  const auto claims = json_of(*payload);
  if (!header_json || !claims) return Complaint{"the token does not hold JSON objects"};
  return Token{*header_json, *claims};
}

std::optional<Complaint> check_header(const Json& header) {
  if (header.size() != 2 || header.value("alg", Json()) != "none" || header.value("typ", Json()) != "JWT")
    return Complaint{"the JOSE header is not exactly alg none, typ JWT"};
  return std::nullopt;
}

std::optional<Complaint> check_presence(const Json& claims, const Faults& faults) {
  for (const auto* name : {"iss", "sub", "aud", "exp", "iat", "reason_for_request", "requested_scope", "requesting_device",
                           "requesting_organization", "requesting_practitioner"}) {
    if (faults.contains(std::string("tolerates-missing-") + base::replace_all(name, "_", "-"))) continue;
    if (!claims.contains(name) || claims[name].is_null()) return Complaint{fmt::format("the claim {} is missing", name)};
  }
  return std::nullopt;
}

std::optional<Complaint> check_times(const Json& claims, const Faults& faults, base::EpochSeconds now) {
  for (const auto* name : {"exp", "iat"})
    if (claims.contains(name) && !claims[name].is_number_integer()) return Complaint{fmt::format("{} is not a whole number", name)};
  if (!claims.contains("exp") || !claims.contains("iat")) return std::nullopt;  // tolerated above
  const auto exp = claims["exp"].get<base::EpochSeconds>();
  const auto iat = claims["iat"].get<base::EpochSeconds>();
  if (exp - iat != 300 && !faults.contains("ignores-lifetime")) return Complaint{"the lifetime is not five minutes"};
  if (now >= exp && !faults.contains("ignores-exp")) return Complaint{"the token has expired"};
  return std::nullopt;
}

std::optional<Complaint> check_resource(const Json& claims, const char* claim, const char* type) {
  const Json resource = claims.value(claim, Json());
  if (!resource.is_object()) return Complaint{fmt::format("{} is no resource", claim)};
  if (resource.value("resourceType", "") != type) return Complaint{fmt::format("{} is no {}", claim, type), 422};
  if (!resource.contains("identifier") || !resource["identifier"].is_array() || resource["identifier"].empty())
    return Complaint{fmt::format("{} has no identifier", claim)};
  return std::nullopt;
}

std::optional<Complaint> check_claims(const Json& claims) {
  for (const auto* name : {"iss", "sub", "aud"})
    if (!claims[name].is_string() || claims[name].get<std::string>().empty())
      return Complaint{fmt::format("{} is no text", name)};
  if (claims["reason_for_request"] != "directcare") return Complaint{"reason_for_request is not directcare"};
  if (auto wrong = check_resource(claims, "requesting_device", "Device")) return wrong;
  if (auto wrong = check_resource(claims, "requesting_organization", "Organization")) return wrong;
  if (auto wrong = check_resource(claims, "requesting_practitioner", "Practitioner")) return wrong;
  if (claims["requesting_practitioner"].value("id", Json()) != claims["sub"])
    return Complaint{"sub is not the practitioner's id"};
  return std::nullopt;
}

std::optional<Complaint> check_scope(const Json& claims, const Endpoint& endpoint, const Faults& faults) {
  if (!claims.contains("requested_scope")) return std::nullopt;  // tolerated above
  const std::string scope = claims["requested_scope"].is_string() ? claims["requested_scope"].get<std::string>() : "";
  const auto slash = scope.find("/*.");
  const std::string who = scope.substr(0, slash);
  const std::string verb = slash == std::string::npos ? "" : scope.substr(slash + 3);
  if ((who != "patient" && who != "organization") || (verb != "read" && verb != "write"))
    return Complaint{fmt::format("requested_scope {} is unknown", scope)};
  const bool lenient = faults.contains("ignores-scope") || faults.contains("ignores-scope-on-" + base::lower(endpoint.area));
  // metadata is not in the scope table: either class will do there.
  if (endpoint.area.empty() || lenient || who == endpoint.scope_class) return std::nullopt;
  return Complaint{fmt::format("requested_scope {} does not allow {}", scope, endpoint.area)};
}

}  // namespace

std::optional<Refusal> check_token(const Arrived& arrived, const Endpoint& endpoint, const Faults& faults, base::EpochSeconds now) {
  const auto authorization = arrived.header("Authorization");
  if (!authorization) {
    if (faults.contains("ignores-missing-token")) return std::nullopt;
    return refused({"the Authorization header is missing"});
  }
  if (!base::starts_with_ignoring_case(*authorization, "Bearer ")) return refused({"the Authorization header holds no bearer token"});
  const auto token = decoded(std::string(base::trim(std::string_view(*authorization).substr(7))), faults);
  if (const auto* complaint = std::get_if<Complaint>(&token)) return refused(*complaint);
  const auto& [header, claims] = std::get<Token>(token);
  if (auto wrong = check_header(header)) return refused(*wrong);
  if (auto wrong = check_presence(claims, faults)) return refused(*wrong);
  if (auto wrong = check_times(claims, faults, now)) return refused(*wrong);
  if (auto wrong = check_claims(claims)) return refused(*wrong);
  if (auto wrong = check_scope(claims, endpoint, faults)) return refused(*wrong);
  return std::nullopt;
}

}  // namespace demo
