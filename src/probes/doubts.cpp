// SPDX-License-Identifier: Apache-2.0
#include "probes/doubts.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "base/text.hpp"

namespace probes {

namespace {

using model::Cause;
using model::HttpExchange;
using model::Judgement;
using model::Observation;
using model::Verdict;

constexpr std::int64_t usual_seconds_left = 298;   // of a good token, when it is made
constexpr std::int64_t clock_tolerance = 5;        // less is nobody's fault

std::string product(const Observation& seen) { return std::string(base::trim(model::header_value(seen, "Server").value_or(""))); }

std::string named(const std::string& product) { return product.empty() ? "no Server header" : "Server: " + product; }

// A refusal without FHIR in it by another product: a firewall, a load balancer, the system's own HTTP
// layer. The application, whose check this is, may never have seen the request.
bool by_another_product(const Observation& seen, const Observation& good) {
  const bool refusal = seen.outcome == model::Outcome::answered && seen.status >= 400 && seen.status <= 499;
  return refusal && seen.resource_type.empty() && product(seen) != product(good);
}

// By how many seconds the token is beyond its end, or still before it.
std::optional<std::int64_t> distance_to_end(const HttpExchange& http) {
  if (!http.token) return std::nullopt;
  for (const auto& mutation : http.token->mutations) {
    if (mutation.op != "token.shift" || !mutation.value.is_number_integer()) continue;
    const auto shift = mutation.value.get<std::int64_t>();
    return shift < 0 ? std::abs(usual_seconds_left + shift) : 0;
  }
  return std::nullopt;
}

// Which way the clock is off is not asked: whoever is that far off has another question to answer first.
bool by_the_clock(const Judgement& judgement, const HttpExchange& http, std::int64_t offset) {
  const auto distance = distance_to_end(http);
  return judgement.verdict == Verdict::fail && distance && std::abs(offset) > clock_tolerance &&
         std::abs(offset) + clock_tolerance >= *distance;
}

void doubt(Judgement& judgement, Cause cause, std::string because) {
  judgement.verdict = Verdict::inconclusive;
  judgement.cause = cause;
  judgement.because = std::move(because);
  judgement.suspects.clear();
}

}  // namespace

const Observation* control_answer(const model::Trial& trial) {
  const std::string wanted = model::fingerprint(trial.prepared.control->exchange);
  for (auto seen = trial.everything.rbegin(); seen != trial.everything.rend(); ++seen)
    if (seen->id.starts_with("control-") && model::fingerprint(seen->exchange) == wanted) return &*seen;
  return nullptr;
}

void apply_doubts(Judgement& judgement, const model::Trial& trial, const Observation& seen) {
  const auto* http = std::get_if<HttpExchange>(&seen.exchange);
  if (http == nullptr || judgement.verdict == Verdict::inconclusive) return;
  if (by_the_clock(judgement, *http, seen.clock_offset))
    return doubt(judgement, Cause::ambiguous,
                 fmt::format("the target's clock is {} seconds {} ours, which may be why", std::abs(seen.clock_offset),
                             seen.clock_offset > 0 ? "ahead of" : "behind"));
  // What breaks the grammar of HTTP need never reach an application.
  const auto* good = control_answer(trial);
  if (good == nullptr || good == &seen || model::breaks_grammar(*http) || !by_another_product(seen, *good)) return;
  doubt(judgement, Cause::network,
        fmt::format("another product answered ({}; to the good request {}): the application may never have seen this request",
                    named(product(seen)), named(product(*good))));
}

}  // namespace probes
