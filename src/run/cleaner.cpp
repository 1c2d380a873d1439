// SPDX-License-Identifier: Apache-2.0
#include "run/cleaner.hpp"

#include <fmt/format.h>

#include <utility>

#include "probes/pointer_requests.hpp"
#include "probes/request_builder.hpp"

namespace run {

namespace {

using model::Observation;

constexpr const char* reader = "nrl.consumer";
constexpr const char* roles[] = {"nrl.provider_a", "nrl.provider_b", "nrl.consumer"};

class Cleaner {
 public:
  Cleaner(const model::Subject& subject, Courier& courier, JournalEntry& entry, const std::string& label)
      : subject_(subject), courier_(courier), entry_(entry), label_(label) {
    pointer_.identifier = entry.creation.identifier;
    pointer_.custodian = entry.ods_code;
    pointer_.id = entry.id;
    pointer_.location = entry.location;
  }

  std::vector<std::string> clean() {
    if (pointer_.id.empty() && !look_for_it()) return std::move(ids_);
    entry_.id = pointer_.id;
    if (take_away(entry_.creation.owner)) return std::move(ids_);
    for (const char* role : roles)
      if (role != entry_.creation.owner && take_away(role)) break;
    return std::move(ids_);
  }

 private:
  Observation ask(const std::string& what, const std::string& interaction, const std::string& role) {
    auto request = probes::pointer_request(subject_, interaction, role, pointer_);
    if (auto* judgement = std::get_if<model::Judgement>(&request); judgement != nullptr) {
      Observation unsent;
      unsent.side = model::Side::ours;
      unsent.detail = judgement->because;
      return unsent;
    }
    Observation seen = courier_.ask_one({fmt::format("{}-{}-{}", label_, ++asked_, what), std::get<model::HttpExchange>(std::move(request))});
    ids_.push_back(seen.id);
    return seen;
  }

  void end(const char* state, std::string because = "") {
    entry_.state = state;
    entry_.because = std::move(because);
  }

  // By its master identifier. False when there is nothing to delete, or nothing can be known.
  bool look_for_it() {
    const Observation search = ask("search", "custodian-search", reader);
    if (const auto* found = probes::listed(search, pointer_.identifier); found != nullptr) {
      pointer_.id = found->id;
      return true;
    }
    if (probes::shows_all(search)) {
      end("never-there");
      return false;
    }
    const Observation deleted = ask("delete", "delete-by-identifier", entry_.creation.owner);
    if (probes::says_gone(deleted)) {
      end("never-there");
    } else {
      end("unknown", fmt::format("whether it is there could not be seen by searching ({}); its deletion by master identifier was answered {}",
                                 in_words(search), in_words(deleted)));
    }
    return false;
  }

  // True when it is gone.
  bool take_away(const std::string& role) {
    const Observation deleted = ask("delete", "delete", role);
    const Observation read = ask("read", "read", reader);
    if (probes::says_gone(read)) {
      end("removed");
      return true;
    }
    // What the owner was told says more than what others are.
    if (entry_.state.empty() || role == entry_.creation.owner) {
      const bool there = probes::succeeded(read);
      end(there ? "left" : "unknown", fmt::format("deleting it as {} was answered {}, reading it {}", role, in_words(deleted), in_words(read)));
    }
    return false;
  }

  const model::Subject& subject_;
  Courier& courier_;
  JournalEntry& entry_;
  const std::string& label_;
  probes::Pointer pointer_;
  std::vector<std::string> ids_;
  int asked_ = 0;
};

}  // namespace

std::vector<std::string> remove(const model::Subject& subject, Courier& courier, JournalEntry& entry, const std::string& label) {
  entry.state.clear();
  entry.because.clear();
  return Cleaner(subject, courier, entry, label).clean();
}

}  // namespace run
