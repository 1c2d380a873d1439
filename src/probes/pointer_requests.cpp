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

std::string location_in(const Observation& seen) {
  return seen.location.empty() ? model::header_value(seen, "Location").value_or("") : seen.location;
}

std::string id_in(const Observation& created) {
  std::string location = location_in(created);
  location.resize(std::min(location.find('#'), location.size()));
  if (const auto history = location.find("/_history"); history != std::string::npos) location.resize(history);
  for (const char* mark : {"?_id=", "&_id="})
    if (const auto query = location.find(mark); query != std::string::npos) return location.substr(query + 5, location.find('&', query + 5) - query - 5);
  location.resize(std::min(location.find('?'), location.size()));
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

const model::PointerSeen* pointer_in(const Observation& read) {
  const bool one = succeeded(read) && read.resource_type == "DocumentReference" && read.pointers.size() == 1;
  return one ? &read.pointers.front() : nullptr;
}

bool shows_all(const Observation& seen) {
  return succeeded(seen) && seen.resource_type == "Bundle" && !seen.truncated && !seen.more_pages && seen.unnamed == 0 &&
         (!seen.total || *seen.total <= seen.listed);
}

namespace {

bool has_code(const Observation& seen, const char* code) {
  return std::find(seen.issue_codes.begin(), seen.issue_codes.end(), code) != seen.issue_codes.end();
}

Presence presence_in(const Observation& look, std::string_view identifier) {
  if (const auto* pointer = listed(look, identifier); pointer != nullptr && succeeded(look))
    return pointer->status == "current" || pointer->status.empty() ? Presence::current : Presence::inactive;
  if (shows_all(look)) return Presence::not_current;
  if (says_no_record(look) || says_gone(look)) return Presence::gone;
  // A registry answers so of any pointer that is not current, deleted or not.
  return look.status == 400 && has_code(look, "BAD_REQUEST") ? Presence::inactive : Presence::unclear;
}

}  // namespace

Presence presence(std::initializer_list<const Observation*> looks, std::string_view identifier) {
  Presence all = Presence::unclear;
  for (const auto* look : looks) {
    const Presence one = look == nullptr ? Presence::unclear : presence_in(*look, identifier);
    if (one == Presence::unclear) continue;
    const bool here = one == Presence::current;
    if (all != Presence::unclear && here != (all == Presence::current)) return Presence::contradictory;
    all = std::max(all, one);
  }
  return all;
}

bool says_gone(const Observation& seen) {
  return seen.outcome == model::Outcome::answered && (seen.status == 404 || seen.status == 410 || says_no_record(seen));
}

bool says_no_record(const Observation& seen) {
  return seen.outcome == model::Outcome::answered && seen.status >= 400 && seen.status <= 499 && has_code(seen, "NO_RECORD_FOUND");
}

}  // namespace probes
