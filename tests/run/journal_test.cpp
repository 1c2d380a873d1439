// SPDX-License-Identifier: Apache-2.0
#include "base/files.hpp"
#include "base/text.hpp"
#include "run/journal.hpp"
#include "tests/catch.hpp"
#include "tests/support/temp_folder.hpp"

namespace {

const std::string head = "{\"schema\":\"probity.journal/1\"}\n";
const std::string creating = "{\"event\":\"creating\",\"identifier\":\"urn:uuid:1\",\"owner\":\"nrl.provider_a\",\"ods_code\":\"MHT01\"}\n";

struct Written {
  support::TempFolder folder;
  base::Result<run::JournalFile> read(const std::string& text) const {
    REQUIRE(base::write_file(folder.path() / "j", text));
    return run::read_journal(folder.path() / "j");
  }
};

}  // namespace

TEST_CASE("what was written is read again") {
  const support::TempFolder folder;
  run::Journal journal(folder.path() / "journal.jsonl", {{"schema", "probity.journal/1"}, {"run", "r"}});
  run::JournalEntry entry;
  entry.creation = {"urn:uuid:1", "nrl.provider_a"};
  entry.check = "pointers.x";
  entry.asid = "200000000118";
  entry.ods_code = "MHT01";
  CHECK_FALSE(journal.begun());
  REQUIRE(journal.creating(entry));
  entry.id = "7";
  entry.location = "https://r/7";
  REQUIRE(journal.created(entry, 201));
  auto file = run::read_journal(journal.path());
  REQUIRE(file);
  REQUIRE(file->entries.size() == 1);
  CHECK(file->head["run"] == "r");
  CHECK(file->entries[0].id == "7");
  CHECK_FALSE(file->entries[0].settled());
  entry.state = "removed";
  REQUIRE(journal.ended(entry));
  file = run::read_journal(journal.path());
  REQUIRE(file);
  CHECK(file->entries[0].settled());
}

TEST_CASE("half a line at the end is left out of account") {
  const Written written;
  auto file = written.read(head + creating + "{\"event\":\"crea");
  REQUIRE(file);
  CHECK(file->cut);
  CHECK(file->entries.size() == 1);
  CHECK(file->open().size() == 1);
}

TEST_CASE("a file of one run after another, and what a kill cut short between them") {
  const Written written;
  const std::string second = "{\"schema\":\"probity.journal/1\",\"run\":\"2\"}\n", ended = "{\"event\":\"ended\",\"identifier\":\"urn:uuid:1\",\"state\":\"removed\"}\n";
  const std::string other = base::replace_all(creating, "uuid:1", "uuid:2");
  auto file = written.read(head + creating + "{\"event\":\"crea\n" + head + ended + second + other);
  REQUIRE(file);
  CHECK(file->cut);
  REQUIRE(file->entries.size() == 2);
  REQUIRE(file->open().size() == 1);
  CHECK(file->open().front()->creation.identifier == "urn:uuid:2");
  CHECK(file->head["run"] == "2");
  // The head of what is open is the one that counts.
  file = written.read(second + creating + head + other + base::replace_all(ended, "uuid:1", "uuid:2"));
  REQUIRE(file);
  CHECK(file->head["run"] == "2");
  file = written.read(head + creating + second + other);
  REQUIRE_FALSE(file);
  CHECK_THAT(file.error().what, ContainsSubstring("two runs"));
}

TEST_CASE("a journal of which something is left is not written on, and half a line is not glued to the next") {
  const support::TempFolder folder;
  const auto path = folder.path() / "journal.jsonl";
  run::JournalEntry entry;
  entry.creation = {"urn:uuid:2", "nrl.provider_a"};
  REQUIRE(base::write_file(path, head + creating + "{\"event\":\"crea"));
  run::Journal second(path, {{"schema", "probity.journal/1"}, {"run", "2"}});
  const auto refused = second.creating(entry);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == base::Trouble::cannot_create);
  CHECK_THAT(refused.error().hint, ContainsSubstring("probity cleanup"));
  run::Journal cleanup(path, {{"schema", "probity.journal/1"}});
  auto file = run::read_journal(path);
  REQUIRE(file);
  file->entries[0].state = "removed";
  REQUIRE(cleanup.ended(file->entries[0]));
  REQUIRE(second.creating(entry));
  file = run::read_journal(path);
  REQUIRE(file);
  CHECK(file->entries.size() == 2);
  CHECK(file->head["run"] == "2");
  REQUIRE(base::write_file(path, "something else\n"));
  CHECK_FALSE(run::Journal(path, {{"schema", "probity.journal/1"}}).may_begin());
}

TEST_CASE("what is no journal is said to be none, with its line") {
  const Written written;
  const auto mistake = [&](const std::string& text) {
    const auto file = written.read(text);
    REQUIRE_FALSE(file);
    CHECK(file.error().kind == base::Trouble::bad_data);
    return file.error().where + ": " + file.error().what;
  };
  CHECK_THAT(mistake(""), ContainsSubstring("no whole line"));
  CHECK_THAT(mistake("{\"schema\":\"probity.kit/1\"}\n"), ContainsSubstring("j:1"));
  CHECK_THAT(mistake(head + "half\n" + creating), ContainsSubstring("j:2"));
  CHECK_THAT(mistake(head + "{\"event\":\"ended\",\"identifier\":\"urn:uuid:2\",\"state\":\"removed\"}\n"), ContainsSubstring("was not begun"));
  CHECK_THAT(mistake(head + creating + "{\"event\":\"ended\",\"identifier\":\"urn:uuid:1\",\"state\":\"gone\"}\n"), ContainsSubstring("gone"));
  CHECK(run::read_journal("/nonexistent/j").error().kind == base::Trouble::no_input);
}
