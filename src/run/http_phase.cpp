// SPDX-License-Identifier: Apache-2.0
#include "run/http_phase.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "probes/request_builder.hpp"

namespace run {

namespace {

using model::Cause;
using model::Judgement;
using model::Observation;
using model::Outcome;
using model::Verdict;

// These hold only while the target is alive and answers as before.
bool leans_on_controls(const Judgement& judgement) {
  return judgement.verdict == Verdict::pass ||
         (judgement.verdict == Verdict::warn && judgement.cause == Cause::deviation);
}

}  // namespace

HttpPhase::HttpPhase(const Plan& plan, const model::Subject& subject, Courier& courier, Ledger& ledger)
    : plan_(plan), subject_(subject), courier_(courier), ledger_(ledger) {}

// One of its controls failed: each pass is asked again between two controls of its own, until one of
// those fails as well.
void HttpPhase::ask_singly(const Epoch& epoch) {
  std::vector<std::size_t> shaken;
  for (const auto index : epoch.checks) {
    const Entry& entry = ledger_.at(index);
    const bool stands = entry.before == true && entry.after == true;
    if (entry.judgement && !stands && leans_on_controls(*entry.judgement)) shaken.push_back(index);
  }
  if (shaken.empty()) return;
  model::Control alone = epoch.control;
  alone.exchange.connection = model::Connection::fresh;
  Controlled before = ask_control(alone);
  for (const auto index : shaken) {
    Entry& entry = ledger_.at(index);
    if (!before.accepted) {
      if (!ledger_.halted(index, std::span(&before.seen, 1)))
        ledger_.inconclusive(index, Cause::control,
                             fmt::format("the control was no longer accepted afterwards: {}", in_words(before.seen)));
      continue;
    }
    for (const auto& first : entry.answers) entry.control_evidence.push_back(first.id);   // kept beside the second
    entry.answers = courier_.ask(ledger_.questions(index, "-alone", true));
    judge(index);
    if (entry.judgement->ask_again) {
      for (auto& seen : courier_.ask(ledger_.questions(index, "-alone-again", true))) entry.answers.push_back(std::move(seen));
      judge(index);
    }
    const Controlled after = ask_control(alone);
    entry.control_evidence.push_back(before.seen.id);
    entry.control_evidence.push_back(after.seen.id);
    entry.before = true;
    entry.after = after.accepted;
    if (!after.accepted && !ledger_.halted(index, std::span(&after.seen, 1)))
      ledger_.inconclusive(index, Cause::control,
                           fmt::format("after this request the control was no longer accepted: {}", in_words(after.seen)));
    before = after;
  }
}

// A failure is believed when it happens twice, the second time on a fresh connection.
void HttpPhase::confirm(const Epoch& epoch) {
  std::vector<std::size_t> failed;
  for (const auto index : epoch.checks) {
    const Entry& entry = ledger_.at(index);
    if (entry.judgement && entry.judgement->verdict == Verdict::fail) failed.push_back(index);
  }
  if (failed.empty()) return;
  const Controlled before = ask_control(epoch.control);
  std::vector<Question> questions;
  std::vector<std::size_t> owners;
  for (const auto index : failed) {
    for (auto& question : ledger_.questions(index, "-confirm", true)) {
      questions.push_back(std::move(question));
      owners.push_back(index);
    }
  }
  std::map<std::size_t, std::vector<Observation>> answers;
  if (before.accepted) {
    auto seen = courier_.ask(std::move(questions));
    for (std::size_t i = 0; i < seen.size(); ++i) answers[owners[i]].push_back(std::move(seen[i]));
  }
  const Controlled after = before.accepted ? ask_control(epoch.control) : before;
  for (const auto index : failed) {
    Entry& entry = ledger_.at(index);
    entry.before = before.accepted;
    entry.after = after.accepted;
    entry.control_evidence.push_back(before.seen.id);
    entry.control_evidence.push_back(after.seen.id);
    if (ledger_.halted(index, answers[index]) || ledger_.halted(index, std::span(&after.seen, 1))) continue;
    if (!before.accepted || !after.accepted) {
      ledger_.inconclusive(index, Cause::control,
                           "seen to fail once, but the control was not accepted when it was asked again");
      continue;
    }
    // Without asks of its own it is judged on the control's answer, by now the one asked last.
    const Judgement second = ledger_.judge(index, answers[index]);
    entry.answers.insert(entry.answers.end(), answers[index].begin(), answers[index].end());
    if (second.verdict == Verdict::fail) {
      entry.judgement->evidence.insert(entry.judgement->evidence.end(), second.evidence.begin(), second.evidence.end());
    } else {
      ledger_.inconclusive(index, Cause::ambiguous, fmt::format("failed once of two times; the second time: {}", second.observed));
    }
  }
}

void HttpPhase::confirm_at_end(std::size_t index) {
  Entry& entry = ledger_.at(index);
  const std::string suspect = entry.judgement->suspects.front();
  const auto log = courier_.log();
  const auto at = std::find_if(log.begin(), log.end(), [&](const Observation& seen) { return seen.id == suspect; });
  auto good = probes::good_request(subject_, probes::base_interaction(subject_));
  const auto* control = std::get_if<model::Control>(&good);
  if (at == log.end() || control == nullptr) return;
  Question question{entry.planned->check->id + "-confirm", at->exchange};
  if (auto* http = std::get_if<model::HttpExchange>(&question.exchange)) http->connection = model::Connection::fresh;
  const Controlled before = ask_control(*control);
  const Observation seen = courier_.ask_one(std::move(question));
  const Controlled after = ask_control(*control);
  entry.control = control->id;
  entry.before = before.accepted;
  entry.after = after.accepted;
  entry.control_evidence = {before.seen.id, after.seen.id};
  if (ledger_.halted(index, std::span(&seen, 1))) return;
  if (!before.accepted || !after.accepted)
    return ledger_.inconclusive(index, Cause::control,
                                "seen to fail once, but the control was not accepted when it was asked again");
  const std::vector<Observation> own = {seen};
  const Judgement second = ledger_.judge_on(index, own, own);
  if (second.verdict == Verdict::fail) {
    entry.judgement->evidence.push_back(seen.id);
  } else {
    ledger_.inconclusive(index, Cause::ambiguous, fmt::format("failed once of two times; the second time: {}", in_words(seen)));
  }
}

}  // namespace run
