// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/job.hpp"
#include "probes/families.hpp"
#include "run/plan.hpp"
#include "run/summary.hpp"

namespace cli {

namespace {

std::string ask_in_words(const run::PlannedCheck& planned) {
  if (planned.prepared.settled)
    return fmt::format("{} ({}): {}", word(planned.prepared.settled->verdict), word(planned.prepared.settled->cause),
                       planned.prepared.settled->because);
  if (planned.probe->stage == model::Stage::sequence)
    return fmt::format("step by step: {} as {}, between steps that create, read and delete pointers; control: {}",
                       planned.check->with.value("attack", ""), planned.check->with.value("by", ""), planned.probe->control);
  const auto& asks = planned.prepared.asks;
  if (asks.empty()) return fmt::format("judged on what others ask; control: {}", planned.probe->control);
  std::string out = in_words(asks.front());
  if (planned.check->with.contains("mutate")) {
    std::vector<std::string> changes;
    for (const auto& mutation : planned.check->with["mutate"])
      changes.push_back(model::in_words(model::Mutation{mutation.value("op", ""), mutation.value("name", ""),
                                                        mutation.contains("value") ? mutation["value"] : base::Json()}));
    out += "; " + base::join(changes, "; ");
  }
  return out;
}

std::string plan_text(const Job& job, const run::Plan& plan) {
  std::string out = fmt::format("Profile {} {} on {}\n", job.profile.id, job.profile.version, job.target.url);
  std::map<std::string, int> skipped;
  int asked = 0;
  std::string suite;
  for (const auto& planned : plan.checks) {
    if (planned.check->suite != suite) out += fmt::format("\n{}\n", planned.check->suite);
    suite = planned.check->suite;
    out += fmt::format("  {:<48} {}\n", planned.check->id, base::printable(ask_in_words(planned)));
    if (planned.prepared.settled) {
      ++skipped[std::string(word(planned.prepared.settled->cause))];
    } else {
      ++asked;
    }
  }
  out += fmt::format("\n{} to be made of {}", base::counted(static_cast<std::size_t>(asked), "check"), plan.checks.size());
  for (const auto& [cause, n] : skipped) out += fmt::format("; {} not: {}", n, cause);
  out += fmt::format("\n{} with {} to {}, about {} exchanges; {} at a time",
                     base::counted(plan.epochs.size(), "epoch"), plan.epochs.empty() ? "no control" : "a control before and after",
                     model::in_words(plan.survey.origin), run::requests_of(plan), job.settings.pace.jobs);
  if (job.settings.pace.rate > 0) out += fmt::format(", {:g} a second", job.settings.pace.rate);
  return out + "\nNothing was sent.\n";
}

}  // namespace

model::Exit command_plan(const Arguments& arguments, Console& console) {
  Job job;
  auto settings = settings_from(arguments);
  if (!settings) return failed(settings.error(), console);
  job.settings = std::move(*settings);
  auto target = chosen_target(arguments, arguments.positionals.empty() ? "" : arguments.positionals.front());
  if (!target) return failed(target.error(), console);
  job.target = std::move(*target);
  auto profile = chosen_profile(arguments);
  if (!profile) return failed(profile.error(), console);
  job.profile = std::move(*profile);
  if (auto status = load_job(arguments, job); !status) return failed(status.error(), console);
  const run::Plan plan = run::make_plan(job.subject(), probes::all(), job.selected, job.settings.permissions,
                                        job.settings.survey.value_or(model::SurveyMode::quick), job.settings.pace.jobs);
  for (const auto& note : job.notes) console.note("note: " + note);
  if (!job.credential_hint.empty()) console.note("note: " + job.credential_hint);
  console.say(run::without_numbers(plan_text(job, plan), job.target));
  return model::Exit::conformant;
}

}  // namespace cli
