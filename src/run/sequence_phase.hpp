// SPDX-License-Identifier: Apache-2.0
// Checks that change the target, one after another: each step is planned on the answers so far, what
// it creates is in the journal before it is asked for, and is taken away before the next check begins.
#pragma once

#include <string>
#include <vector>

#include "run/journal.hpp"
#include "run/ledger.hpp"

namespace run {

class SequencePhase {
 public:
  // Without a journal nothing is created.
  SequencePhase(const Plan& plan, const model::Subject& subject, Courier& courier, Ledger& ledger, Journal* journal);

  void run();
  // What was created, and what became of it.
  [[nodiscard]] std::vector<model::Created> created() const;

 private:
  void examine(std::size_t index);
  void play(std::size_t index, std::vector<model::Observation>& answers);
  bool write_down(std::size_t index, const model::Step& step);
  void note_answer(const model::Creation& creation, const model::Observation& seen);
  void trust_journal(const base::Status& status);
  // Turns what tidying found of those created from `from` on into the verdict.
  void weigh(model::Judgement& judgement, std::size_t from) const;
  // What could not be taken away, in words; "" when all is gone.
  std::string tidy(std::size_t index, std::size_t from);

  const Plan& plan_;
  const model::Subject& subject_;
  Courier& courier_;
  Ledger& ledger_;
  Journal* journal_;
  std::vector<JournalEntry> entries_;
  std::string stuck_;   // why nothing more may be created
};

}  // namespace run
