// SPDX-License-Identifier: Apache-2.0
// What a run creates on a target, written down before it is asked for: probity-formats(5), JOURNAL.
// One JSON object a line, so that half a line at the end is all that a kill can spoil.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/durable_log.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "model/observation.hpp"
#include "model/probe.hpp"

namespace run {

// Of something created, all that is known.
struct JournalEntry {
  model::Creation creation;
  std::string check;
  std::string asid, ods_code;   // of the owner
  std::string id;               // logical id; "" when the target has not given one
  std::string location;
  std::string state;            // "" while it may be there; removed, never-there, left, unknown
  std::string because;          // of left and unknown
  // Known to this process only. Nothing is deleted by an id that was not seen to be its own.
  bool seen = false;            // it was there, under its master identifier
  bool id_seen = false;         // and under this id
  bool inactive = false;        // it is kept, but not current: no search lists it
  bool unwanted = false;        // it was refused, or should have been

  [[nodiscard]] bool settled() const { return state == "removed" || state == "never-there"; }
};

class Journal {
 public:
  // `head` says what cleanup needs: paths and names, no secrets.
  Journal(std::filesystem::path path, base::Json head) : log_(std::move(path)), head_(std::move(head)) {}

  // Whether the file may be written: it is not there, or is a journal of which nothing is left. Fails with
  // cannot_create.
  [[nodiscard]] base::Status may_begin() const;
  // Before the request; opens the file at the first.
  base::Status creating(const JournalEntry& entry);
  // After it: where the target says that it is.
  base::Status created(const JournalEntry& entry, int status);
  // What became of it.
  base::Status ended(const JournalEntry& entry);

  [[nodiscard]] const std::filesystem::path& path() const { return log_.path(); }
  [[nodiscard]] bool begun() const { return log_.is_open(); }

 private:
  base::Status begin();

  base::DurableLog log_;
  base::Json head_;
};

struct JournalFile {
  base::Json head;                     // of the entries that are not settled, else the last one
  std::vector<JournalEntry> entries;   // in the order of creation
  bool cut = false;                    // a line is half one

  [[nodiscard]] std::vector<JournalEntry*> open();
};

// A file of one run, or of several one after another. Fails with no_input or bad_data, and where entries of
// several runs are not settled.
base::Result<JournalFile> read_journal(const std::filesystem::path& path);

}  // namespace run
