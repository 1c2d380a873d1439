// SPDX-License-Identifier: Apache-2.0
#include "run/sequence_phase.hpp"

#include <fmt/format.h>

#include <exception>
#include <optional>
#include <utility>

#include "base/redact.hpp"
#include "base/text.hpp"
#include "probes/pointer_requests.hpp"
#include "probes/request_builder.hpp"
#include "run/cleaner.hpp"

namespace run {

namespace {

using model::Cause;
using model::Judgement;
using model::Observation;
using model::Verdict;

constexpr int most_steps = 60;                      // a ceiling; no sequence needs it
constexpr base::Milliseconds tidying_time{60000};   // for what one check created, whatever halted the run

// The fence: a defect in a probe ends its sequence, and what was created is taken away all the same.
std::optional<model::Step> next_step(const model::Probe& probe, const model::Trial& trial) {
  try {
    return probe.next(trial);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace

SequencePhase::SequencePhase(const Plan& plan, const model::Subject& subject, Courier& courier, Ledger& ledger, Journal* journal)
    : plan_(plan), subject_(subject), courier_(courier), ledger_(ledger), journal_(journal) {}

bool SequencePhase::write_down(std::size_t index, const model::Step& step) {
  JournalEntry entry;
  const model::Creation& creation = *step.creates;
  entry.creation = creation;
  entry.unwanted = step.unwanted;
  entry.check = plan_.checks[index].check->id;
  entry.asid = probes::fact(subject_, creation.owner + ".asid").value_or("");
  entry.ods_code = probes::fact(subject_, creation.owner + ".ods_code").value_or("");
  const auto status = journal_->creating(entry);
  trust_journal(status);
  if (!status) return false;
  entries_.push_back(std::move(entry));
  return true;
}

void SequencePhase::trust_journal(const base::Status& status) {
  if (!status && stuck_.empty()) stuck_ = "the journal could not be written: " + base::one_line(status.error());
}

void SequencePhase::note_answer(const model::Creation& creation, const Observation& seen) {
  JournalEntry& entry = entries_.back();
  if (entry.creation != creation) return;
  if (probes::succeeded(seen)) {
    entry.id = probes::id_in(seen);
    entry.location = probes::location_in(seen);
  }
  // What stands before it is enough to find it by, but nothing more may be made.
  trust_journal(journal_->created(entry, seen.status));
}

void SequencePhase::play(std::size_t index, std::vector<Observation>& answers) {
  const PlannedCheck& planned = plan_.checks[index];
  const Entry& entry = ledger_.at(index);
  for (int n = 0; n < most_steps; ++n) {
    const model::TlsFacts none;
    const auto step = next_step(*planned.probe, {*planned.check, subject_, planned.prepared, answers, none, courier_.log(), entry.attempt});
    if (!step) return;
    courier_.pause(step->pause);
    if (step->creates && !write_down(index, *step)) return;
    const std::string id = fmt::format("{}-{}{}", planned.check->id, step->label, entry.attempt > 1 ? "-confirm" : "");
    Observation seen = courier_.ask_one({id, step->exchange});
    if (step->creates) note_answer(*step->creates, seen);
    for (auto& made : entries_) notice(made, seen);
    answers.push_back(std::move(seen));
    if (courier_.halted() != Halt::none || !stuck_.empty()) return;
  }
}

std::string SequencePhase::tidy(std::size_t index, std::size_t from) {
  std::vector<std::string> left;
  courier_.begin_tidying(tidying_time);
  Entry& check = ledger_.at(index);
  for (std::size_t i = from; i < entries_.size(); ++i) {
    JournalEntry& entry = entries_[i];
    const std::string label = fmt::format("{}-tidy{}-{}", entry.check, check.attempt > 1 ? "-confirm" : "", i - from + 1);
    for (auto& id : remove(subject_, courier_, entry, label)) check.control_evidence.push_back(std::move(id));
    trust_journal(journal_->ended(entry));
    if (!entry.settled())
      left.push_back(fmt::format("pointer {} of {} (id {}) {}: {}", entry.creation.identifier, entry.creation.owner,
                                 entry.id.empty() ? "not known" : entry.id, entry.state == "left" ? "is still there" : "may still be there", entry.because));
  }
  courier_.end_tidying();
  return base::join(left, "; ");
}

// What was refused, or never answered, and was there when it was looked for: a search that is read while the
// sequence runs may lag behind.
void SequencePhase::weigh(Judgement& judgement, std::size_t from) const {
  for (std::size_t i = from; i < entries_.size(); ++i) {
    const JournalEntry& entry = entries_[i];
    if (!entry.unwanted || !entry.seen || judgement.verdict == Verdict::fail) continue;
    const std::string harm = "the pointer it asked for was there when all was taken away";
    judgement.verdict = Verdict::fail;
    judgement.cause = Cause::assertion;
    judgement.because = "refused in words only: " + harm;
    judgement.observed += (judgement.observed.empty() ? "" : "; ") + harm;
  }
}

void SequencePhase::examine(std::size_t index) {
  Entry& entry = ledger_.at(index);
  std::optional<Judgement> first;
  std::string left;
  for (entry.attempt = 1; entry.attempt <= 2 && left.empty() && stuck_.empty(); ++entry.attempt) {
    const std::size_t from = entries_.size();
    std::vector<Observation> answers;
    play(index, answers);
    Judgement judgement = ledger_.judge(index, answers);
    left = tidy(index, from);
    weigh(judgement, from);
    entry.answers.insert(entry.answers.end(), answers.begin(), answers.end());
    if (!first) {
      first = entry.judgement = judgement;
      if (ledger_.halted(index, answers)) break;
      if (judgement.verdict != Verdict::fail) break;
    } else {
      entry.judgement->evidence.insert(entry.judgement->evidence.end(), judgement.evidence.begin(), judgement.evidence.end());
      if (ledger_.halted(index, answers)) break;
      if (judgement.verdict != Verdict::fail)
        ledger_.inconclusive(index, Cause::ambiguous, fmt::format("failed once of two times; the second time: {}", judgement.observed));
    }
  }
  entry.attempt = 1;
  if (!stuck_.empty()) return ledger_.inconclusive(index, Cause::tool, stuck_);
  const Verdict verdict = entry.judgement->verdict;
  entry.control = "own-pointer";
  if (verdict == Verdict::pass || verdict == Verdict::warn || verdict == Verdict::fail) entry.before = entry.after = true;
  if (left.empty()) return;
  stuck_ = fmt::format("not asked: what {} created could not be taken away again", plan_.checks[index].check->id);
  if (verdict == Verdict::fail) {
    entry.judgement->because += "; " + left;
  } else {
    const std::string because = entry.judgement->because;
    ledger_.inconclusive(index, Cause::control, (because.empty() ? "" : because + "; ") + left);
  }
}

void SequencePhase::run() {
  for (std::size_t i = 0; i < ledger_.size(); ++i) {
    const Entry& entry = ledger_.at(i);
    if (!entry.open() || entry.planned->probe->stage != model::Stage::sequence) continue;
    if (courier_.halted() != Halt::none) return;
    if (journal_ == nullptr) {
      ledger_.inconclusive(i, Cause::tool, "there is no journal to write down what would be created");
    } else if (!stuck_.empty()) {
      ledger_.inconclusive(i, Cause::blocked_by, stuck_);
    } else {
      examine(i);
    }
  }
}

std::vector<model::Created> SequencePhase::created() const {
  std::vector<model::Created> out;
  const auto numbers = model::numbers_to_mask(subject_.target);
  for (const auto& entry : entries_)
    out.push_back({entry.creation.identifier, base::mask_nhs_numbers(entry.location, numbers), entry.check, entry.creation.owner, entry.ods_code, entry.state, entry.because});
  return out;
}

}  // namespace run
