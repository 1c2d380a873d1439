// SPDX-License-Identifier: Apache-2.0
#include "probes/pointer_requests.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/uuid.hpp"
#include "model/fhir.hpp"
#include "model/placeholders.hpp"
#include "probes/request_builder.hpp"
#include "probes/request_mutation.hpp"

namespace probes {

using model::Cause;
using model::HttpExchange;
using model::Judgement;
using model::Observation;
using model::Subject;
using model::Verdict;

Pointer new_pointer(const Subject& subject, const std::string& role, const std::string& name) {
  Pointer pointer;
  pointer.identifier = "urn:uuid:" + base::named_uuid(subject.run_id, name);
  pointer.custodian = fact(subject, role + ".ods_code").value_or("");
  return pointer;
}

std::variant<HttpExchange, Judgement> pointer_request(const Subject& subject, const std::string& interaction, const std::string& role,
                                                      const Pointer& pointer) {
  const auto* found = subject.profile.interaction(interaction);
  if (found == nullptr) return settled(Verdict::inconclusive, Cause::tool, fmt::format("the profile has no interaction \"{}\"", interaction));
  model::Interaction own = *found;
  // What a role needs stands in the place of what the interaction's usual one does.
  for (auto& need : own.needs)
    if (need.starts_with(own.as + ".")) need = role + need.substr(own.as.size());
  own.as = role;
  auto good = good_request(subject, own);
  if (auto* judgement = std::get_if<Judgement>(&good); judgement != nullptr) return std::move(*judgement);
  HttpExchange http = std::get<model::Control>(std::move(good)).exchange;
  // The record it leads to is nobody's: the URL says who made the pointer, and in which run.
  const std::string url = fmt::format("https://nrl-{}{}{}/probity/{}", base::lower(pointer.custodian), model::pointer_marker,
                                      pointer.custodian, subject.run_id);
  const auto lookup = [&](const std::string& name) -> std::optional<std::string> {
    if (name == "pointer.identifier") return pointer.identifier;
    if (name == "pointer.id") return pointer.id;
    if (name == "pointer.location") return pointer.location;
    if (name == "pointer.custodian") return pointer.custodian;
    if (name == "pointer.old-identifier") return pointer.old_identifier;
    if (name == "pointer.url") return url;
    return std::nullopt;
  };
  http.path = model::fill(http.path, [&](const std::string& name) -> std::optional<std::string> {
    const auto value = lookup(name);
    return value ? std::optional(model::url_encoded(*value)) : std::nullopt;
  });
  http.body = model::fill(http.body, lookup);
  http.connection = model::Connection::fresh;
  keep_length_right(http);
  return http;
}

std::string id_in(const Observation& created) {
  std::string location = model::header_value(created, "Location").value_or("");
  if (const auto history = location.find("/_history"); history != std::string::npos) location.resize(history);
  const auto query = location.find("_id=");
  if (query != std::string::npos) return location.substr(query + 4, location.find('&', query) - query - 4);
  while (location.ends_with('/')) location.pop_back();
  const std::string last = location.substr(location.rfind('/') + 1);
  if (!last.empty() && last != "DocumentReference") return last;
  return created.resource_type == "DocumentReference" && !created.pointers.empty() ? created.pointers.front().id : "";
}

const model::PointerSeen* listed(const Observation& seen, std::string_view identifier) {
  const auto at = std::find_if(seen.pointers.begin(), seen.pointers.end(),
                               [&](const model::PointerSeen& pointer) { return pointer.identifier == identifier; });
  return at == seen.pointers.end() ? nullptr : &*at;
}

bool succeeded(const Observation& seen) {
  return seen.outcome == model::Outcome::answered && seen.status >= 200 && seen.status <= 299;
}

bool shows_all(const Observation& seen) {
  return succeeded(seen) && seen.resource_type == "Bundle" && !seen.truncated && (!seen.total || *seen.total <= seen.listed);
}

bool says_gone(const Observation& seen) {
  if (seen.outcome != model::Outcome::answered) return false;
  if (seen.status == 404 || seen.status == 410) return true;
  // A registry may keep what was deleted, inactive: then a read is answered as of any pointer that is not current.
  const auto is = [&](const char* code) { return std::find(seen.issue_codes.begin(), seen.issue_codes.end(), code) != seen.issue_codes.end(); };
  return seen.status == 400 && (is("BAD_REQUEST") || is("NO_RECORD_FOUND"));
}

}  // namespace probes
