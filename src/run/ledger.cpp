// SPDX-License-Identifier: Apache-2.0
#include "run/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "base/text.hpp"
#include "probes/survey.hpp"
#include "run/tally.hpp"

namespace run {

using model::Cause;
using model::Judgement;
using model::Observation;
using model::Verdict;

Judgement undecided_because(Cause cause, std::string because) {
  Judgement judgement;
  judgement.verdict = Verdict::inconclusive;
  judgement.cause = cause;
  judgement.because = std::move(because);
  return judgement;
}

Ledger::Ledger(const Plan& plan, const model::Subject& subject, Courier& courier)
    : subject_(subject), courier_(courier) {
  for (const auto& planned : plan.checks) {
    Entry entry;
    entry.planned = &planned;
    entry.judgement = planned.prepared.settled;
    entries_.push_back(std::move(entry));
  }
}

Judgement Ledger::judge(std::size_t index, std::span<const Observation> answers) const {
  return judge_on(index, answers, courier_.log());
}

Judgement Ledger::judge_on(std::size_t index, std::span<const Observation> answers,
                           std::span<const Observation> everything) const {
  const PlannedCheck& planned = *entries_[index].planned;
  const model::TlsFacts facts = planned.probe->stage == model::Stage::survey ? probes::tls_facts(everything)
                                                                             : model::TlsFacts{};
  try {
    return planned.probe->judge({*planned.check, subject_, planned.prepared, answers, facts, everything, entries_[index].attempt});
  } catch (const std::exception& defect) {
    // The fence: a defect in one probe is one inconclusive check, and the run goes on.
    return undecided_because(Cause::tool, fmt::format("a defect of this tool: {}", defect.what()));
  }
}

void Ledger::settle_families() {
  std::vector<model::Sibling> siblings;
  for (const auto& entry : entries_)
    siblings.push_back({entry.planned->check, entry.judgement.value_or(undecided_because(Cause::tool, "not judged"))});
  for (auto& entry : entries_) {
    const PlannedCheck& planned = *entry.planned;
    if (planned.probe->settle == nullptr || planned.prepared.settled || !entry.judgement) continue;
    const model::TlsFacts none;
    const model::Trial trial{*planned.check, subject_, planned.prepared, entry.answers, none, courier_.log()};
    entry.judgement = planned.probe->settle(trial, *entry.judgement, siblings);
  }
}

std::vector<Question> Ledger::questions(std::size_t index, const std::string& suffix, bool fresh) const {
  const PlannedCheck& planned = *entries_[index].planned;
  std::vector<Question> out;
  std::size_t n = 0;
  for (const auto& ask : planned.prepared.asks) {
    Question question{fmt::format("{}-{}{}", planned.check->id, ++n, suffix), ask};
    if (auto* http = std::get_if<model::HttpExchange>(&question.exchange); http != nullptr && fresh)
      http->connection = model::Connection::fresh;
    out.push_back(std::move(question));
  }
  return out;
}

void Ledger::inconclusive(std::size_t index, Cause cause, std::string because) {
  Entry& entry = entries_[index];
  Judgement judgement = undecided_because(cause, std::move(because));
  if (entry.judgement) {
    judgement.expected = entry.judgement->expected;
    judgement.observed = entry.judgement->observed;
    judgement.layer = entry.judgement->layer;
    judgement.evidence = entry.judgement->evidence;
  }
  for (const auto& answer : entry.answers)
    if (std::find(judgement.evidence.begin(), judgement.evidence.end(), answer.id) == judgement.evidence.end())
      judgement.evidence.push_back(answer.id);
  entry.judgement = std::move(judgement);
}

void Ledger::close_all(Cause cause, const std::string& because) {
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].open()) inconclusive(i, cause, because);
}

bool Ledger::halted(std::size_t index, std::span<const Observation> answers) {
  const auto withheld = [&](const Observation& seen) { return courier_.withheld(seen.id); };
  const auto at = std::find_if(answers.begin(), answers.end(), withheld);
  if (at == answers.end()) return false;
  inconclusive(index, Cause::deadline, at->detail);
  return true;
}

void Ledger::forget_answers() {
  for (auto& entry : entries_) entry.answers = {};
}

std::vector<model::Finding> Ledger::findings(const std::string& rerun) const {
  std::vector<model::Finding> out;
  for (const auto& entry : entries_) {
    const PlannedCheck& planned = *entry.planned;
    const Judgement judgement = entry.judgement.value_or(undecided_because(Cause::tool, "not judged"));
    model::Finding finding;
    finding.check = *planned.check;
    finding.verdict = judgement.verdict;
    finding.cause = judgement.cause;
    finding.expected = judgement.expected;
    finding.observed = judgement.observed;
    finding.because = judgement.because;
    finding.layer = judgement.layer;
    finding.method = planned.probe->about;
    finding.control = entry.control;
    finding.control_before = entry.before;
    finding.control_after = entry.after;
    finding.observations = judgement.evidence;
    for (const auto& id : entry.control_evidence)
      if (std::find(finding.observations.begin(), finding.observations.end(), id) == finding.observations.end())
        finding.observations.push_back(id);
    for (const auto& answer : entry.answers) finding.ms += answer.ms;
    finding.reproduce = judgement.reproduce;
    finding.reproduce.insert(finding.reproduce.end(), planned.prepared.reproduce.begin(), planned.prepared.reproduce.end());
    if (planned.probe->name != "manual" && !rerun.empty())
      finding.reproduce.push_back(rerun + " --only " + base::shell_quoted(planned.check->id));
    apply_level(finding);
    out.push_back(std::move(finding));
  }
  return out;
}

}  // namespace run
