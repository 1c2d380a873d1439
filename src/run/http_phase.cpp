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

bool judged_at_end(const PlannedCheck& planned) { return planned.probe->stage == model::Stage::end; }

// These hold only while the target is alive and answers as before.
bool leans_on_closing_control(const Judgement& judgement) {
  return judgement.verdict == Verdict::pass ||
         (judgement.verdict == Verdict::warn && judgement.cause == Cause::deviation);
}

bool no_such_endpoint(const Observation& seen) {
  return seen.outcome == Outcome::answered && (seen.status == 404 || seen.status == 405 || seen.status == 501);
}

}  // namespace

HttpPhase::HttpPhase(const Plan& plan, const model::Subject& subject, Courier& courier, Ledger& ledger)
    : plan_(plan), subject_(subject), courier_(courier), ledger_(ledger) {}

void HttpPhase::judge(std::size_t index) {
  Entry& entry = ledger_.at(index);
  if (ledger_.halted(index, entry.answers)) return;
  if (!judged_at_end(*entry.planned)) entry.judgement = ledger_.judge(index, entry.answers);
}

void HttpPhase::open_epoch(const Epoch& epoch, const Observation& control) {
  const bool accepted = model::accepts(epoch.control, control);
  for (const auto index : epoch.checks) {
    Entry& entry = ledger_.at(index);
    entry.control = epoch.control.id;
    entry.before = accepted;
    entry.control_evidence.push_back(control.id);
    if (accepted) continue;
    if (ledger_.halted(index, std::span(&control, 1))) continue;
    if (no_such_endpoint(control) && entry.planned->prepared.absent_endpoint_is_not_applicable) {
      Judgement absent;
      absent.verdict = Verdict::skipped;
      absent.cause = Cause::not_applicable;
      absent.because = "the target has no such endpoint";
      absent.observed = in_words(control);
      absent.evidence = {control.id};
      entry.judgement = std::move(absent);
    } else {
      ledger_.inconclusive(index, Cause::control,
                           fmt::format("its control ({}) was not accepted: {}", epoch.control.id, in_words(control)));
    }
  }
}

void HttpPhase::ask_checks(const std::vector<const Epoch*>& epochs) {
  std::vector<Question> questions;
  std::vector<std::size_t> owners;
  for (const auto* epoch : epochs) {
    for (const auto index : epoch->checks) {
      if (!ledger_.at(index).open()) continue;
      for (auto& question : ledger_.questions(index, "", false)) {
        questions.push_back(std::move(question));
        owners.push_back(index);
      }
    }
  }
  auto answers = courier_.ask(std::move(questions));
  for (std::size_t i = 0; i < answers.size(); ++i) ledger_.at(owners[i]).answers.push_back(std::move(answers[i]));
  std::vector<Question> again;
  std::vector<std::size_t> again_owners;
  for (const auto* epoch : epochs) {
    for (const auto index : epoch->checks) {
      if (!ledger_.at(index).open()) continue;
      judge(index);
      const auto& judgement = ledger_.at(index).judgement;
      if (!judgement || !judgement->ask_again) continue;
      for (auto& question : ledger_.questions(index, "-again", true)) {
        again.push_back(std::move(question));
        again_owners.push_back(index);
      }
    }
  }
  auto second = courier_.ask(std::move(again));
  for (std::size_t i = 0; i < second.size(); ++i) {
    ledger_.at(again_owners[i]).answers.push_back(std::move(second[i]));
    judge(again_owners[i]);
  }
}

void HttpPhase::close_epochs(const std::vector<const Epoch*>& epochs) {
  std::vector<Question> questions;
  for (const auto* epoch : epochs) questions.push_back(control_question(epoch->control));
  const auto controls = courier_.ask(std::move(questions));
  for (std::size_t i = 0; i < epochs.size(); ++i) {
    const bool accepted = model::accepts(epochs[i]->control, controls[i]);
    for (const auto index : epochs[i]->checks) {
      Entry& entry = ledger_.at(index);
      if (entry.before != true) continue;
      entry.after = accepted;
      entry.control_evidence.push_back(controls[i].id);
    }
    if (!accepted) ask_singly(*epochs[i]);
  }
}

// The closing control failed: each pass is asked again between two controls of its own, until one of
// those fails as well.
void HttpPhase::ask_singly(const Epoch& epoch) {
  std::vector<std::size_t> shaken;
  for (const auto index : epoch.checks) {
    const Entry& entry = ledger_.at(index);
    if (entry.judgement && !entry.planned->prepared.settled && entry.before == true &&
        leans_on_closing_control(*entry.judgement))
      shaken.push_back(index);
  }
  if (shaken.empty()) return;
  Controlled before = ask_control(epoch.control);
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
    const Controlled after = ask_control(epoch.control);
    entry.control_evidence.push_back(before.seen.id);
    entry.control_evidence.push_back(after.seen.id);
    entry.after = after.accepted;
    judge(index);
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
    if (entry.judgement && !entry.answers.empty() && entry.judgement->verdict == Verdict::fail) failed.push_back(index);
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
    entry.after = after.accepted;
    entry.control_evidence.push_back(after.seen.id);
    if (ledger_.halted(index, answers[index]) || ledger_.halted(index, std::span(&after.seen, 1))) continue;
    if (!before.accepted || !after.accepted) {
      ledger_.inconclusive(index, Cause::control,
                           "seen to fail once, but the control was not accepted when it was asked again");
      continue;
    }
    const Judgement second = ledger_.judge(index, answers[index]);
    entry.answers.insert(entry.answers.end(), answers[index].begin(), answers[index].end());
    if (second.verdict == Verdict::fail) {
      entry.judgement->evidence.insert(entry.judgement->evidence.end(), second.evidence.begin(), second.evidence.end());
    } else {
      ledger_.inconclusive(index, Cause::ambiguous, fmt::format("failed once of two times; the second time: {}", second.observed));
    }
  }
}

void HttpPhase::run_epochs(const std::vector<const Epoch*>& epochs) {
  std::vector<Question> questions;
  for (const auto* epoch : epochs) questions.push_back(control_question(epoch->control));
  const auto controls = courier_.ask(std::move(questions));
  std::vector<const Epoch*> good;
  for (std::size_t i = 0; i < epochs.size(); ++i) {
    open_epoch(*epochs[i], controls[i]);
    if (model::accepts(epochs[i]->control, controls[i])) good.push_back(epochs[i]);
  }
  if (good.empty()) return;
  ask_checks(good);
  close_epochs(good);
  for (const auto* epoch : good) confirm(*epoch);
}

void HttpPhase::run() {
  std::vector<const Epoch*> together;
  for (const auto& epoch : plan_.epochs)
    if (!epoch.exclusive) together.push_back(&epoch);
  if (!together.empty()) run_epochs(together);
  for (const auto& epoch : plan_.epochs)
    if (epoch.exclusive) run_epochs({&epoch});
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
