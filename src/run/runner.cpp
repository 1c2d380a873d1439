// SPDX-License-Identifier: Apache-2.0
#include "run/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "pki/sign.hpp"
#include "probes/request_builder.hpp"
#include "probes/survey.hpp"
#include "run/http_phase.hpp"
#include "run/ledger.hpp"
#include "run/sequence_phase.hpp"
#include "run/summary.hpp"
#include "run/survey_phase.hpp"

namespace run {

namespace {

using model::Cause;
using model::Judgement;
using model::Observation;
using model::Outcome;
using model::Verdict;

constexpr const char* hello_control = "known-good hello";

bool needs_signing(const Plan& plan) {
  for (const auto& planned : plan.checks)
    for (const auto& ask : planned.prepared.asks) {
      const auto* http = std::get_if<model::HttpExchange>(&ask);
      if (http == nullptr || !http->token) continue;
      for (const auto& mutation : http->token->mutations)
        if (mutation.op == "token.sign") return true;
    }
  return false;
}

bool is_answer_to(const std::string& question, std::string_view seen) {
  while (seen.size() > question.size() && seen.ends_with("-again")) seen.remove_suffix(std::string_view("-again").size());
  return seen == question;
}

class Runner {
 public:
  Runner(const Plan& plan, const model::Subject& subject, wire::Wire& wire, const RunSettings& settings,
         model::Report& report)
      : plan_(plan),
        subject_(subject),
        wire_(wire),
        settings_(settings),
        report_(report),
        courier_(wire, settings.pace, settings.run_id, settings.interrupted, settings.clock),
        ledger_(plan, subject, courier_),
        survey_(courier_, plan.survey),
        http_(plan, subject, courier_, ledger_),
        sequences_(plan, subject, courier_, ledger_, settings.journal) {}

  void run() {
    if (settings_.progress)
      courier_.on_progress([this](int sent) { settings_.progress(sent, planned_); });
    if (something_to_ask()) ask_everything();
    if (!settings_.no_credential_hint.empty() && report_.blocked_by.empty() && misses_credential())
      report_.blocked_by = settings_.no_credential_hint;
    ledger_.close_all(Cause::deadline, courier_.halted() == Halt::interrupted ? "the run was interrupted"
                                                                              : "the run ended before this check");
    ledger_.settle_families();
    write_report();
  }

 private:
  [[nodiscard]] bool something_to_ask() {
    for (std::size_t i = 0; i < ledger_.size(); ++i)
      if (ledger_.at(i).open()) return true;
    return false;
  }

  // Some check could not even be planned for want of a valid credential.
  [[nodiscard]] bool misses_credential() {
    for (const auto& planned : plan_.checks)
      if (planned.prepared.settled && planned.prepared.settled->cause == Cause::control) return true;
    return false;
  }

  // What stands in the way is found out first, because it is the first thing a person wants to know.
  void ask_everything() {
    if (needs_signing(plan_)) pki::prepare_signing();
    if (!survey_.find_known_good()) return block(Cause::blocked_by, survey_.why());
    if (!look_at_certificate()) return;
    if (plan_.needs_http) try_base_control();
    introduce();
    if (plan_.needs_survey || !plan_.beside_survey.empty()) run_survey();
    if (plan_.needs_http && http_works_ && needs_signing(plan_)) pki::await_signing();
    if (plan_.needs_http && http_works_) http_.run();
    if (http_works_) sequences_.run();
    judge_at_end();
  }

  // Nothing behind this can be asked.
  void block(Cause cause, std::string why) {
    if (courier_.halted() != Halt::none) {
      cause = Cause::deadline;
      why = courier_.halted() == Halt::interrupted ? "the run was interrupted before it began" : "the time or the requests allowed were used up at once";
    }
    report_.blocked_by = why;
    ledger_.close_all(cause, why);
    introduce();
  }

  void introduce() {
    introduction_.problem = report_.blocked_by.empty() && misses_credential() ? settings_.no_credential_hint : report_.blocked_by;
    introduction_.requests = planned_;
    if (settings_.introduce) settings_.introduce(introduction_);
  }

