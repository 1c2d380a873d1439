// SPDX-License-Identifier: Apache-2.0
#include "demo/token_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <variant>

#include "base/text.hpp"
#include "demo/claim_resources.hpp"
#include "demo/token_text.hpp"

namespace demo {

namespace {

using base::EpochSeconds;
using base::Json;
using Complaints = std::vector<Complaint>;

constexpr EpochSeconds lifetime = 300;
constexpr EpochSeconds most_ahead = 600;     // a clock that is further off than this is no clock
constexpr EpochSeconds old_iat = 60;
constexpr std::int64_t first_milliseconds = 100000000000;
constexpr const char* texts[] = {"iss", "sub", "aud", "reason_for_request", "requested_scope"};
constexpr const char* resources[] = {"requesting_device", "requesting_organization", "requesting_practitioner"};
constexpr const char* times[] = {"exp", "iat"};

// A number beyond 64 bits is one to the JSON parser, but no moment.
bool is_whole_seconds(const Json& value) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<EpochSeconds>::max());
  return value.is_number_integer() && (!value.is_number_unsigned() || value.get<std::uint64_t>() <= most);
}

// What a rule may look at, and where it says what is wrong.
struct Desk {
  const ReadToken& token;
  const std::string& body;
  const std::string& front;
  const Endpoint& endpoint;
  const Practice& practice;
  const Edition& edition;
  const Faults& faults;
  EpochSeconds now;
  Complaints& complaints;

  void object(std::string fault, std::string what, int status = 400) const {
    complaints.push_back({std::move(fault), std::move(what), status});
  }
  [[nodiscard]] bool faulty(const char* fault) const { return faults.contains(fault); }
  [[nodiscard]] const Json* claim(const std::string& name) const {
    const auto at = token.claims.find(name);
    return at == token.claims.end() || at->is_null() ? nullptr : &*at;
  }
  [[nodiscard]] std::string text(const std::string& name) const {
    const auto* value = claim(name);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string{};
  }
  [[nodiscard]] std::optional<EpochSeconds> time(const std::string& name) const {
    const auto* value = claim(name);
    if (value == nullptr || !is_whole_seconds(*value)) return std::nullopt;
    auto seconds = value->get<EpochSeconds>();
    if (faulty("wraps-times-to-32-bits")) seconds &= 0xFFFFFFFF;
    if (faulty("reads-milliseconds") && seconds > first_milliseconds) seconds /= 1000;
    return seconds;
  }
};

void check_header(const Desk& desk) {
  const Json& header = desk.token.header;
  if (header.value("alg", Json()) != "none") return desk.object("tolerates-other-algorithms", "alg is not none");
  if (header.contains("crit") || header.contains("b64")) return desk.object("tolerates-critical-header", "an extension of the JOSE header is not understood");
  if (header.contains("typ") && header["typ"] != "JWT") return desk.object("tolerates-wrong-typ", "typ is not JWT");
  if (header.size() != 2 || !header.contains("typ")) desk.object("", "the JOSE header is not exactly alg none, typ JWT");
}

void check_presence(const Desk& desk) {
  for (const auto& name : desk.edition.claims) {
    const auto at = desk.token.claims.find(name);
    if (at == desk.token.claims.end()) {
      desk.object("tolerates-missing-" + base::replace_all(name, "_", "-"), fmt::format("the claim {} is missing", name));
    } else if (at->is_null()) {
      desk.object("tolerates-null-claims", fmt::format("the claim {} is null", name));
    } else if (*at == "" || (at->is_structured() && at->empty())) {
      desk.object("tolerates-empty-claims", fmt::format("the claim {} is empty", name));
    }
  }
}

void check_types(const Desk& desk) {
  for (const auto* name : texts) {
    const auto* value = desk.claim(name);
    if (value == nullptr) continue;
    if (!value->is_string()) {
      desk.object("tolerates-mistyped-claims", fmt::format("{} is no text", name));
    } else if (!value->empty() && *value != "" && base::trim(value->get<std::string>()).empty()) {
      desk.object("tolerates-blank-claims", fmt::format("{} is blank", name));
    } else if (value->get<std::string>().find('\0') != std::string::npos) {
      desk.object("tolerates-control-characters", fmt::format("{} holds a NUL", name));
    }
  }
  for (const auto* name : resources)
    if (const auto* value = desk.claim(name); value != nullptr && !value->is_object() && *value != "" && !(value->is_array() && value->empty()))
      desk.object("tolerates-mistyped-claims", fmt::format("{} is no resource", name));
  for (const auto* name : times)
    if (const auto* value = desk.claim(name); value != nullptr && !is_whole_seconds(*value) && *value != "")
      desk.object("tolerates-mistyped-times", fmt::format("{} is not a whole number", name));
}

void check_times(const Desk& desk) {
  // RFC 7519 4.1.5: not to be taken before.
  if (const auto nbf = desk.time("nbf"); nbf && *nbf > desk.now) desk.object("ignores-nbf", "the token is not to be used yet (nbf)");
  const auto exp = desk.time("exp");
  const auto iat = desk.time("iat");
  if (!exp || !iat || desk.faulty("ignores-times")) return;
  if (*exp - *iat != lifetime) desk.object("ignores-lifetime", "the lifetime is not five minutes");
  if (desk.now >= *exp) desk.object("ignores-exp", "the token has expired");
  if (*iat > desk.now + most_ahead) desk.object("ignores-future-iat", "the token was made in the future");
  if (*iat > desk.now && desk.faulty("refuses-iat-ahead")) desk.object("", "the token was made in the future");
  if (*iat < desk.now - old_iat && desk.faulty("refuses-old-iat")) desk.object("", "the token is old");
}

