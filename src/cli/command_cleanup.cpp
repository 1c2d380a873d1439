// SPDX-License-Identifier: Apache-2.0
// What a run created and, cut short, could not take away: deleted and looked for, from its journal.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/connect.hpp"
#include "cli/exit_code.hpp"
#include "cli/job.hpp"
#include "cli/journal_head.hpp"
#include "cli/signals.hpp"
#include "pki/digest.hpp"
#include "run/cleaner.hpp"

namespace cli {

namespace {

using model::Exit;

const char* in_words(const run::JournalEntry& entry) {
  if (entry.state == "removed") return "removed";
  if (entry.state == "never-there") return "is not there";
  return entry.state == "left" ? "is still there" : "may still be there";
}

// The run's own facts, so that a pointer is sought where it was made.
base::Status belongs(const run::JournalEntry& entry, const Job& job, const std::string& where) {
  const auto at = job.target.facts.find(entry.creation.owner + ".ods_code");
  if (at != job.target.facts.end() && at->second == entry.ods_code) return base::Nothing{};
  return base::Error{base::Trouble::bad_data,
                     fmt::format("{} is of {} ({}), which the target file does not know", entry.creation.identifier, entry.creation.owner, entry.ods_code),
                     where, "give the run's target file with --target"};
}

}  // namespace

Exit command_cleanup(const Arguments& arguments, Console& console) {
  Signals signals;
  const std::string path = arguments.positionals.front();
  auto file = run::read_journal(path);
  if (!file) return failed(file.error(), console);
  Arguments own = arguments;
  if (auto status = take_from_head(file->head, path + ":1", own); !status) return failed(status.error(), console);
  if (file->cut) console.note(fmt::format("note: a line of {} is half one, as a kill leaves it; it is left out of account", path));
  const auto open = file->open();
  if (open.empty()) {
    console.say(fmt::format("Nothing is left: all {} of the journal are gone.\n", base::counted(file->entries.size(), "entry")));
    return Exit::conformant;
  }

  Job job;
  auto settings = settings_from(own);
  if (!settings) return failed(settings.error(), console);
  job.settings = std::move(*settings);
  auto target = chosen_target(own, own.positionals.back());
  if (!target) return failed(target.error(), console);
  job.target = std::move(*target);
  auto profile = chosen_profile(own);
  if (!profile) return failed(profile.error(), console);
  job.profile = std::move(*profile);
  if (auto status = load_job(own, job); !status) return failed(status.error(), console);
  for (const auto* entry : open)
    if (auto status = belongs(*entry, job, path); !status) return failed(status.error(), console);
  if (auto status = same_facts(file->head, job, path); !status) return failed(status.error(), console);
  wire::Settings wire_settings = wire_settings_for(job);
  if (const auto addresses = find_address(job, wire_settings); !addresses) return failed(addresses.error(), console);
  const auto wire = wire::make_wire(std::move(wire_settings), signals.wake_fd());
  const std::string run_id = pki::random_uuid();
  run::Courier courier(*wire, job.settings.pace, run_id, [] { return Signals::received() != 0; },
                       [&job] { return present(job.settings); });
  model::Subject subject = job.subject();
  subject.run_id = run_id;
  run::Journal journal(path, file->head);
  std::size_t left = 0;
  std::optional<Exit> unwritten;
  for (auto* entry : open) {
    (void)run::remove(subject, courier, *entry, fmt::format("cleanup-{}", entry->creation.identifier));
    if (auto status = journal.ended(*entry); !status) {
      if (!unwritten) console.trouble(status.error());
      unwritten = Exit::io;
    }
    if (!entry->settled()) ++left;
    console.say(fmt::format("{} of {} ({}) {}{}\n", entry->creation.identifier, entry->creation.owner, entry->ods_code, in_words(*entry),
                            entry->because.empty() ? "" : ": " + base::printable(entry->because)));
  }
  if (Signals::received() != 0) return Signals::received() == SIGTERM ? Exit::terminated : Exit::interrupted;
  if (unwritten) {
    console.conclude(fmt::format("{} of {} are gone, but the journal does not say so", open.size() - left, open.size()));
    return *unwritten;
  }
  if (left == 0) {
    console.conclude(fmt::format("all {} are gone", open.size()));
    return Exit::conformant;
  }
  console.conclude(fmt::format("{} of {} could not be seen to be gone", left, open.size()));
  return Exit::incomplete;
}

}  // namespace cli