  // False when the target's certificate is not the one the user vouched for.
  bool look_at_certificate() {
    const std::string credential = probes::valid_credential(subject_).value_or("");
    const Observation seen =
        courier_.ask_one({"handshake", model::HandshakeExchange{plan_.survey.origin, subject_.target.server_name, credential}});
    introduction_.certificate = seen.tls.server;
    report_.facts.certificate = seen.tls.server;
    report_.facts.issuers = seen.tls.issuers;
    report_.facts.stapled = seen.tls.stapled;
    if (seen.tls.version) {
      model::ClientAuthFacts facts;
      facts.requested = seen.tls.certificate_requested;
      facts.ca_names = seen.tls.ca_names;
      facts.key_types = seen.tls.key_types;
      facts.signature_algorithms = seen.tls.signature_algorithms;
      report_.facts.client_auth = facts;
    }
    const bool distrusted = seen.outcome == Outcome::not_sent && !subject_.target.server_ca.empty() &&
                            seen.side == model::Side::ours && seen.layer == model::Layer::tls;
    if (!distrusted) return true;
    block(Cause::control, fmt::format("{} ({})", seen.detail, subject_.target.server_ca));
    return false;
  }

  void run_survey() {
    const std::size_t from = courier_.log().size();
    std::vector<Question> beside;
    for (const auto index : plan_.beside_survey)
      for (auto& question : ledger_.questions(index, "", true)) beside.push_back(std::move(question));
    survey_.run(plan_.needs_survey, std::move(beside));
    if (plan_.needs_vulnerabilities) survey_.run_vulnerabilities();
    put_in_order(from);
    for (const auto index : plan_.beside_survey) collect_beside(index);
    for (std::size_t i = 0; i < ledger_.size(); ++i) {
      Entry& entry = ledger_.at(i);
      if (!entry.open() || entry.planned->probe->stage != model::Stage::survey) continue;
      entry.judgement = ledger_.judge(i, {});
      note_hello_control(entry);
      if (entry.judgement->verdict == Verdict::fail) confirm_survey(i);
    }
  }

  // Answers come in any order; the report has one. What a hello was accepted after is noted before.
  void put_in_order(std::size_t from) {
    const auto log = courier_.log();
    std::size_t last = log.size();
    while (last > 0 && !probes::accepts_hello(log[last - 1])) --last;
    for (std::size_t i = 0; i < last; ++i) followed_.insert(log[i].id);
    courier_.sort_log(from);
  }

  // A hello was accepted before anything else was asked; whether one was after what this rests on, or
  // is what it rests on, the log tells.
  void note_hello_control(Entry& entry) {
    entry.control = hello_control;
    entry.before = true;
    const auto rests_on = [&](const Observation& seen) {
      const auto is_it = [&](const Observation& answer) { return answer.id == seen.id; };
      const bool evidence = entry.judgement && std::find(entry.judgement->evidence.begin(), entry.judgement->evidence.end(), seen.id) !=
                                                   entry.judgement->evidence.end();
      return evidence || std::any_of(entry.answers.begin(), entry.answers.end(), is_it);
    };
    const auto log = courier_.log();
    entry.after = std::none_of(log.begin(), log.end(),
                               [&](const Observation& seen) { return rests_on(seen) && !followed_.contains(seen.id); });
  }

  // The last answer to each of a check's asks; what a burst left silent was asked again, perhaps twice.
  void collect_beside(std::size_t index) {
    Entry& entry = ledger_.at(index);
    for (const auto& question : ledger_.questions(index, "", true)) {
      const Observation* last = nullptr;
      for (const auto& seen : courier_.log())
        if (is_answer_to(question.id, seen.id)) last = &seen;
      if (last != nullptr) entry.answers.push_back(*last);
    }
    note_hello_control(entry);
    if (entry.answers.empty()) ledger_.inconclusive(index, Cause::deadline, "not asked before the run ended");
    (void)ledger_.halted(index, entry.answers);
  }

  // The hellos on which a failure rests are sent once more, and the check is judged again with those
  // answers in the place of the first. Of suites that were accepted one is enough; what was refused
  // must be refused whole again.
  void confirm_survey(std::size_t index) {
    Entry& entry = ledger_.at(index);
    std::vector<Observation> observations(courier_.log().begin(), courier_.log().end());
    std::vector<std::size_t> places;
    std::vector<Question> questions;
    bool accepted = false;
    for (const auto& suspect : entry.judgement->suspects) {
      const auto at = std::find_if(observations.begin(), observations.end(), [&](const Observation& seen) { return seen.id == suspect; });
      if (at == observations.end()) continue;
      places.push_back(static_cast<std::size_t>(at - observations.begin()));
      questions.push_back({fmt::format("{}-confirm{}", entry.planned->check->id, places.size() == 1 ? "" : fmt::format("-{}", places.size())),
                           at->exchange});
      accepted = probes::accepts_hello(*at);
      if (accepted) break;
    }
    if (questions.empty()) return;
    const auto seen = survey_.again(std::move(questions));
    if (!seen) return gone(entry, index);
    if (ledger_.halted(index, *seen)) return;
    for (std::size_t i = 0; i < places.size(); ++i) observations[places[i]] = (*seen)[i];
    const bool refuted = accepted && !probes::accepts_hello(seen->front());
    settle_confirmed(index, refuted ? Verdict::inconclusive : ledger_.judge_on(index, {}, observations).verdict, *seen);
  }

