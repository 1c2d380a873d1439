// SPDX-License-Identifier: Apache-2.0
#include "cli/execute.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <optional>
#include <utility>

#include "base/redact.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "cli/commands.hpp"
#include "cli/connect.hpp"
#include "cli/exit_code.hpp"
#include "cli/journal_head.hpp"
#include "cli/outputs.hpp"
#include "pki/digest.hpp"
#include "probes/families.hpp"
#include "report/terminal.hpp"
#include "run/runner.hpp"
#include "wire/wire.hpp"

namespace cli {

namespace {

using model::Exit;
namespace fs = std::filesystem;

model::ToolInfo tool_info() {
  const auto libraries = wire::library_versions();
  return {"probity", base::version, libraries.openssl, libraries.curl};
}

// What a signal that came makes of the exit code.
std::optional<Exit> exit_of_signal() {
  const int signal = Signals::received();
  if (signal == 0) return std::nullopt;
  return signal == SIGTERM ? Exit::terminated : Exit::interrupted;
}

// Secrets are never arguments, but for what may stand in a proxy's URL.
std::string shown(const std::string& option, const std::string& value) { return option == "proxy" ? base::mask_proxy(value) : base::mask_userinfo(value); }

// The command as it was given.
std::vector<std::string> argv_of(const Arguments& arguments) {
  std::vector<std::string> words = {"probity", arguments.command};
  for (const auto& word : arguments.positionals) words.push_back(base::mask_userinfo(word));
  for (const auto& [name, given] : arguments.given) {
    if (!given.origin.starts_with("--")) continue;
    const auto* row = find_option(name);
    const bool flag = row->arity == Arity::flag || row->arity == Arity::count;
    for (const auto& value : given.values) {
      words.push_back("--" + name);
      if (!flag) words.push_back(shown(name, value));
    }
  }
  return words;
}

// The same run again, but for what chooses checks and outputs: a person adds --only to it.
std::string rerun_command(const Arguments& arguments) {
  std::string line = "probity " + arguments.command;
  for (const auto& word : arguments.positionals) line += " " + base::shell_quoted(base::mask_userinfo(word));
  for (const auto& row : options()) {
    const auto at = arguments.given.find(std::string(row.name));
    const bool matters = row.group == "The target" || row.group == "The reference provider" || row.name == "profile" ||
                         row.name == "checks" || row.name == "allow" || row.name == "authorisation";
    // What a file or the environment gave will be given again.
    if (!matters || at == arguments.given.end() || !at->second.origin.starts_with("--")) continue;
    const std::string name = row.letter != '\0' ? fmt::format("-{}", row.letter) : fmt::format("--{}", row.name);
    for (const auto& value : at->second.values) line += fmt::format(" {} {}", name, base::shell_quoted(shown(std::string(row.name), value)));
  }
  return line;
}

model::Report begun(const Arguments& arguments, const std::string& run_id, const Settings& settings) {
  model::Report report;
  report.tool = tool_info();
  report.run.id = run_id;
  report.run.started = base::now_seconds();
  report.run.argv = argv_of(arguments);
  report.run.authorisation = settings.authorisation;
  return report;
}

void describe(model::Report& report, const Job& job) {
  report.profile = {job.profile.id, job.profile.title, job.profile.version, job.profile.digest, job.profile.lineage, {}, base::Json::object()};
  for (const auto& spec : job.profile.specs) report.profile.specs.push_back(spec.id);
  for (const auto& [name, value] : job.profile.parameters) report.profile.parameters[name] = value;
  report.specs = job.profile.specs;
  report.target.alias = job.target.alias;
  report.target.url = job.target.url;
  report.target.about = job.target.about;
  report.run.notes = job.notes;
  report.run.settings = in_words(job.settings);
}

std::string first_line(const Job& job, const model::Report& report, const run::Introduction& introduction) {
  const model::Origin origin = dialled(job.target);
  std::string line = fmt::format("{}:{}", origin.host, origin.port);
  if (!report.target.addresses.empty() && report.target.addresses.front() != origin.host) {
    line += fmt::format(" ({}", report.target.addresses.front());
    if (report.target.addresses.size() > 1)
      line += fmt::format(", the first of {} addresses", report.target.addresses.size());
    line += ")";
  }
  if (introduction.certificate)
    line += fmt::format(", certificate {} until {}", base::shortened(introduction.certificate->common_name.empty()
                                                                           ? introduction.certificate->subject
                                                                           : introduction.certificate->common_name, 60),
                        base::rfc3339(introduction.certificate->not_after).substr(0, 10));
  line += fmt::format(", profile {} {}, about {} requests", job.profile.id, job.profile.version, introduction.requests);
  return base::printable(line);
}

// What ends within 30 days belongs on the screen and in the report.
void note_ending(const run::Introduction& introduction, base::EpochSeconds now, model::Report& report) {
  if (!introduction.certificate) return;
  const auto left = introduction.certificate->not_after - now;
  constexpr base::EpochSeconds thirty_days = 30L * 86400;
  if (left < 0) {
    report.run.notes.push_back(fmt::format("the target's certificate expired on {}",
                                           base::rfc3339(introduction.certificate->not_after)));
  } else if (left < thirty_days) {
    report.run.notes.push_back(fmt::format("the target's certificate ends in {} days, on {}", left / 86400,
                                           base::rfc3339(introduction.certificate->not_after)));
  }
}

// What could be written shall not claim another exit code than the program's.
void rewrite(model::Report& report, Exit exit, Settings settings, const fs::path& folder, Console& console) {
  report.run.exit = exit;
  settings.reports.clear();
  (void)write_reports(report, settings, folder, console);
}

Exit written(model::Report& report, const Settings& settings, const fs::path& folder, Console& console, Written& paths) {
  auto result = write_reports(report, settings, folder, console);
  if (!result) {
    console.trouble(result.error());
    rewrite(report, exit_for(result.error().kind), settings, folder, console);
    return report.run.exit;
  }
  paths = std::move(*result);
  return report.run.exit;
}

// --evidence none keeps what a judgement reads, and no more.
void forget_headers(model::Report& report) {
  constexpr std::string_view judged[] = {"Cache-Control", "Content-Type", "Location", "Retry-After", "Strict-Transport-Security"};
  for (auto& seen : report.observations)
    std::erase_if(seen.headers, [&](const model::Header& header) {
      return std::none_of(std::begin(judged), std::end(judged),
                          [&](std::string_view name) { return base::same_ignoring_case(name, header.name); });
    });
}

void say_summary(const model::Report& report, const Arguments& arguments, const Written& paths, Console& console) {
  report::Style style;
  style.colour = console.colour();
  style.ascii = console.ascii();
  style.width = console.width();
  style.quiet = arguments.flag("quiet");
  style.html = paths.html;
  console.say(report::summary(report, style));
  if (!paths.paths.empty() && !style.quiet) console.say("Reports: " + base::join(paths.paths, "  ") + "\n");
}

// Without an out-dir a run leaves no file behind, but this one while it is needed.
void keep_journal(const run::Journal& journal, model::Report& report, bool no_folder) {
  if (!journal.begun()) return;
  const bool needed = std::any_of(report.created.begin(), report.created.end(), [](const model::Created& created) {
    return created.state != "removed" && created.state != "never-there";
  });
  std::error_code ignored;
  if (no_folder && !needed) {
    fs::remove(journal.path(), ignored);
    return;
  }
  report.journal = journal.path().string();
  if (!needed) return;
  const std::string remedy = "probity cleanup " + base::shell_quoted(report.journal);
  report.run.notes.push_back("not all that was created could be taken away: " + remedy);
  report.sentence += " Not all that was created could be taken away: " + remedy;
}

void say_checks(const model::Report& report, Console& console) {
  for (const auto& finding : report.findings) {
    const std::string& said = finding.observed.empty() ? finding.because : finding.observed;
    console.say(fmt::format("{:<13} {}{}\n", word(finding.verdict), finding.check.id,
                            said.empty() ? "" : base::printable("  " + said)));
  }
}

}  // namespace

Exit end_before_start(const base::Error& error, const Arguments& arguments, const Settings& settings, const fs::path& folder,
                      const std::string& run_id, const model::Target& target, Console& console) {
  console.trouble(error);
  model::Report report = begun(arguments, run_id, settings);
  report.run.finished = base::now_seconds();
  report.run.exit = exit_of_signal().value_or(exit_for(error.kind));
  report.preflight = error;
  report.verdict = model::RunVerdict::nothing_run;
  report.sentence = "Nothing was run: " + base::printable(base::one_line(error)) + ".";
  report.target.alias = target.alias.empty() ? "target" : target.alias;
  report.target.url = target.url;
  report.target.about = target.about;
  report.profile.id = arguments.one("profile").value_or("");
  Written paths;
  return written(report, settings, folder, console, paths);
}

Exit end_misconfigured(const base::Error& error, const Arguments& arguments, Console& console) {
  const bool reports = arguments.command == "run" || arguments.command == "demo";
  const auto wish = arguments.one("out-dir");
  if (error.kind == base::Trouble::usage || !reports || !wish) return failed(error, console);
  Settings bare;
  bare.out_dir = *wish;
  const std::string run_id = pki::random_uuid();
  const auto folder = made_out_dir(bare, run_id);
  if (!folder) return failed(folder.error(), console);
  return end_before_start(error, arguments, bare, *folder, run_id, {}, console);
}

Exit execute(Job& job, const Arguments& arguments, const fs::path& folder, const std::string& run_id, Console& console,
             Signals& signals) {
  if (claims_stdout(job.settings)) console.claim_stdout();
  model::Report report = begun(arguments, run_id, job.settings);
  describe(report, job);
  model::Subject subject = job.subject();
  subject.run_id = run_id;
  const run::Plan plan = run::make_plan(subject, probes::all(), job.selected, job.settings.permissions,
                                        job.settings.survey.value_or(model::SurveyMode::quick), job.settings.pace.jobs);
  wire::Settings wire_settings = wire_settings_for(job);
  auto addresses = find_address(job, wire_settings);
  if (!addresses) return end_before_start(addresses.error(), arguments, job.settings, folder, run_id, job.target, console);
  report.target.addresses = std::move(*addresses);
  const std::string trust = job.target.server_ca.empty() ? "not verified: no --server-ca was given"
                                                         : "verified against " + job.target.server_ca;
  report.facts.server_verification = trust;

  const auto wire = wire::make_wire(std::move(wire_settings), signals.wake_fd());
  run::RunSettings settings;
  settings.pace = job.settings.pace;
  settings.gate = job.settings.gate;
  settings.run_id = run_id;
  settings.rerun = rerun_command(arguments);
  run::Journal journal(journal_path(folder, run_id), journal_head(job, arguments, run_id));
  settings.journal = &journal;
  // What an earlier run left is taken away first: its journal is the only thing that knows of it.
  if (!plan.sequences.empty())
    if (auto status = journal.may_begin(); !status) return end_before_start(status.error(), arguments, job.settings, folder, run_id, job.target, console);
  settings.no_credential_hint = job.credential_hint;
  settings.interrupted = [] { return Signals::received() != 0; };
  const auto pinned_now = job.settings.now;
  settings.clock = [pinned_now] { return pinned_now.value_or(base::now_seconds()); };
  settings.introduce = [&](const run::Introduction& introduction) {
    note_ending(introduction, present(job.settings), report);
    if (arguments.flag("quiet")) return;
    if (!introduction.problem.empty()) console.say(base::printable(introduction.problem) + "\n");
    if (!introduction.repeat.empty()) console.say("  repeat: " + introduction.repeat + "\n");
    console.say(first_line(job, report, introduction) + "\n");
    for (const auto& note : report.run.notes) console.say("note: " + base::printable(note) + "\n");
    if (!plan.sequences.empty())
      console.say(fmt::format("note: {} will create pointers and take them away again; they are written down in {}\n",
                              base::counted(plan.sequences.size(), "check"), journal.path().string()));
    if (job.target.server_ca.empty()) console.say("note: the target's certificate is not verified (no --server-ca)\n");
  };
  settings.progress = [&console](int sent, int planned) { console.progress(sent, planned); };
  run::run_plan(plan, subject, *wire, settings, report);
  console.end_progress();
  keep_journal(journal, report, folder.empty());

  if (job.settings.evidence == wire::Evidence::none) forget_headers(report);
  report.run.finished = base::now_seconds();
  if (const auto exit = exit_of_signal()) {
    report.run.complete = false;
    report.run.exit = *exit;
  }
  Written paths;
  const Exit verdict = report.run.exit;
  const Exit exit = written(report, job.settings, folder, console, paths);
  if (arguments.has("verbose")) say_checks(report, console);
  say_summary(report, arguments, paths, console);
  if (console.broken() && exit != Exit::io) rewrite(report, Exit::io, job.settings, folder, console);
  // A broken output says so itself.
  if (report.run.exit == verdict) console.conclude(base::printable(report.sentence));
  return report.run.exit;
}

}  // namespace cli
