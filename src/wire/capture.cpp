// SPDX-License-Identifier: Apache-2.0
#include "wire/capture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/redact.hpp"
#include "base/text.hpp"
#include "model/fhir.hpp"
#include "model/gateway.hpp"
#include "pki/digest.hpp"

namespace wire {

namespace {

constexpr std::string_view secret_headers[] = {
    "Set-Cookie", "Cookie", "Authorization", "Proxy-Authorization", "Proxy-Authenticate", "Authentication-Info",
};
// Kept whole, however many headers stand before them: a judgement rests on them.
constexpr std::string_view judged_headers[] = {
    "Cache-Control", "Content-Type", "Location", "Retry-After", "Strict-Transport-Security",
};
constexpr std::size_t most_headers = 100;
constexpr std::size_t longest_value = 1024;
constexpr std::size_t longest_excerpt = 65536;
constexpr std::size_t longest_mask = 4096;   // what a token may measure

template <class Names>
bool is_among(const Names& names, std::string_view name) {
  return std::any_of(std::begin(names), std::end(names), [&](std::string_view one) { return base::same_ignoring_case(one, name); });
}

// What may be shown of text from the target: printable, without patient numbers or tokens of ours
// that it echoes.
std::string shown(std::string_view text, bool lines, const Settings& settings) {
  const std::string quiet = base::mask_tokens(base::printable(text, lines), [](std::string_view token) {
    return fmt::format("[token: {} bytes, sha256 {}]", token.size(), pki::sha256_hex(token).substr(0, 16));
  });
  return base::mask_nhs_numbers(quiet, settings.mask);
}

std::string kept_value(const model::Header& header, const Settings& settings) {
  if (is_among(secret_headers, header.name))
    return fmt::format("[redacted: {} bytes, sha256 {}]", header.value.size(),
                       pki::sha256_hex(header.value).substr(0, 16));
  const std::string value = shown(header.value, false, settings);
  return is_among(judged_headers, header.name) ? value : base::shortened(value, longest_value);
}

std::size_t excerpt_limit(const Settings& settings) {
  switch (settings.evidence) {
    case Evidence::none:
    case Evidence::headers: return 0;
    case Evidence::snippet: return settings.limits.snippet;
    case Evidence::full: return longest_excerpt;
  }
  return 0;
}

}  // namespace

void capture(const Response& response, const Settings& settings, model::Observation& into) {
  into.status = response.status;
  for (const auto& header : response.headers) {
    if (base::same_ignoring_case(header.name, "Date")) {
      if (const auto theirs = base::parse_http_date(header.value))
        into.clock_offset = *theirs - base::now_seconds();
      continue;
    }
    if (base::same_ignoring_case(header.name, "Location") && into.location.empty())
      into.location = base::shortened(base::printable(header.value), 2 * longest_value);
    if (into.headers.size() >= most_headers && !is_among(judged_headers, header.name)) continue;
    into.headers.push_back({base::shortened(base::printable(header.name), 256), kept_value(header, settings)});
  }
  into.body_bytes = response.body_bytes;
  into.truncated = response.truncated;
  if (!response.body.empty()) into.body_digest = pki::sha256_hex(response.body);
  const model::FhirFacts facts = model::fhir_facts(response.body);
  into.resource_type = facts.resource_type;
  into.total = facts.total;
  into.listed = facts.listed;
  into.more_pages = facts.more_pages;
  into.unnamed = facts.unnamed;
  into.pointers = facts.pointers;
  if (facts.found_nothing) into.detail = model::found_nothing;
  for (const auto& code : facts.issue_codes) into.issue_codes.push_back(shown(code, false, settings));
  for (const auto& lack : facts.lacks) into.outcome_lacks.push_back(shown(lack, false, settings));
  if (!facts.stable.empty()) into.stable_digest = pki::sha256_hex(facts.stable);
  into.made_by_gateway = facts.made_by_gateway || (facts.resource_type.empty() && model::is_gateway_page(response.body, response.headers));
  const std::size_t limit = excerpt_limit(settings);
  if (limit == 0) return;
  // Masked before it is cut, so that nothing astride the cut stays half visible.
  const auto head = std::string_view(response.body).substr(0, limit + longest_mask);
  into.excerpt = base::shortened(shown(head, true, settings), limit);
}

}  // namespace wire
