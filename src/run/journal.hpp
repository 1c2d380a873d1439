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

  [[nodiscard]] bool settled() const { return state == "removed" || state == "never-there"; }
};

class Journal {
 public:
  // `head` says what cleanup needs: paths and names, no secrets.
  Journal(std::filesystem::path path, base::Json head) : log_(std::move(path)), head_(std::move(head)) {}

  // Before the request; opens the file at the first.
  base::Status creating(const JournalEntry& entry);
  // After it: where the target says that it is.
  base::Status created(const JournalEntry& entry, int status);
  // What became of it.
  base::Status ended(const JournalEntry& entry);

  [[nodiscard]] const std::filesystem::path& path() const { return log_.path(); }
  [[nodiscard]] bool begun() const { return log_.is_open(); }

 private:
  base::DurableLog log_;
  base::Json head_;
};

struct JournalFile {
  base::Json head;
  std::vector<JournalEntry> entries;   // in the order of creation
  bool cut = false;                    // the last line is half one
  std::size_t whole = 0;               // octets before that one
};

// Fails with no_input or bad_data.
base::Result<JournalFile> read_journal(const std::filesystem::path& path);

}  // namespace run
