// SPDX-License-Identifier: Apache-2.0
// Cache-Control: no-store on every HTTP answer of the run, whoever made it.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "probes/families.hpp"
#include "probes/reproduce.hpp"
#include "probes/request_builder.hpp"

namespace probes {

namespace {

using model::Cause;
using model::HttpExchange;
using model::Judgement;
using model::Observation;
using model::Verdict;

model::Prepared prepare(const model::Check& check, const model::Subject& subject) {
  model::Prepared prepared;
  const auto* interaction = subject.profile.interaction(check.with.value("interaction", ""));
  auto good = good_request(subject, interaction == nullptr ? base_interaction(subject) : *interaction);
  if (auto* judgement = std::get_if<Judgement>(&good); judgement != nullptr) {
    prepared.settled = std::move(*judgement);
    return prepared;
  }
  prepared.control = std::get<model::Control>(std::move(good));
  const auto provoke = mutations_in(check.with.value("provoke", base::Json::array()));
  if (provoke.empty()) {
    prepared.reproduce.push_back(curl_line(prepared.control->exchange, subject.credentials));
    return prepared;
  }
  auto changed = mutated(subject, *prepared.control, provoke);
  if (auto* why = std::get_if<std::string>(&changed); why != nullptr) {
    prepared.settled = settled(Verdict::inconclusive, Cause::tool, *why);
    return prepared;
  }
  prepared.reproduce.push_back(curl_line(std::get<HttpExchange>(changed), subject.credentials));
  prepared.asks.emplace_back(std::get<HttpExchange>(std::move(changed)));
  return prepared;
}

bool belongs(const std::string& answers, int status) {
  const bool success = status >= 200 && status <= 299;
  if (answers == "2xx") return success;
  if (answers == "other") return !success && status != 400 && status != 404;
  return std::to_string(status) == answers;
}

std::string in_words_of(const std::string& answers) {
  if (answers == "other") return "answers other than 2xx, 400 and 404";
  return "answers " + answers;
}

struct Tally {
  std::size_t seen = 0;
  std::vector<std::string> without;        // over TLS
  std::vector<std::string> edge_without;   // over plain HTTP or to malformed requests: graded apart
  std::vector<std::string> with;
};

// An answer that comes and goes cannot be asked for again: the last to rest a failure on.
bool passes_by(const Observation& seen) { return seen.status == 429 || (seen.status >= 502 && seen.status <= 504); }

Tally count(std::span<const Observation> everything, const std::string& answers, bool via_ssp) {
  Tally tally;
  std::vector<std::string> passing;
  for (const auto& seen : everything) {
    const auto* http = std::get_if<HttpExchange>(&seen.exchange);
    if (http == nullptr || seen.status == 0 || !belongs(answers, seen.status)) continue;
    // What anything in front of the provider wrote is the provider's answer too, but the SSP's own,
    // where we go through it, is not.
    if (seen.made_by_gateway && via_ssp) continue;
    ++tally.seen;
    if (model::has_no_store(seen)) {
      tally.with.push_back(seen.id);
    } else if (passes_by(seen) && http->origin.tls && !model::breaks_grammar(*http)) {
      passing.push_back(seen.id);
    } else {
      (http->origin.tls && !model::breaks_grammar(*http) ? tally.without : tally.edge_without).push_back(seen.id);
    }
  }
  tally.without.insert(tally.without.end(), passing.begin(), passing.end());
  return tally;
}

// Kinds of answers that the check of all the rest looks at; what was never seen was never judged.
struct Kind {
  std::string_view name;
  int from;
  int to;
};
constexpr Kind kinds[] = {{"3xx", 300, 399}, {"401", 401, 401}, {"403", 403, 403}, {"405", 405, 405}, {"406", 406, 406},
                          {"415", 415, 415}, {"422", 422, 422}, {"429", 429, 429}, {"5xx", 500, 599}};

std::string never_seen(std::span<const Observation> everything) {
  std::vector<std::string> missing;
  for (const auto& kind : kinds) {
    const auto is_one = [&](const Observation& seen) { return seen.status >= kind.from && seen.status <= kind.to; };
    if (std::none_of(everything.begin(), everything.end(), is_one)) missing.emplace_back(kind.name);
  }
  return missing.empty() ? "" : "never seen in this run, and so not judged: " + base::join(missing, ", ");
}

Judgement judge(const model::Trial& trial) {
  const std::string answers = trial.check.with.value("answers", "");
  const Tally tally = count(trial.everything, answers, !trial.subject.target.via_ssp.empty());
  const bool unanswered = !trial.answers.empty() && trial.answers.back().status == 0;
  if (tally.seen == 0 && unanswered) {
    Judgement open = settled(Verdict::inconclusive, Cause::ambiguous, "the request that should draw such an answer drew none");
    open.observed = model::in_words(trial.answers.back());
    open.evidence = {trial.answers.back().id};
    return open;
  }
  if (tally.seen == 0)
    return settled(Verdict::skipped, Cause::not_applicable,
                   fmt::format("no {} were seen in this run", in_words_of(answers)));
  Judgement judgement;
  judgement.layer = model::Layer::http;
  judgement.expected = "Cache-Control: no-store on every one of the " + in_words_of(answers);
  judgement.observed = fmt::format("no-store on {} of {}", tally.with.size(), tally.seen);
  const std::string unseen = answers == "other" ? never_seen(trial.everything) : "";
  if (!tally.without.empty()) {
    judgement.verdict = Verdict::fail;
    judgement.cause = Cause::assertion;
    judgement.because = fmt::format("{} without no-store", tally.without.size());
    judgement.evidence = tally.without;
    judgement.suspects = {tally.without.front()};
  } else if (!tally.edge_without.empty()) {
    const bool strict = trial.subject.profile.text_parameter("edge", "warn") == "fail";
    judgement.verdict = strict ? Verdict::fail : Verdict::warn;
    judgement.cause = strict ? Cause::assertion : Cause::deviation;
    judgement.because = "only answers over plain HTTP, or to malformed requests, lack it";
    judgement.evidence = tally.edge_without;
    if (strict) judgement.suspects = {tally.edge_without.front()};
  } else {
    judgement.verdict = Verdict::pass;
    judgement.because = unseen;
    const std::size_t shown = std::min<std::size_t>(tally.with.size(), 3);
    judgement.evidence.assign(tally.with.begin(), tally.with.begin() + static_cast<std::ptrdiff_t>(shown));
  }
  if (judgement.verdict != Verdict::pass && !unseen.empty()) judgement.because += "; " + unseen;
  return judgement;
}

constexpr model::Parameter parameters[] = {
    {"interaction", model::Parameter::Type::interaction, true, "", "the good request used to provoke an answer"},
    {"answers", model::Parameter::Type::text, true, "2xx 400 404 other", "which answers are looked at"},
    {"provoke", model::Parameter::Type::mutations, false, "", "the change that draws such an answer, if one is needed"},
};

}  // namespace

constinit const model::Probe no_store = {
    .name = "no-store",
    .about = "Looks at every HTTP answer of the whole run, whoever made it, and parses Cache-Control as a list of "
             "directives. A further request makes sure that such an answer is seen.",
    .control = "the base request",
    .parameters = parameters,
    .stage = model::Stage::end,
    .prepare = prepare,
    .judge = judge,
};

}  // namespace probes