  void gone(Entry& entry, std::size_t index) {
    entry.after = false;
    ledger_.inconclusive(index, Cause::control, "seen to fail once, but no known-good hello was answered when it was asked again");
  }

  void settle_confirmed(std::size_t index, Verdict second, const std::vector<Observation>& seen) {
    if (second != Verdict::fail)
      return ledger_.inconclusive(index, Cause::ambiguous, fmt::format("failed once of two times; the second time: {}", in_words(seen.front())));
    for (const auto& answer : seen) ledger_.at(index).judgement->evidence.push_back(answer.id);
  }

  void try_base_control() {
    http_works_ = http_.base_control();
    if (http_works_) return;
    report_.blocked_by = http_.why();
    introduction_.repeat = without_numbers(http_.repeat(), subject_.target);
    for (const auto& epoch : plan_.epochs)
      for (const auto index : epoch.checks)
        if (ledger_.at(index).open()) {
          ledger_.at(index).control = epoch.control.id;
          ledger_.at(index).before = false;
          ledger_.inconclusive(index, http_.cause(), http_.why());
        }
    for (const auto index : plan_.sequences)
      if (ledger_.at(index).open()) ledger_.inconclusive(index, http_.cause(), http_.why());
  }

  void judge_at_end() {
    if (courier_.halted() != Halt::none) return;
    for (std::size_t i = 0; i < ledger_.size(); ++i) {
      Entry& entry = ledger_.at(i);
      if (!entry.open() || entry.planned->probe->stage != model::Stage::end) continue;
      entry.judgement = ledger_.judge(i, entry.answers);
      const bool stands = entry.before == true && entry.after == true;
      if (entry.before && !stands && leans_on_control(*entry.judgement)) {
        ledger_.inconclusive(i, Cause::control, "one of its controls was not accepted: the target may have been gone");
        continue;
      }
      if (entry.judgement->verdict != Verdict::fail || entry.judgement->suspects.empty()) continue;
      if (entry.planned->prepared.beside_survey) {
        confirm_beside(i);
      } else {
        http_.confirm_at_end(i);
      }
    }
  }

  // "Nothing wrong was seen" means something only while the target was alive.
  static bool leans_on_control(const Judgement& judgement) {
    return judgement.verdict == Verdict::pass || judgement.cause == Cause::deviation || judgement.cause == Cause::not_applicable;
  }

  void confirm_beside(std::size_t index) {
    Entry& entry = ledger_.at(index);
    const auto seen = survey_.again(ledger_.questions(index, "-confirm", true));
    if (!seen) return gone(entry, index);
    if (ledger_.halted(index, *seen)) return;
    settle_confirmed(index, ledger_.judge(index, *seen).verdict, *seen);
  }

  void write_report() {
    report_.findings = ledger_.findings(settings_.rerun);
    report_.connections_opened = wire_.connections_opened();
    report_.created = sequences_.created();
    summarise(plan_, subject_, ledger_, courier_, report_);
    Gate gate = settings_.gate;
    gate.cut_short = courier_.halted() != Halt::none;
    gate.cut_by = in_words(courier_.halted());
    tally(subject_.profile, gate, report_);
  }

  const Plan& plan_;
  const model::Subject& subject_;
  wire::Wire& wire_;
  const RunSettings& settings_;
  model::Report& report_;
  Courier courier_;
  Ledger ledger_;
  SurveyPhase survey_;
  HttpPhase http_;
  SequencePhase sequences_;
  std::set<std::string> followed_;   // observations of the survey that an accepted hello came after
  Introduction introduction_;
  bool http_works_ = false;
  const int planned_ = requests_of(plan_);
};

}  // namespace

void run_plan(const Plan& plan, const model::Subject& subject, wire::Wire& wire, const RunSettings& settings,
              model::Report& report) {
  Runner(plan, subject, wire, settings, report).run();
}

}  // namespace run
