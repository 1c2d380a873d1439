// SPDX-License-Identifier: Apache-2.0
#include "run/journal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/files.hpp"
#include "base/strict_json.hpp"
#include "base/text.hpp"

namespace run {

namespace {

using base::Error;
using base::Fields;
using base::Json;
using base::Problems;
using base::Trouble;

constexpr const char* schema = "probity.journal/1";
const std::vector<std::string> events = {"creating", "created", "ended"};
const std::vector<std::string> states = {"removed", "never-there", "left", "unknown"};

JournalEntry* find(std::vector<JournalEntry>& entries, const std::string& identifier) {
  const auto at = std::find_if(entries.begin(), entries.end(), [&](const JournalEntry& entry) { return entry.creation.identifier == identifier; });
  return at == entries.end() ? nullptr : &*at;
}

void read_event(Fields& line, std::vector<JournalEntry>& entries) {
  const std::string event = line.word("event", events);
  const std::string identifier = line.text("identifier");
  if (event == "creating") {
    JournalEntry entry;
    entry.creation = {identifier, line.text("owner")};
    entry.check = line.text_or("check");
    entry.asid = line.text_or("asid");
    entry.ods_code = line.text_or("ods_code");
    if (find(entries, identifier) == nullptr) entries.push_back(std::move(entry));
    return line.finish();
  }
  JournalEntry* entry = find(entries, identifier);
  if (entry == nullptr) return line.wrong("identifier", fmt::format("{} was not begun before", identifier));
  if (event == "created") {
    entry->id = line.text_or("id");
    entry->location = line.text_or("location");
    (void)line.integer_or("status", 0);
  } else {
    entry->state = line.word("state", states);
    entry->because = line.text_or("because");
    if (const auto id = line.maybe_text("id")) entry->id = *id;
  }
  line.finish();
}

}  // namespace

base::Status Journal::may_begin() const {
  std::error_code ignored;
  if (!std::filesystem::exists(path(), ignored) || std::filesystem::is_empty(path(), ignored)) return base::Nothing{};
  auto file = read_journal(path());
  if (!file) return Error{Trouble::cannot_create, "is there already, and no journal that could be continued: " + base::one_line(file.error()), path().string(), "name another folder with -o"};
  const auto open = file->open();
  if (open.empty()) return base::Nothing{};
  return Error{Trouble::cannot_create, fmt::format("is of a run that may have left {} on its target", base::counted(open.size(), "pointer")), path().string(),
               "take them away first, with probity cleanup " + base::shell_quoted(path().string())};
}

// The head again in a file of several runs: what follows it is of this one, and half a line before it is known for
// what it is.
base::Status Journal::begin() {
  if (log_.is_open()) return base::Nothing{};
  if (auto status = log_.open(); !status) return status;
  return log_.append(head_.dump());
}

base::Status Journal::creating(const JournalEntry& entry) {
  if (!log_.is_open())
    if (auto status = may_begin(); !status) return status;
  if (auto status = begin(); !status) return status;
  return log_.append(Json{{"event", "creating"},
                          {"identifier", entry.creation.identifier},
                          {"owner", entry.creation.owner},
                          {"asid", entry.asid},
                          {"ods_code", entry.ods_code},
                          {"check", entry.check}}
                         .dump());
}

base::Status Journal::created(const JournalEntry& entry, int status) {
  return log_.append(Json{{"event", "created"},
                          {"identifier", entry.creation.identifier},
                          {"status", status},
                          {"id", entry.id},
                          {"location", entry.location}}
                         .dump(-1, ' ', false, Json::error_handler_t::replace));
}

base::Status Journal::ended(const JournalEntry& entry) {
  if (auto status = begin(); !status) return status;
  Json line = {{"event", "ended"}, {"identifier", entry.creation.identifier}, {"state", entry.state}};
  if (!entry.id.empty()) line["id"] = entry.id;
  if (!entry.because.empty()) line["because"] = entry.because;
  return log_.append(line.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::vector<JournalEntry*> JournalFile::open() {
  std::vector<JournalEntry*> out;
  for (auto& entry : entries)
    if (!entry.settled()) out.push_back(&entry);
  return out;
}

namespace {

// Half a line stands at the end, or before the head of what came next.
bool may_be_cut(const std::vector<std::string>& lines, std::size_t at) {
  if (at == 0 || at + 1 >= lines.size()) return false;
  const Json next = Json::parse(lines[at + 1], nullptr, false);
  return next.is_object() && next.contains("schema");
}

}  // namespace

base::Result<JournalFile> read_journal(const std::filesystem::path& path) {
  const auto text = base::read_file(path);
  if (!text) return text.error();
  JournalFile file;
  auto lines = base::split(*text, '\n');
  // The last one is empty, or what was being written when the run was killed.
  file.cut = !lines.empty() && !lines.back().empty();
  if (!lines.empty()) lines.pop_back();
  if (lines.empty()) return Error{Trouble::bad_data, "is no journal: it has no whole line", path.string(), ""};
  std::vector<Json> heads;
  std::vector<std::size_t> head_of;   // of each entry
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string name = fmt::format("{}:{}", path.string(), i + 1);
    const auto json = base::parse_json(lines[i], name);
    if (!json && may_be_cut(lines, i)) {
      file.cut = true;
      continue;
    }
    if (!json) return json.error();
    Problems problems(name);
    Fields line(*json, "", problems);
    if (i == 0 || (json->is_object() && json->contains("schema"))) {
      line.schema(schema);
      heads.push_back(*json);
    } else {
      read_event(line, file.entries);
      head_of.resize(file.entries.size(), heads.size() - 1);
    }
    if (problems.any()) return problems.first();
  }
  file.head = heads.back();
  std::optional<std::size_t> of_open;
  for (std::size_t i = 0; i < file.entries.size(); ++i) {
    if (file.entries[i].settled()) continue;
    if (of_open && heads[*of_open] != heads[head_of[i]])
      return Error{Trouble::bad_data, "holds what two runs left on their targets", path.string(), "give each run a file of its own: its head and the lines behind it"};
    of_open = head_of[i];
  }
  if (of_open) file.head = heads[*of_open];
  return file;
}

}  // namespace run
