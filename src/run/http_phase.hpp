// SPDX-License-Identifier: Apache-2.0
// Controls and epochs: probity-judging(7), CONTROLS. Mutations go out between two controls; what is not proved by
// them is asked again, and failures are confirmed.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "run/ledger.hpp"

namespace run {

class HttpPhase {
 public:
  HttpPhase(const Plan& plan, const model::Subject& subject, Courier& courier, Ledger& ledger);

  // The base control: asked once, twice when it meets silence. When it is not accepted every check
  // that leans on it is closed, and why() says so, with what the target answered.
  bool base_control();
  void run();
  // For checks judged on everything: their telling observation is asked once more between two base
  // controls.
  void confirm_at_end(std::size_t index);

  [[nodiscard]] const std::string& why() const { return why_; }
  // The command that repeats the base control.
  [[nodiscard]] const std::string& repeat() const { return repeat_; }
  [[nodiscard]] model::Cause cause() const { return cause_; }

 private:
  struct Controlled {
    bool accepted = false;
    model::Observation seen;
  };

  Question control_question(const model::Control& control);
  Controlled ask_control(const model::Control& control);
  // Mutations that go out between two controls. Legs of one chain (the same control) that follow each other
  // share the control between them.
  struct Leg {
    const Epoch* epoch = nullptr;
    std::vector<std::size_t> checks;
    std::optional<model::Observation> opening;  // the control before it, when that has just been asked
  };

  void run_round(const std::vector<const Epoch*>& epochs, int width);
  bool open_chain(const std::vector<const Epoch*>& epochs, const model::Observation& control);
  std::vector<Leg> opened(const std::vector<const Epoch*>& epochs);
  void ask_legs(std::vector<Leg> legs, const std::string& suffix, bool fresh, int width);
  [[nodiscard]] bool mixed_up(std::size_t from) const;
  void note_controls(const Leg& leg, const model::Observation& before, const model::Observation& after);
  void ask_singly(const Epoch& epoch);
  void confirm(const Epoch& epoch);
  void judge(std::size_t index);
  void explain(const model::Observation& seen, const std::string& credential);

  const Plan& plan_;
  const model::Subject& subject_;
  Courier& courier_;
  Ledger& ledger_;
  std::map<std::string, int> controls_asked_;
  std::set<std::string> served_;  // chains whose last control was accepted
  std::string why_;
  std::string repeat_;
  model::Cause cause_ = model::Cause::control;
};

}  // namespace run
