// SPDX-License-Identifier: Apache-2.0
// Rounds of epochs: mutations go out in a stream, with a control before and after each epoch. A round is
// judged and confirmed before the next begins, so that a run that is cut loses only the open one.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "run/http_phase.hpp"
#include "run/not_there.hpp"

namespace run {

namespace {

using model::Cause;
using model::Observation;
using model::Outcome;

// Mutations between two confirmations; a run that is cut loses no more.
constexpr std::size_t round_size = 4 * epoch_size;
// With much less in flight than stands between two controls, the order of sending is the order in time.
constexpr int stream_width = static_cast<int>(epoch_size) / 2;

bool judged_at_end(const PlannedCheck& planned) { return planned.probe->stage == model::Stage::end; }

std::string chain_of(const Epoch& epoch) { return model::fingerprint(epoch.control.exchange); }

}  // namespace

void HttpPhase::judge(std::size_t index) {
  Entry& entry = ledger_.at(index);
  if (ledger_.halted(index, entry.answers)) return;
  if (!judged_at_end(*entry.planned)) entry.judgement = ledger_.judge(index, entry.answers);
}

// The control before the first epoch of a chain, or before the next when the last one failed.
bool HttpPhase::open_chain(const std::vector<const Epoch*>& epochs, const Observation& control) {
  const bool accepted = model::accepts(epochs.front()->control, control);
  for (const auto* epoch : epochs) {
    for (const auto index : epoch->checks) {
      Entry& entry = ledger_.at(index);
      entry.control = epoch->control.id;
      entry.before = accepted;
      entry.control_evidence.push_back(control.id);
      if (accepted || ledger_.halted(index, std::span(&control, 1))) continue;
      if (auto absent = not_there(epoch->control, control, entry.planned->prepared.absent_endpoint_is_not_applicable, courier_.log())) {
        entry.judgement = std::move(absent);
      } else {
        ledger_.inconclusive(index, Cause::control,
                             fmt::format("its control ({}) was not accepted: {}", epoch->control.id, in_words(control)));
      }
    }
  }
  return accepted;
}

// Asks for the control of each chain that is not known to be served; returns the legs that may be asked.
std::vector<HttpPhase::Leg> HttpPhase::opened(const std::vector<const Epoch*>& epochs) {
  std::vector<std::vector<const Epoch*>> chains;
  for (const auto* epoch : epochs) {
    const bool next = !chains.empty() && chain_of(*chains.back().front()) == chain_of(*epoch);
    if (!next) chains.emplace_back();
    chains.back().push_back(epoch);
  }
  std::vector<Question> questions;
  for (const auto& chain : chains)
    if (!served_.contains(chain_of(*chain.front()))) questions.push_back(control_question(chain.front()->control));
  auto controls = courier_.ask(std::move(questions));
  auto control = controls.begin();
  std::vector<Leg> legs;
  for (const auto& chain : chains) {
    std::optional<Observation> opening;
    if (!served_.contains(chain_of(*chain.front()))) {
      opening = std::move(*control++);
      // A bare close may be an accident; an alert is an answer.
      const model::Control& asked = chain.front()->control;
      if (opening->outcome == Outcome::closed && lacks_version(asked, *opening, courier_.log())) opening = ask_control(asked).seen;
      if (!open_chain(chain, *opening)) continue;
    }
    for (const auto* epoch : chain) {
      Leg leg;
      leg.epoch = epoch;
      leg.opening = std::exchange(opening, std::nullopt);
      for (const auto index : epoch->checks)
        if (ledger_.at(index).open()) leg.checks.push_back(index);
      legs.push_back(std::move(leg));
    }
  }
  return legs;
}

// Control, mutations, control, mutations, control: legs of one chain share the control between them.
void HttpPhase::ask_legs(std::vector<Leg> legs, const std::string& suffix, bool fresh, int width) {
  std::vector<Question> questions;
  std::vector<std::size_t> owners;
  std::vector<std::pair<std::size_t, std::size_t>> controls;  // positions of those before and after each leg
  constexpr std::size_t nobody = static_cast<std::size_t>(-1);
  const auto put = [&](Question question, std::size_t owner) {
    questions.push_back(std::move(question));
    owners.push_back(owner);
    return owners.size() - 1;
  };
  for (std::size_t i = 0; i < legs.size(); ++i) {
    const Leg& leg = legs[i];
    const bool shared = i > 0 && chain_of(*legs[i - 1].epoch) == chain_of(*leg.epoch);
    std::size_t before = nobody;
    if (shared) {
      before = controls.back().second;
    } else if (!leg.opening) {
      before = put(control_question(leg.epoch->control), nobody);
    }
    for (const auto index : leg.checks)
      for (auto& question : ledger_.questions(index, suffix, fresh)) put(std::move(question), index);
    controls.emplace_back(before, put(control_question(leg.epoch->control), nobody));
  }
  const auto answers = courier_.ask(std::move(questions), width);
  for (std::size_t i = 0; i < answers.size(); ++i)
    if (owners[i] != nobody) ledger_.at(owners[i]).answers.push_back(answers[i]);
  for (std::size_t i = 0; i < legs.size(); ++i) {
    const auto [before, after] = controls[i];
    note_controls(legs[i], before == nobody ? *legs[i].opening : answers[before], answers[after]);
    for (const auto index : legs[i].checks) judge(index);
  }
}

void HttpPhase::note_controls(const Leg& leg, const Observation& before, const Observation& after) {
  const bool opened = model::accepts(leg.epoch->control, before);
  const bool closed = model::accepts(leg.epoch->control, after);
  for (const auto index : leg.checks) {
    Entry& entry = ledger_.at(index);
    entry.control = leg.epoch->control.id;
    entry.before = entry.before.value_or(true) && opened;
    entry.after = entry.after.value_or(true) && closed;
    for (const auto* control : {&before, &after}) entry.control_evidence.push_back(control->id);
  }
  if (closed) {
    served_.insert(chain_of(*leg.epoch));
  } else {
    served_.erase(chain_of(*leg.epoch));
  }
}

// Whether an unasked answer was met since: then nobody knows whose answer was whose on the kept connections, and
// all passes are asked again, alone and on fresh ones.
bool HttpPhase::mixed_up(std::size_t from) const {
  const auto log = courier_.log().subspan(from);
  return std::any_of(log.begin(), log.end(), [](const Observation& seen) { return seen.detail == model::unasked_answer; });
}

void HttpPhase::run_round(const std::vector<const Epoch*>& epochs, int width) {
  const std::size_t from = courier_.log().size();
  std::vector<Leg> legs = opened(epochs);
  std::vector<Leg> again;
  ask_legs(legs, "", false, width);
  for (auto& leg : legs) {
    Leg second;
    second.epoch = leg.epoch;
    for (const auto index : leg.checks)
      if (const auto& judgement = ledger_.at(index).judgement; judgement && judgement->ask_again) second.checks.push_back(index);
    if (!second.checks.empty()) again.push_back(std::move(second));
  }
  ask_legs(std::move(again), "-again", true, width);
  if (mixed_up(from)) {
    for (const auto& leg : legs)
      for (const auto index : leg.checks) ledger_.at(index).after = false;
  }
  for (const auto& leg : legs) ask_singly(*leg.epoch);
  for (const auto& leg : legs) confirm(*leg.epoch);
}

void HttpPhase::run() {
  std::vector<const Epoch*> in_order;
  for (const auto& epoch : plan_.epochs)
    if (!epoch.exclusive) in_order.push_back(&epoch);
  // The epochs of one chain stand together, in the order in which their chains appear.
  std::map<std::string, std::size_t> rank;
  for (const auto* epoch : in_order) rank.emplace(chain_of(*epoch), rank.size());
  std::stable_sort(in_order.begin(), in_order.end(),
                   [&](const Epoch* a, const Epoch* b) { return rank[chain_of(*a)] < rank[chain_of(*b)]; });
  std::vector<const Epoch*> round;
  std::size_t size = 0;
  for (const auto* epoch : in_order) {
    round.push_back(epoch);
    size += epoch->checks.size();
    if (size < round_size) continue;
    run_round(std::exchange(round, {}), stream_width);
    size = 0;
  }
  if (!round.empty()) run_round(round, stream_width);
  for (const auto& epoch : plan_.epochs)
    if (epoch.exclusive) run_round({&epoch}, 1);
}

}  // namespace run
