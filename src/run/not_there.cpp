// SPDX-License-Identifier: Apache-2.0
#include "run/not_there.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace run {

namespace {

using model::Observation;
using model::Outcome;

bool no_such_endpoint(const Observation& seen) {
  return seen.outcome == Outcome::answered && (seen.status == 404 || seen.status == 405 || seen.status == 501);
}

}  // namespace

bool lacks_version(const model::Control& control, const Observation& seen, std::span<const Observation> log) {
  const bool at_the_hello = (seen.outcome == Outcome::refused || seen.outcome == Outcome::closed) && !seen.tls.version;
  if (!control.exchange.only || !at_the_hello) return false;
  const auto speaks = [&](const Observation& other) { return other.tls.version == control.exchange.only; };
  return std::none_of(log.begin(), log.end(), speaks);
}

std::optional<model::Judgement> not_there(const model::Control& control, const Observation& seen, bool endpoint_may_be_absent,
                                          std::span<const Observation> log) {
  std::string because;
  if (endpoint_may_be_absent && no_such_endpoint(seen)) because = "the target has no such endpoint";
  if (lacks_version(control, seen, log)) because = fmt::format("the target does not speak {}", word(*control.exchange.only));
  if (because.empty()) return std::nullopt;
  model::Judgement judgement;
  judgement.verdict = model::Verdict::skipped;
  judgement.cause = model::Cause::not_applicable;
  judgement.because = std::move(because);
  judgement.observed = in_words(seen);
  judgement.evidence = {seen.id};
  return judgement;
}

}  // namespace run
