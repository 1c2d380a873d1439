// SPDX-License-Identifier: Apache-2.0
#include "demo/nrl_rules.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "demo/client_names.hpp"
#include "demo/nrl_token.hpp"

namespace demo::nrl {

namespace {

constexpr const char* from_asid = "fromASID";
constexpr const char* to_asid = "toASID";

Refusal bad_header(std::string what) { return {400, "MISSING_OR_INVALID_HEADER", "invalid", std::move(what)}; }
Refusal denied(std::string what) { return {403, "ACCESS_DENIED", "forbidden", std::move(what)}; }

bool blank(const std::string& value) { return base::trim(value).empty(); }

// What a header says to a registry that reads it as its faults have it.
std::string value_of(const Arrived& arrived, const char* name, const Faults& faults) {
  const auto values = arrived.all(name);
  if (values.empty()) return "";
  std::string value = faults.contains("takes-last-of-two-asids") ? values.back() : values.front();
  if (value.starts_with('+') && faults.contains("reads-asids-as-numbers")) value.erase(0, 1);
  return value;
}

// Presence, and once only. What is there but wrong is told as what is missing (nrl.md 2.1), but for the diagnostics.
std::optional<Refusal> check_presence(const Arrived& arrived, const char* name, const Faults& faults) {
  const auto values = arrived.all(name);
  const bool there = !values.empty() && !blank(values.front());
  if (!there && !faults.contains("ignores-missing-" + base::lower(name))) return bad_header(fmt::format("{} HTTP Header is missing", name));
  const bool takes_one = faults.contains("takes-first-of-two-asids") || faults.contains("takes-last-of-two-asids");
  if (values.size() > 1 && !takes_one) return bad_header(fmt::format("{} HTTP Header is there more than once", name));
  return std::nullopt;
}

std::optional<Refusal> check_sender(const Arrived& arrived, const Directory& directory, const Faults& faults) {
  if (auto broken = check_presence(arrived, from_asid, faults)) return broken;
  const auto asid = value_of(arrived, from_asid, faults);
  if (blank(asid)) return std::nullopt;   // a fault let it pass
  if (!is_asid(asid)) {
    if (faults.contains("ignores-form-of-fromasid")) return std::nullopt;
    return bad_header(fmt::format("fromASID {} is no ASID", base::printable(asid)));
  }
  if (directory.by_asid(asid) == nullptr && !faults.contains("ignores-unknown-fromasid"))
    return bad_header(fmt::format("fromASID {} is not known", asid));
  return std::nullopt;
}

std::optional<Refusal> check_receiver(const Arrived& arrived, const Directory& directory, const Faults& faults) {
  if (auto broken = check_presence(arrived, to_asid, faults)) return broken;
  const auto asid = value_of(arrived, to_asid, faults);
  if (blank(asid) || asid == directory.asid) return std::nullopt;
  const char* fault = is_asid(asid) ? "ignores-foreign-toasid" : "ignores-form-of-toasid";
  if (faults.contains(fault)) return std::nullopt;
  return bad_header(fmt::format("toASID {} is not the registry's", base::printable(asid)));
}

// The client certificate bears the name that is registered for the sender (NRL-MA-5). Who the sender is must be beyond
// doubt for that; where it is not, the headers are refused further on.
std::optional<Refusal> check_name(const Arrived& arrived, const Directory& directory, const Faults& faults) {
  const auto values = arrived.all(from_asid);
  const auto* sender = values.size() == 1 ? directory.by_asid(values.front()) : nullptr;
  if (sender == nullptr || !arrived.certificate || arrived.name_overlooked || faults.contains("ignores-name-of-asid")) return std::nullopt;
  if (lets_in(*arrived.certificate, sender->fqdn, faults)) return std::nullopt;
  return denied(fmt::format("the client certificate is not that of fromASID {}", sender->asid));
}

std::string fault_of_grant(Interaction interaction) { return fmt::format("grants-{}-to-all", word_of(interaction)); }

}  // namespace

const char* word_of(Interaction interaction) {
  switch (interaction) {
    case Interaction::search: return "search";
    case Interaction::read: return "read";
    case Interaction::create: return "create";
    case Interaction::update: return "update";
    case Interaction::remove: return "delete";
  }
  return "";
}

std::variant<Refusal, Admitted> admitted(const Arrived& arrived, const Asked& asked, const Directory& directory, const Faults& faults,
                                         base::EpochSeconds now) {
  if (!arrived.has_certificate && faults.contains("certificate-checked-by-application")) return denied("no client certificate");
  if (faults.contains("refuses-everything")) return bad_header("nothing is good enough");
  if (auto broken = check_name(arrived, directory, faults)) return *broken;
  const auto token = judge_token(arrived, asked, directory, faults, now);
  if (token.refusal) return *token.refusal;
  if (auto broken = check_sender(arrived, directory, faults)) return *broken;
  if (auto broken = check_receiver(arrived, directory, faults)) return *broken;
  const auto* sender = directory.by_asid(value_of(arrived, from_asid, faults));
  // Where a fault lets an ASID pass that is nobody's, the token says who it is.
  const bool by_token = sender == nullptr;
  if (by_token) sender = directory.by_asid(token.asid);
  if (sender == nullptr) return bad_header("fromASID is not known");
  const bool other = directory.by_asid(token.asid) != nullptr && token.asid != sender->asid;
  if (!by_token && other && !faults.contains("ignores-system-of-token"))
    return Refusal{400, "MISSING_OR_INVALID_HEADER", "structure",
                   fmt::format("requesting_system ASID ({}) is not the sender's, {}", base::printable(token.asid), sender->asid)};
  const bool granted = sender->granted.contains(asked.interaction);
  if (!granted && !faults.contains(fault_of_grant(asked.interaction)) && !faults.contains("grants-everything-to-all"))
    return denied(fmt::format("{} is not granted to ASID {}", word_of(asked.interaction), sender->asid));
  return Admitted{*sender, granted};
}

}  // namespace demo::nrl
