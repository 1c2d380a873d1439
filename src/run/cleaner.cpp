// SPDX-License-Identifier: Apache-2.0
#include "run/cleaner.hpp"

#include <fmt/format.h>

#include <utility>

#include "probes/pointer_requests.hpp"
#include "probes/request_builder.hpp"

namespace run {

namespace {

using base::Milliseconds;
using model::Observation;
using probes::Presence;

constexpr const char* reader = "nrl.consumer";
constexpr const char* roles[] = {"nrl.provider_a", "nrl.provider_b", "nrl.consumer"};
// Between one look and the next: copies of a registry need not agree at once.
constexpr Milliseconds search_pauses[] = {Milliseconds{0}, Milliseconds{500}};
constexpr Milliseconds delete_pauses[] = {Milliseconds{0}, Milliseconds{250}, Milliseconds{500}, Milliseconds{1000}, Milliseconds{2000}};

class Cleaner {
 public:
  Cleaner(const model::Subject& subject, Courier& courier, JournalEntry& entry, const std::string& label)
      : subject_(subject), courier_(courier), entry_(entry), label_(label) {
    pointer_.identifier = entry.creation.identifier;
    pointer_.custodian = entry.ods_code;
    pointer_.location = entry.location;
  }

  std::vector<std::string> clean() {
    seek();
    if (!delete_by_id()) delete_by_identifier();
    return std::move(ids_);
  }

 private:
  Observation ask(const std::string& what, const std::string& interaction, const std::string& role) {
    pointer_.id = entry_.id;
    auto request = probes::pointer_request(subject_, interaction, role, pointer_);
    if (auto* judgement = std::get_if<model::Judgement>(&request); judgement != nullptr) {
      Observation unsent;
      unsent.side = model::Side::ours;
      unsent.detail = judgement->because;
      return unsent;
    }
    Observation seen = courier_.ask_one({fmt::format("{}-{}-{}", label_, ++asked_, what), std::get<model::HttpExchange>(std::move(request))});
    ids_.push_back(seen.id);
    notice(entry_, seen);
    return seen;
  }

  Observation read() {
    Observation seen = ask("read", "read", reader);
    // It may be the answer about any pointer that is not current, ours or not: then no search can find it.
    if (probes::presence({&seen}, pointer_.identifier) == Presence::inactive) entry_.inactive = true;
    return seen;
  }

  Observation search() {
    Observation seen = ask("search", "custodian-search", reader);
    if (probes::shows_all(seen) && probes::listed(seen, pointer_.identifier) == nullptr) ++searched_in_vain_;
    return seen;
  }

  void end(const char* state, std::string because = "") {
    entry_.state = state;
    entry_.because = std::move(because);
  }

  // The id that a target gave may be another pointer's: only what bears the master identifier is ours.
  void seek() {
    if (!entry_.id_seen && !entry_.id.empty()) (void)read();
    for (const auto pause : search_pauses) {
      if (entry_.id_seen) return;
      courier_.pause(pause);
      (void)search();
    }
  }

  // True when it is gone.
  bool delete_by_id() {
    if (!entry_.id_seen) return false;
    if (delete_as(entry_.creation.owner)) return true;
    for (const char* role : roles)
      if (role != entry_.creation.owner && delete_as(role)) return true;
    return false;
  }

  bool delete_as(const std::string& role) {
    for (const auto pause : delete_pauses) {
      courier_.pause(pause);
      const Observation deleted = ask("delete", "delete", role);
      const Observation seen = read();
      const bool served = probes::succeeded(deleted);
      if (!served && !probes::says_gone(deleted)) {
        // What the owner was told says more than what others are.
        if (told_.empty() || role == entry_.creation.owner) told_ = fmt::format("deleting it as {} was answered {}, reading it {}", role, in_words(deleted), in_words(seen));
        there_ = there_ || probes::listed(seen, pointer_.identifier) != nullptr;
        return false;
      }
      const Observation list = search();
      const Presence where = probes::presence({&seen, &list}, pointer_.identifier);
      if (where == Presence::gone || (served && where == Presence::inactive)) {
        end("removed");
        return true;
      }
      there_ = where == Presence::current || where == Presence::contradictory;
      told_ = fmt::format("deleting it as {} was answered {}, but reading it {}, and a search {}", role, in_words(deleted), in_words(seen),
                          probes::listed(list, pointer_.identifier) != nullptr ? "lists it" : "does not list it");
    }
    return false;
  }

  // Never by an id. What is told of it counts only when the registry itself says that there is no such record: a
  // deletion that succeeds is asked for twice, for there are registries where it always does.
  void delete_by_identifier() {
    Observation deleted = ask("delete-by-identifier", "delete-by-identifier", entry_.creation.owner);
    if (probes::succeeded(deleted)) {
      deleted = ask("delete-by-identifier", "delete-by-identifier", entry_.creation.owner);
      if (probes::says_no_record(deleted)) entry_.seen = true;
    }
    Observation list = search();
    // A search that shows all and twice does not list it: then it is not there, unless it is kept inactive.
    if (searched_in_vain_ == 1 && !probes::says_no_record(deleted)) {
      courier_.pause(search_pauses[1]);
      list = search();
    }
    const bool is_listed = probes::listed(list, pointer_.identifier) != nullptr;
    if (!is_listed && (probes::says_no_record(deleted) || (searched_in_vain_ >= 2 && !entry_.inactive && !there_)))
      return end(entry_.seen ? "removed" : "never-there");
    const std::string seen_as = is_listed ? "a search lists it" : probes::shows_all(list) ? "a search does not list it" : fmt::format("it could not be seen by searching ({})", in_words(list));
    end(is_listed || there_ ? "left" : "unknown",
        fmt::format("{}{}; its deletion by master identifier was answered {}", told_.empty() ? "" : told_ + "; ", seen_as, in_words(deleted)));
  }

  const model::Subject& subject_;
  Courier& courier_;
  JournalEntry& entry_;
  const std::string& label_;
  probes::Pointer pointer_;
  std::vector<std::string> ids_;
  std::string told_;            // why deleting by id failed
  bool there_ = false;          // it was read after that
  int searched_in_vain_ = 0;    // complete searches that did not list it
  int asked_ = 0;
};

}  // namespace

void notice(JournalEntry& entry, const Observation& seen) {
  const auto* pointer = probes::succeeded(seen) ? probes::listed(seen, entry.creation.identifier) : nullptr;
  if (pointer == nullptr) return;
  entry.seen = true;
  entry.inactive = entry.inactive || pointer->status != "current";
  if (pointer->id.empty()) return;
  entry.id = pointer->id;
  entry.id_seen = true;
}

std::vector<std::string> remove(const model::Subject& subject, Courier& courier, JournalEntry& entry, const std::string& label) {
  entry.state.clear();
  entry.because.clear();
  return Cleaner(subject, courier, entry, label).clean();
}

}  // namespace run
