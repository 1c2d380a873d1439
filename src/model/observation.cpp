// SPDX-License-Identifier: Apache-2.0
#include "model/observation.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace model {

namespace {

std::string answered_in_words(const Observation& seen) {
  const bool hello = std::holds_alternative<HelloExchange>(seen.exchange);
  if (hello && !seen.tls.version) return seen.tls.suite == 0 ? "an answer that is not TLS" : "accepted an unknown version, " + suite_name(seen.tls.suite);
  if (hello) return fmt::format("accepted {}, {}", word(*seen.tls.version), suite_name(seen.tls.suite));
  if (std::holds_alternative<HandshakeExchange>(seen.exchange))
    return fmt::format("handshake completed, {}, {}",
                       seen.tls.version ? word(*seen.tls.version) : "unknown version",
                       suite_name(seen.tls.suite));
  if (seen.status == 0) return "an answer that is not HTTP";
  std::string out = fmt::format("HTTP {}", seen.status);
  if (!seen.resource_type.empty()) out += " " + seen.resource_type;
  if (!seen.issue_codes.empty()) out += " " + base::join(seen.issue_codes, ", ");
  if (seen.made_by_gateway)
    out += seen.resource_type.empty() ? ", the page of a firewall or gateway" : ", written by an SSP or gateway (provider not reached)";
  return out;
}

}  // namespace

std::string in_words(const Observation& seen) {
  const std::string where = seen.layer == Layer::none ? "" : fmt::format(" ({})", word(seen.layer));
  switch (seen.outcome) {
    case Outcome::answered: return answered_in_words(seen);
    case Outcome::refused:
      return seen.alert.empty() ? "refused" + where : fmt::format("refused with the TLS alert {}", seen.alert);
    case Outcome::closed: return "connection closed by the target without an answer";
    case Outcome::timed_out: return "no answer" + (seen.detail.empty() ? "" : ": " + seen.detail);
    case Outcome::unreachable: return "not reached" + (seen.detail.empty() ? "" : ": " + seen.detail);
    case Outcome::not_sent: return "not sent" + (seen.detail.empty() ? "" : ": " + seen.detail);
  }
  return "?";
}

std::string in_words(const SequelSeen& sequel) {
  switch (sequel.end) {
    case SequelSeen::End::silent: return "silence";
    case SequelSeen::End::closed: return "closed";
    case SequelSeen::End::alert: return "the alert " + sequel.alert;
    case SequelSeen::End::answered: return "data";
  }
  return "?";
}

std::optional<std::string> header_value(const Observation& observation, std::string_view name) {
  for (const auto& header : observation.headers)
    if (base::same_ignoring_case(header.name, name)) return header.value;
  return std::nullopt;
}

bool has_no_store(const Observation& observation) {
  for (const auto& header : observation.headers) {
    if (!base::same_ignoring_case(header.name, "Cache-Control")) continue;
    // A directive may carry a quoted argument with commas in it; those are not directives.
    std::string unquoted;
    bool quoted = false;
    for (std::size_t i = 0; i < header.value.size(); ++i) {
      const char c = header.value[i];
      if (quoted && c == '\\') {
        ++i;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted) {
        unquoted += c;
      }
    }
    for (const auto& directive : base::split(unquoted, ','))
      if (base::same_ignoring_case(base::trim(directive), "no-store")) return true;
  }
  return false;
}

}  // namespace model