void check_values(const Desk& desk) {
  if (desk.text("reason_for_request") != "directcare" && !desk.text("reason_for_request").empty())
    desk.object("ignores-reason", "reason_for_request is not directcare");
  const auto root_at = [&](const std::string& authority) { return "https://" + authority + root_path(desk.practice, desk.endpoint.root); };
  const std::string wanted = desk.edition.audience.empty() ? root_at(desk.practice.authority) : desk.edition.audience;
  // Behind a server in front, the name it is called by is right as well.
  const bool by_the_front = !desk.front.empty() && desk.text("aud") == root_at(desk.front);
  if (const std::string aud = desk.text("aud"); !aud.empty() && aud != wanted && !by_the_front)
    desk.object("ignores-aud", fmt::format("aud is {}, not {}", aud, wanted));
  const auto* practitioner = desk.claim("requesting_practitioner");
  const auto id = practitioner != nullptr && practitioner->is_object() ? practitioner->value("id", Json()) : Json();
  if (const std::string sub = desk.text("sub"); !sub.empty() && id.is_string() && id != sub)
    desk.object("ignores-sub", "sub is not the practitioner's id");
  if (desk.faulty("refuses-unknown-claims") && desk.token.claims.size() != desk.edition.claims.size())
    desk.object("", "there is a claim that this provider does not know");
  if (desk.faulty("refuses-unusual-json") && !desk.token.claims.empty() &&
      (desk.token.payload != desk.token.claims.dump() || desk.token.claims.begin().key() != "iss"))
    desk.object("", "the JSON is not written as usual");
  if (desk.token.claims.contains("requested_record") && !desk.edition.requested_record)
    desk.object("", "requested_record is no claim of this edition");
}

// 0.x: the token names the record that the body asks for.
void check_record(const Desk& desk) {
  const auto* record = desk.edition.requested_record && !desk.body.empty() ? desk.claim("requested_record") : nullptr;
  if (record == nullptr || !record->is_object() || record->empty()) return;
  const auto identifiers = record->value("identifier", Json::array());
  const Json first = identifiers.is_array() && !identifiers.empty() ? identifiers[0] : Json();
  const std::string number = first.is_object() ? first.value("value", "") : "";
  if (record->value("resourceType", "") != "Patient" || number.empty() || desk.body.find("\"" + number + "\"") == std::string::npos)
    desk.object("ignores-requested-record", "requested_record is not the patient that the body names");
}

// A value that is none of the four is a token out of form (GPC-CON-8), whether scope is enforced or not.
void check_scope(const Desk& desk) {
  const std::string scope = desk.text("requested_scope");
  if (base::trim(scope).empty()) return;
  const std::vector<std::string> legal = {"patient/*.read", "patient/*.write", "organization/*.read", "organization/*.write"};
  if (std::find(legal.begin(), legal.end(), scope) == legal.end())
    return desk.object("tolerates-unknown-scope", fmt::format("requested_scope {} is unknown", base::printable(scope)));
  if (desk.endpoint.method == "POST" && desk.endpoint.area == "Task" && scope.ends_with(".read"))
    desk.object("ignores-verb-of-scope", "a scope to read does not allow to write");
  const bool lenient = desk.faulty("ignores-scope") || desk.faults.contains("ignores-scope-on-" + base::lower(desk.endpoint.area));
  // metadata is not in the scope table: either class will do there.
  if (desk.endpoint.area.empty() || lenient || scope.starts_with(desk.endpoint.scope_class + "/")) return;
  desk.object("", fmt::format("requested_scope {} does not allow {}", scope, desk.endpoint.area));
}

Refusal refused(const Complaint& complaint) {
  if (complaint.status == 422) return {422, "INVALID_RESOURCE", "invalid", complaint.what};
  if (complaint.status == 500) return {500, "INTERNAL_SERVER_ERROR", "exception", complaint.what};
  return {400, "BAD_REQUEST", "invalid", complaint.what};
}

}  // namespace

std::optional<Refusal> check_token(const Arrived& arrived, const Endpoint& endpoint, const Practice& practice, const Faults& faults,
                                   EpochSeconds now) {
  if (faults.contains("ignores-token")) return std::nullopt;
  const auto read = read_token(arrived, faults);
  if (const auto* complaint = std::get_if<Complaint>(&read))
    return faults.contains(complaint->fault) ? std::nullopt : std::optional(refused(*complaint));
  Complaints complaints;
  const auto& edition = edition_of(practice);
  const Desk desk{std::get<ReadToken>(read), arrived.body, arrived.front, endpoint, practice, edition, faults, now, complaints};
  for (const auto rule : {check_header, check_presence, check_types, check_times, check_values, check_record, check_scope}) rule(desk);
  for (const auto* name : resources)
    if (const auto* resource = desk.claim(name); resource != nullptr && resource->is_object() && !resource->empty())
      check_resource(name, *resource, edition, faults, complaints);
  for (const auto& complaint : complaints)
    if (!faults.contains(complaint.fault)) return refused(complaint);
  return std::nullopt;
}

}  // namespace demo
