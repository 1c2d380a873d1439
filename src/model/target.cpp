// SPDX-License-Identifier: Apache-2.0
#include "model/target.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "base/text.hpp"

namespace model {

const std::vector<TargetFact>& target_facts() {
  static const std::vector<TargetFact> facts = {
      {"asid.from", "the ASID sent as Ssp-From (default 200000000115)"},
      {"asid.to", "the target's own ASID, sent as Ssp-To: every HTTP check needs it"},
      {"asid.other", "any ASID that is not asid.to (default 123456789123)"},
      {"other_url", "another practice's service root on the same host"},
      {"ods_code", "the practice under test"},
      {"ssp_fqdn", "the name in the SSP's client certificate (default the kit's fqdn)"},
      {"aud", "the token's audience (default the service root)"},
      {"patient.nhs_number", "Patient search"},
      {"patient.id", "Patient read and Patient/{id}/Appointment"},
      {"practitioner.id", "Practitioner read"},
      {"practitioner.sds_user_id", "Practitioner search"},
      {"organization.id", "Organization read"},
      {"organization.ods_code", "Organization search"},
      {"location.id", "Location read"},
      {"slot.start", "Slot search"},
      {"slot.end", "Slot search"},
      {"appointment.id", "Appointment read"},
      {"task.id", "Task, with an entry of interactions"},
      {"nrl.to_asid", "the registry's own ASID, sent as toASID: every HTTP check of nrl needs it"},
      {"nrl.provider_a.asid", "a system that may write: pointer ownership, role mismatches"},
      {"nrl.provider_a.ods_code", "its organisation"},
      {"nrl.provider_a.credential", "its certificate, a label in kit.json (default: the valid one)"},
      {"nrl.provider_b.asid", "another that may write, of another organisation: pointer ownership"},
      {"nrl.provider_b.ods_code", "its organisation"},
      {"nrl.provider_b.credential", "its certificate, a label in kit.json (default: the valid one)"},
      {"nrl.consumer.asid", "a system that may search and read: every HTTP check of nrl needs it"},
      {"nrl.consumer.ods_code", "its organisation"},
      {"nrl.consumer.credential", "its certificate, a label in kit.json (default: the valid one)"},
      {"nrl.unknown_asid", "an ASID the registry does not know: its refusals"},
      {"nrl.patient.nhs_number", "a test patient: every HTTP check of nrl searches for it, pointers are made for it"},
  };
  return facts;
}

std::optional<Url> parse_url(std::string_view text) {
  Url url;
  if (base::starts_with_ignoring_case(text, "https://")) {
    text.remove_prefix(8);
  } else if (base::starts_with_ignoring_case(text, "http://")) {
    url.origin.tls = false;
    url.origin.port = 80;
    text.remove_prefix(7);
  } else {
    return std::nullopt;
  }
  const auto slash = text.find_first_of("/?#");
  std::string_view authority = text.substr(0, slash);
  if (slash != std::string_view::npos) url.path = text.substr(slash);
  if (url.path.find_first_of("?# \t\r\n") != std::string::npos) return std::nullopt;
  while (!url.path.empty() && url.path.back() == '/') url.path.pop_back();
  if (authority.find_first_of("@ \t\r\n") != std::string_view::npos) return std::nullopt;
  std::string_view port;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    url.origin.host = authority.substr(1, end - 1);
    authority.remove_prefix(end + 1);
    if (!authority.empty() && authority.front() != ':') return std::nullopt;
    if (!authority.empty()) port = authority.substr(1);
    if (authority == ":") return std::nullopt;
  } else {
    const auto colon = authority.find(':');
    url.origin.host = authority.substr(0, colon);
    if (colon != std::string_view::npos) port = authority.substr(colon + 1);
    if (colon != std::string_view::npos && port.empty()) return std::nullopt;
  }
  // Plain octets only: an escape would be decoded by libcurl, past the guard of live services.
  const auto plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("._-:").find(c) != std::string_view::npos; };
  if (url.origin.host.empty() || !std::all_of(url.origin.host.begin(), url.origin.host.end(), plain)) return std::nullopt;
  if (!port.empty()) {
    const auto number = base::whole_number(port);
    if (!number || *number == 0 || *number > 65535) return std::nullopt;
    url.origin.port = static_cast<std::uint16_t>(*number);
  }
  return url;
}

std::set<std::string> numbers_to_mask(const Target& target) {
  std::set<std::string> numbers;
  for (const auto* name : {"patient.nhs_number", "nrl.patient.nhs_number"}) {
    const auto at = target.facts.find(name);
    if (at != target.facts.end()) numbers.insert(at->second);
  }
  return numbers;
}

}  // namespace model
