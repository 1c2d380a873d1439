// SPDX-License-Identifier: Apache-2.0
#include "demo/nrl_token.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "demo/token_text.hpp"

namespace demo::nrl {

namespace {

using base::EpochSeconds;
using base::Json;

constexpr EpochSeconds lifetime = 300;
constexpr EpochSeconds most_ahead = 60;   // a clock that is further off than this is no clock
constexpr const char* system_prefix = "https://fhir.nhs.uk/Id/accredited-system|";
constexpr const char* organization_prefix = "https://fhir.nhs.uk/Id/ods-organization-code|";
constexpr const char* user_prefix = "https://fhir.nhs.uk/Id/sds-role-profile-id|";
constexpr const char* patient_prefix = "https://fhir.nhs.net/Id/nhs-number|";

// In the order they are asked for; requesting_user and requesting_patient follow from the kind of access.
constexpr const char* mandatory[] = {"iss", "aud", "iat", "exp", "sub", "requesting_system", "reason_for_request", "scope", "requesting_organization"};

bool is_time(std::string_view name) { return name == "iat" || name == "exp"; }

// A number beyond 64 bits is one to the JSON parser, but no moment.
bool is_whole_seconds(const Json& value) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<EpochSeconds>::max());
  return value.is_number_integer() && (!value.is_number_unsigned() || value.get<std::uint64_t>() <= most);
}

std::string after(std::string_view prefix, const std::string& text) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : std::string{};
}

// What a rule may look at, and where it says what is wrong.
struct Desk {
  const ReadToken& token;
  const Asked& asked;
  const Directory& directory;
  const Faults& faults;
  EpochSeconds now;
  std::vector<Complaint>& complaints;

  void object(std::string fault, std::string what) const { complaints.push_back({std::move(fault), std::move(what)}); }
  [[nodiscard]] const Json* claim(const std::string& name) const {
    const auto at = token.claims.find(name);
    return at == token.claims.end() || at->is_null() ? nullptr : &*at;
  }
  [[nodiscard]] std::string text(const std::string& name) const {
    const auto* value = claim(name);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string{};
  }
  [[nodiscard]] bool writes() const { return asked.interaction != Interaction::search && asked.interaction != Interaction::read; }
};

void check_header(const Desk& desk) {
  const Json& header = desk.token.header;
  if (header.value("alg", Json()) != "none") return desk.object("tolerates-other-algorithms", "alg is not none");
  if (header.contains("crit") || header.contains("b64")) return desk.object("tolerates-critical-header", "an extension of the JOSE header is not understood");
  if (header.contains("typ") && header["typ"] != "JWT") desk.object("tolerates-wrong-typ", "typ is not JWT");
  if (!header.contains("typ") && desk.faults.contains("requires-typ")) desk.object("", "the JOSE header lacks typ");
}

std::string missing(const std::string& name) {
  return fmt::format("The mandatory claim {} from the JWT associated with the Authorisation header is missing", name);
}

void check_presence(const Desk& desk) {
  for (const std::string name : mandatory) {
    const auto at = desk.token.claims.find(name);
    const std::string own = "tolerates-missing-" + base::replace_all(name, "_", "-");
    if (at == desk.token.claims.end()) {
      desk.object(own, missing(name));
    } else if (at->is_null()) {
      desk.object("tolerates-null-claims", missing(name));
    } else if (is_time(name) ? !is_whole_seconds(*at) : !at->is_string()) {
      desk.object(is_time(name) ? "tolerates-mistyped-times" : "tolerates-mistyped-claims", missing(name));
    } else if (!is_time(name) && base::trim(at->get<std::string>()).empty()) {
      desk.object("tolerates-empty-claims", missing(name));
    }
  }
}

void check_times(const Desk& desk) {
  const auto* exp = desk.claim("exp");
  const auto* iat = desk.claim("iat");
  if (exp == nullptr || iat == nullptr || !is_whole_seconds(*exp) || !is_whole_seconds(*iat)) return;
  const auto end = exp->get<EpochSeconds>();
  const auto begin = iat->get<EpochSeconds>();
  if (end - begin != lifetime) desk.object("ignores-lifetime", "the lifetime is not five minutes");
  if (desk.now >= end) desk.object("ignores-exp", "the token has expired");
  if (begin > desk.now + most_ahead) desk.object("ignores-future-iat", "the token was made in the future");
}

void must_match(const Desk& desk, const char* name) {
  const auto value = desk.text(name);
  const auto sub = desk.text("sub");
  if (!sub.empty() && value != sub) desk.object("ignores-sub", fmt::format("{} ({}) and sub ({}) claim's values must match", name, base::printable(value), base::printable(sub)));
}

void must_be_of_form(const Desk& desk, const char* name, const char* prefix) {
  const auto value = desk.text(name);
  if (!value.empty() && after(prefix, value).empty())
    desk.object("ignores-form-of-" + base::replace_all(name, "_", "-"), fmt::format("{} ({}) must be of the form [{}[...]]", name, base::printable(value), prefix));
}

