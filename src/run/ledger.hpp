// SPDX-License-Identifier: Apache-2.0
// Where a run stands: for each planned check what it was told and what it concluded, so far.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/probe.hpp"
#include "model/report.hpp"
#include "run/courier.hpp"
#include "run/plan.hpp"

namespace run {

struct Entry {
  const PlannedCheck* planned = nullptr;
  std::vector<model::Observation> answers;    // to its own asks
  std::optional<model::Judgement> judgement;
  std::string control;
  std::optional<bool> before;
  std::optional<bool> after;
  int attempt = 1;                            // of a sequence
  std::vector<std::string> control_evidence;  // observation ids of its controls

  [[nodiscard]] bool open() const { return !judgement.has_value(); }
};

class Ledger {
 public:
  Ledger(const Plan& plan, const model::Subject& subject, Courier& courier);

  [[nodiscard]] Entry& at(std::size_t index) { return entries_[index]; }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

  // The probe's opinion on answers, with everything the run has seen, or with given observations
  // instead (confirmation).
  [[nodiscard]] model::Judgement judge(std::size_t index, std::span<const model::Observation> answers) const;
  [[nodiscard]] model::Judgement judge_on(std::size_t index, std::span<const model::Observation> answers,
                                          std::span<const model::Observation> everything) const;
  // The second thought of probes that have one.
  void settle_families();

  // Questions for a check's own asks, named after it.
  [[nodiscard]] std::vector<Question> questions(std::size_t index, const std::string& suffix, bool fresh) const;

  // Inconclusive, with the answers kept as evidence.
  void inconclusive(std::size_t index, model::Cause cause, std::string because);
  // Every check still open becomes inconclusive.
  void close_all(model::Cause cause, const std::string& because);
  // Whether one of these answers was withheld because the run was halted; then the check is closed
  // with the cause deadline.
  bool halted(std::size_t index, std::span<const model::Observation> answers);

  // For the end: gives the memory of the answers back.
  void forget_answers();

  [[nodiscard]] std::vector<model::Finding> findings(const std::string& rerun) const;

 private:
  const model::Subject& subject_;
  Courier& courier_;
  std::vector<Entry> entries_;
};

// An inconclusive judgement in words.
model::Judgement undecided_because(model::Cause cause, std::string because);

}  // namespace run
