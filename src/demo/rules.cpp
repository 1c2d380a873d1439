// SPDX-License-Identifier: Apache-2.0
#include "demo/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.hpp"
#include "demo/token_rules.hpp"

namespace demo {

namespace {

bool fits(const std::string& pattern, const std::string& path) {
  const auto wanted = base::split(pattern, '/');
  const auto given = base::split(path, '/');
  if (wanted.size() != given.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (wanted[i] == "{id}" ? given[i].empty() : wanted[i] != given[i]) return false;
  return true;
}

Refusal bad_request(std::string diagnostics) { return {400, "BAD_REQUEST", "invalid", std::move(diagnostics)}; }

bool blank(const std::optional<std::string>& value) { return !value || base::trim(*value).empty(); }

const std::vector<std::string> ssp_headers = {"Ssp-TraceID", "Ssp-From", "Ssp-To", "Ssp-InteractionID"};

// 8-4-4-4-12 hexadecimal digits.
bool is_uuid(const std::string& text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) return false;
  }
  return true;
}

bool is_asid(const std::string& text) {
  return text.size() == 12 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Under the name as it is written in the specification, for the provider that knows no other.
bool in_usual_case(const Arrived& arrived, const std::string& name) {
  return std::any_of(arrived.headers.begin(), arrived.headers.end(), [&](const auto& header) { return header.name == name; });
}

std::optional<Refusal> check_presence(const Arrived& arrived, const Faults& faults) {
  for (const auto& name : ssp_headers) {
    const std::string fault = "ignores-missing-" + base::lower(name);
    if (blank(arrived.header(name)) && !faults.contains(fault)) return bad_request(fmt::format("{} header blank", name));
    if (faults.contains("matches-header-names-by-case") && !in_usual_case(arrived, name)) return bad_request(fmt::format("{} header blank", name));
    const auto same = [&](const auto& header) { return base::same_ignoring_case(header.name, name); };
    if (std::count_if(arrived.headers.begin(), arrived.headers.end(), same) > 1 && !faults.contains("ignores-repeated-headers"))
      return bad_request(fmt::format("{} is there more than once", name));
  }
  return std::nullopt;
}

bool of_other_practice(const Arrived& arrived, const Practice& practice) {
  return arrived.path.starts_with("/" + practice.other_ods_code + "/");
}

// The four headers of the SSP: presence first, then what they say.
std::optional<Refusal> check_headers(const Arrived& arrived, const Practice& practice, const Faults& faults) {
  if (auto broken = check_presence(arrived, faults)) return broken;
  const auto trace = arrived.header("Ssp-TraceID");
  if (!blank(trace) && !is_uuid(*trace) && !faults.contains("ignores-form-of-ssp-traceid")) return bad_request("Ssp-TraceID is no UUID");
  const auto from = arrived.header("Ssp-From");
  if (!blank(from) && !is_asid(*from) && !faults.contains("ignores-form-of-ssp-from")) return bad_request("Ssp-From is no ASID");
  const auto to = arrived.header("Ssp-To");
  const bool other = of_other_practice(arrived, practice);
  if (other && faults.contains("serves-any-practice")) return std::nullopt;
  if (!blank(to) && *to != (other ? practice.other_asid : practice.asid) && !faults.contains("ignores-ssp-to"))
    return bad_request(fmt::format("Ssp-To {} is not the ASID of this endpoint", base::printable(*to)));
  return std::nullopt;
}

std::optional<Refusal> check_endpoint(const Arrived& arrived, const Endpoint* endpoint, const Faults& faults) {
  if (endpoint == nullptr) return Refusal{404, "REFERENCE_NOT_FOUND", "not-found", "no such resource: " + base::printable(arrived.path)};
  if (arrived.method != endpoint->method && !faults.contains("ignores-verb"))
    return bad_request(fmt::format("{} is not the verb of this interaction", base::printable(arrived.method)));
  const auto id = arrived.header("Ssp-InteractionID");
  if (blank(id)) return std::nullopt;  // a fault let it pass
  const bool same = faults.contains("ignores-case-of-interaction-id") ? base::same_ignoring_case(*id, endpoint->interaction) : *id == endpoint->interaction;
  if (!same && !faults.contains("ignores-interaction-id"))
    return bad_request(fmt::format("interaction id {} does not match this request", base::printable(*id)));
  return std::nullopt;
}

std::optional<Refusal> check_format(const Arrived& arrived, const Edition& edition) {
  const auto accept = arrived.header("Accept");
  if (!accept || accept->find("json") != std::string::npos || accept->find("*/*") != std::string::npos) return std::nullopt;
  return Refusal{415, "BAD_REQUEST", "not-supported", edition.media_type + " is what this endpoint speaks"};
}

}  // namespace

std::string root_path(const Practice& practice, const std::string& root) {
  return fmt::format("/{}/{}/gpconnect{}/fhir", practice.ods_code, edition_of(practice).version, root.empty() ? "" : "/" + root);
}

const Endpoint* find_endpoint(const Practice& practice, const Arrived& arrived, const Faults& faults) {
  std::string path = arrived.path;
  if (of_other_practice(arrived, practice)) path.replace(1, practice.other_ods_code.size(), practice.ods_code);
  const bool any_case = faults.contains("ignores-case-of-path");
  const Endpoint* found = nullptr;
  for (const auto& endpoint : endpoints(practice)) {
    const std::string prefix = root_path(practice, endpoint.root);
    if (!path.starts_with(prefix)) continue;
    const std::string below = path.substr(prefix.size());
    const bool same = any_case ? fits(base::lower(endpoint.path), base::lower(below)) : fits(endpoint.path, below);
    if (same) found = &endpoint;
  }
  // For the provider that answers for whatever begins like a path it knows.
  if (found == nullptr && faults.contains("ignores-rest-of-path"))
    for (const auto& endpoint : endpoints(practice))
      if (path.starts_with(root_path(practice, endpoint.root) + endpoint.path)) return &endpoint;
  return found;
}

std::optional<Refusal> refusal(const Arrived& arrived, const Practice& practice, const Faults& faults, base::EpochSeconds now) {
  if (!arrived.has_certificate && faults.contains("certificate-checked-by-application"))
    return Refusal{403, "ACCESS_DENIED", "forbidden", "no client certificate"};
  if (faults.contains("refuses-everything")) return bad_request("nothing is good enough");
  if (auto broken = check_headers(arrived, practice, faults)) return broken;
  const Endpoint* endpoint = find_endpoint(practice, arrived, faults);
  if (auto broken = check_endpoint(arrived, endpoint, faults)) return broken;
  if (auto broken = check_format(arrived, edition_of(practice))) return broken;
  return check_token(arrived, *endpoint, practice, faults, now);
}

}  // namespace demo