// The three kinds of access: professional, citizen, unattended. Whom the token is about decides what else it says.
void check_access(const Desk& desk) {
  const bool user = desk.token.claims.contains("requesting_user");
  const bool patient = desk.token.claims.contains("requesting_patient");
  const char* reason = "directcare";
  if (user && patient) desk.object("takes-user-beside-patient", "requesting_user and requesting_patient exclude one another");
  if (user) {
    if (desk.text("requesting_user").empty()) desk.object("tolerates-empty-claims", missing("requesting_user"));
    must_match(desk, "requesting_user");
    must_be_of_form(desk, "requesting_user", user_prefix);
  } else if (patient) {
    reason = "patientaccess";
    if (desk.writes()) desk.object("lets-patients-write", "a citizen reads, and does no more");
    must_match(desk, "requesting_patient");
    must_be_of_form(desk, "requesting_patient", patient_prefix);
  } else if (!desk.writes()) {
    desk.object("serves-unattended-consumers", missing("requesting_user"));
  } else {
    must_match(desk, "requesting_system");
  }
  if (const auto given = desk.text("reason_for_request"); !given.empty() && given != reason)
    desk.object("ignores-reason", fmt::format("reason_for_request ({}) must be '{}'", base::printable(given), reason));
}

void check_scope(const Desk& desk) {
  const std::string wanted = fmt::format("patient/DocumentReference.{}", desk.writes() ? "write" : "read");
  const auto scope = desk.text("scope");
  if (scope.empty() || scope == wanted) return;
  const std::string other = fmt::format("patient/DocumentReference.{}", desk.writes() ? "read" : "write");
  desk.object(scope == other ? "ignores-verb-of-scope" : "accepts-any-scope", fmt::format("scope ({}) must match {}", base::printable(scope), wanted));
}

void check_association(const Desk& desk) {
  must_be_of_form(desk, "requesting_system", system_prefix);
  must_be_of_form(desk, "requesting_organization", organization_prefix);
  const auto asid = after(system_prefix, desk.text("requesting_system"));
  const auto ods_code = after(organization_prefix, desk.text("requesting_organization"));
  const auto* system = desk.directory.by_asid(asid);
  if (!asid.empty() && system == nullptr)
    desk.object("takes-tokens-of-unknown-systems", fmt::format("The ASID defined in the requesting_system ({}) is unknown", base::printable(asid)));
  if (ods_code.empty()) return;
  if (!desk.directory.knows_organisation(ods_code)) {
    desk.object("takes-tokens-of-unknown-organisations",
                fmt::format("The ODS code defined in the requesting_organization ({}) is unknown", base::printable(ods_code)));
  } else if (system != nullptr && system->ods_code != ods_code) {
    desk.object("ignores-organisation-of-system",
                fmt::format("requesting_system ASID ({}) is not associated with the requesting_organization ODS code ({})", base::printable(asid), base::printable(ods_code)));
  }
}

constexpr std::string_view known[] = {"iss", "aud", "iat", "exp", "sub", "requesting_system", "reason_for_request", "scope",
                                      "requesting_organization", "requesting_user", "requesting_patient", "act"};

// Of claims nobody asked for and of layout a sound registry takes no notice.
void check_style(const Desk& desk) {
  const auto& all = desk.token.claims;
  const bool strange = std::any_of(all.items().begin(), all.items().end(), [](const auto& claim) {
    return std::find(std::begin(known), std::end(known), claim.key()) == std::end(known);
  });
  if (strange && desk.faults.contains("refuses-unknown-claims")) desk.object("", "there is a claim that this registry does not know");
  const bool unusual = desk.token.payload != all.dump() || all.empty() || all.begin().key() != "iss";
  if (unusual && desk.faults.contains("refuses-unusual-json")) desk.object("", "the JSON is not written as usual");
}

Refusal refused(const std::string& what) { return {400, "MISSING_OR_INVALID_HEADER", "structure", what}; }

// What cannot even be read; the reader says which rule of form it was.
TokenJudgement unreadable(const Complaint& complaint, const Faults& faults) {
  if (faults.contains(complaint.fault)) return {};
  const bool no_base64 = complaint.what.find("base64") != std::string::npos || complaint.fault == "tolerates-bad-length";
  if (no_base64 && faults.contains("fails-on-bad-base64"))
    return {Refusal{500, "INTERNAL_SERVER_ERROR", "processing", "an unhandled error occurred"}, ""};
  const bool absent = complaint.fault == "ignores-missing-token" || complaint.fault == "tolerates-empty-token";
  return {refused(absent ? "The Authorisation header must be supplied" : complaint.what), ""};
}

}  // namespace

TokenJudgement judge_token(const Arrived& arrived, const Asked& asked, const Directory& directory, const Faults& faults, EpochSeconds now) {
  if (faults.contains("ignores-token")) return {};
  const auto read = read_token(arrived, faults);
  if (const auto* complaint = std::get_if<Complaint>(&read)) return unreadable(*complaint, faults);
  std::vector<Complaint> complaints;
  const Desk desk{std::get<ReadToken>(read), asked, directory, faults, now, complaints};
  for (const auto rule : {check_header, check_presence, check_times, check_access, check_association, check_scope, check_style}) rule(desk);
  for (const auto& complaint : complaints)
    if (!faults.contains(complaint.fault)) return {refused(complaint.what), ""};
  return {std::nullopt, after(system_prefix, desk.text("requesting_system"))};
}

}  // namespace demo::nrl
