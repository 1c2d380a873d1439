// SPDX-License-Identifier: Apache-2.0
// Whose pointers are whose: a pointer is made, somebody who must not changes it, and a reader says
// what became of it. What an answer claims counts less than what is there afterwards.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "probes/families.hpp"
#include "probes/grading.hpp"
#include "probes/pointer_requests.hpp"
#include "probes/request_builder.hpp"

namespace probes {

namespace {

using model::Cause;
using model::HttpExchange;
using model::Judgement;
using model::Observation;
using model::Step;
using model::Subject;
using model::Trial;
using model::Verdict;

constexpr const char* owner = "nrl.provider_a";
constexpr const char* reader = "nrl.consumer";

// The roles and pointers of one check.
struct Cast {
  std::string attack;      // interaction
  std::string attacker;
  std::string custodian;   // whose organisation a pointer made by the attack names
  bool creates = false;    // the attack makes a pointer
  bool on_another = true;  // it is aimed at the owner's pointer
  bool has_own = false;    // the attacker may do the same to a pointer of its own
};

Cast cast_of(const model::Check& check) {
  Cast cast;
  cast.attack = check.with.value("attack", "");
  cast.attacker = check.with.value("by", "");
  cast.custodian = check.with.value("custodian", cast.attacker);
  cast.creates = cast.attack == "create" || cast.attack.starts_with("supersede");
  cast.on_another = cast.attack != "create";
  cast.has_own = cast.on_another && cast.attacker != reader;
  return cast;
}

// The pointers as they are after the answers so far.
struct Scene {
  Cast cast;
  Pointer target;    // the owner's
  Pointer own;       // the attacker's
  Pointer made;      // what the attack would make
  Pointer heir;      // what replaces the attacker's own pointer
};

const Observation* answer(const Trial& trial, std::string_view label) {
  const std::string id = fmt::format("{}-{}{}", trial.check.id, label, trial.attempt > 1 ? "-confirm" : "");
  const auto at = std::find_if(trial.answers.begin(), trial.answers.end(), [&](const Observation& seen) { return seen.id == id; });
  return at == trial.answers.end() ? nullptr : &*at;
}

void learn(Pointer& pointer, const Observation* created, const Subject& subject) {
  if (created == nullptr || !succeeded(*created)) return;
  pointer.id = id_in(*created);
  pointer.location = model::header_value(*created, "Location").value_or("");
  if (!model::parse_url(pointer.location)) pointer.location = fmt::format("{}/DocumentReference/{}", subject.target.url, pointer.id);
}

Scene scene_of(const Trial& trial) {
  Scene scene;
  scene.cast = cast_of(trial.check);
  const auto pointer = [&](const std::string& role, const char* name) {
    return new_pointer(trial.subject, role, fmt::format("{}/{}/{}", trial.check.id, name, trial.attempt));
  };
  scene.target = pointer(owner, "target");
  scene.own = pointer(scene.cast.attacker, "own");
  scene.made = pointer(scene.cast.custodian, "made");
  scene.heir = pointer(scene.cast.attacker, "heir");
  learn(scene.target, answer(trial, "create"), trial.subject);
  learn(scene.own, answer(trial, "own-create"), trial.subject);
  learn(scene.made, answer(trial, "attack"), trial.subject);
  return scene;
}

// The request of an interaction that is aimed at `old`; what it makes, if anything, is `fresh`.
Pointer aimed(const Cast& cast, const Pointer& old, const Pointer& fresh) {
  Pointer pointer = cast.creates ? fresh : old;
  pointer.location = old.location;
  pointer.old_identifier = old.identifier;
  return pointer;
}

const model::PointerSeen* pointer_in(const Observation* read) {
  const bool one = read != nullptr && succeeded(*read) && read->resource_type == "DocumentReference" && read->pointers.size() == 1;
  return one ? &read->pointers.front() : nullptr;
}

// Why what was made cannot be used to test anything, or "".
std::string unfit(const Scene& scene, const Observation* created, const Observation* found, const Subject& subject) {
  if (created == nullptr) return "the owner's pointer was not created";
  if (!succeeded(*created)) return fmt::format("the owner's own create was not accepted: {}", in_words(*created));
  if (scene.target.id.empty()) return "the owner's create was answered without a Location, so the pointer cannot be read";
  if (found == nullptr) return "the owner's pointer was not read";
  const auto* seen = pointer_in(found);
  if (seen == nullptr) return fmt::format("the consumer cannot read the owner's pointer: {}", in_words(*found));
  if (seen->status != "current") return fmt::format("the owner's new pointer has the status \"{}\"", seen->status);
  if (!seen->identifier.empty() && seen->identifier != scene.target.identifier) return "the consumer was given another pointer than the owner's";
  const std::string attackers = fact(subject, scene.cast.attacker + ".ods_code").value_or("");
  if (scene.cast.attacker != owner && base::same_ignoring_case(seen->custodian, attackers))
    return fmt::format("the owner's pointer belongs to {} ({}), not to another", scene.cast.attacker, attackers);
  return "";
}

// What shows that the answer did not keep the pointer as it was, or "".
std::string changed(const Observation* found, const Observation* state) {
  const auto* before = pointer_in(found);
  if (before == nullptr || state == nullptr) return "";
  if (says_gone(*state)) return fmt::format("the pointer is gone ({})", in_words(*state));
  const auto* after = pointer_in(state);
  if (after == nullptr) return "";
  if (after->status != before->status) return fmt::format("its status is now \"{}\"", after->status);
  if (after->version != before->version) return fmt::format("its versionId is now \"{}\" instead of \"{}\"", after->version, before->version);
  return "";
}

std::optional<Step> step(const Trial& trial, std::string label, const std::string& interaction, const std::string& role, const Pointer& pointer,
                         std::optional<model::Creation> creates = std::nullopt) {
  auto request = pointer_request(trial.subject, interaction, role, pointer);
  auto* http = std::get_if<HttpExchange>(&request);
  if (http == nullptr) return std::nullopt;   // prepare() has tried them all
  return Step{std::move(label), std::move(*http), std::move(creates)};
}

model::Creation by(const Pointer& pointer, const std::string& role) { return {pointer.identifier, role}; }

std::optional<Step> next(const Trial& trial) {
  const Scene scene = scene_of(trial);
  const Cast& cast = scene.cast;
  const auto* own_created = answer(trial, "own-create");
  if (cast.has_own && own_created == nullptr)
    return step(trial, "own-create", "create", cast.attacker, scene.own, by(scene.own, cast.attacker));
  if (cast.has_own && (!succeeded(*own_created) || scene.own.id.empty())) return std::nullopt;
  const auto* created = answer(trial, "create");
  if (created == nullptr) return step(trial, "create", "create", owner, scene.target, by(scene.target, owner));
  if (!succeeded(*created) || scene.target.id.empty()) return std::nullopt;
  const auto* found = answer(trial, "found");
  if (found == nullptr) return step(trial, "found", "read", reader, scene.target);
  if (!unfit(scene, created, found, trial.subject).empty()) return std::nullopt;
  if (cast.creates && answer(trial, "before") == nullptr) return step(trial, "before", "custodian-search", reader, scene.made);
  const auto* attack = answer(trial, "attack");
  if (attack == nullptr) {
    std::optional<model::Creation> creates;
    if (cast.creates) creates = by(scene.made, cast.custodian);
    return step(trial, "attack", cast.attack, cast.attacker, aimed(cast, scene.target, scene.made), std::move(creates));
  }
  if (answer(trial, "state") == nullptr) return step(trial, "state", "read", reader, scene.target);
  if (cast.creates && answer(trial, "after") == nullptr) return step(trial, "after", "custodian-search", reader, scene.made);
  // That the interaction works for those who may is shown last, when what the attack did is known.
  if (succeeded(*attack) || !cast.on_another || answer(trial, "granted") != nullptr) return std::nullopt;
  std::optional<model::Creation> heir;
  if (cast.creates) heir = by(scene.heir, cast.attacker);
  if (cast.has_own) return step(trial, "granted", cast.attack, cast.attacker, aimed(cast, scene.own, scene.heir), std::move(heir));
  return step(trial, "granted", cast.attack, owner, scene.target);
}

// The roles whose requests a check needs.
std::vector<std::pair<std::string, std::string>> needed(const Cast& cast) {
  std::vector<std::pair<std::string, std::string>> requests = {{"create", owner}, {"read", reader}, {"delete", owner}, {cast.attack, cast.attacker}};
  if (cast.has_own) requests.insert(requests.end(), {{"create", cast.attacker}, {"delete", cast.attacker}});
  return requests;
}

// The organisations of the fixtures must be two, or the foreign pointer is one's own.
std::optional<Judgement> same_organisation(const Cast& cast, const Subject& subject) {
  const std::string other = cast.attacker == owner ? cast.custodian : cast.attacker;
  for (const char* what : {".asid", ".ods_code"}) {
    const auto a = fact(subject, owner + std::string(what));
    const auto b = fact(subject, other + what);
    if (a && !b)
      return settled(Verdict::skipped, Cause::needs_input, fmt::format("the target file does not give {}{}", other, what));
    if (a && b && base::same_ignoring_case(*a, *b))
      return settled(Verdict::inconclusive, Cause::control,
                     fmt::format("{} and {} have the same {} ({}): a pointer of one is no foreign pointer to the other", owner, other, what + 1, *a));
  }
  return std::nullopt;
}

model::Prepared prepare(const model::Check& check, const Subject& subject) {
  model::Prepared prepared;
  const Cast cast = cast_of(check);
  const Pointer any = new_pointer(subject, owner, check.id);
  for (const auto& [interaction, role] : needed(cast)) {
    auto request = pointer_request(subject, interaction, role, any);
    if (auto* judgement = std::get_if<Judgement>(&request); judgement != nullptr) {
      prepared.settled = std::move(*judgement);
      return prepared;
    }
  }
  prepared.settled = same_organisation(cast, subject);
  return prepared;
}

std::vector<std::string> evidence_of(const Trial& trial) {
  std::vector<std::string> ids;
  for (const char* label : {"attack", "state", "found", "after", "before", "granted", "create", "own-create"})
    if (const auto* seen = answer(trial, label); seen != nullptr) ids.push_back(seen->id);
  return ids;
}

// A pointer that the attack made, although refused or not.
std::string made_by(const Scene& scene, const Observation& attack, const Observation* before, const Observation* after) {
  if (!scene.cast.creates) return "";
  if (after != nullptr && listed(*after, scene.made.identifier) != nullptr) return "the pointer it asked for is there";
  if (!succeeded(attack) && before != nullptr && after != nullptr && before->total && after->total && *after->total > *before->total && !shows_all(*after))
    return "?";
  return "";
}

Judgement open(Cause cause, std::string because, const Trial& trial) {
  Judgement judgement = settled(Verdict::inconclusive, cause, std::move(because));
  judgement.evidence = evidence_of(trial);
  return judgement;
}

// What stands in the way of a verdict although nothing was seen to change, or nothing.
std::optional<Judgement> undecided(const Trial& trial, const Scene& scene, const Observation& attack) {
  const auto* state = answer(trial, "state");
  if (pointer_in(state) == nullptr)
    return open(Cause::ambiguous, fmt::format("the pointer could not be read afterwards: {}", state == nullptr ? "not asked" : in_words(*state)), trial);
  const auto* after = answer(trial, "after");
  const std::string made = made_by(scene, attack, answer(trial, "before"), after);
  const bool hidden = scene.cast.creates && (after == nullptr || !succeeded(*after) || after->resource_type != "Bundle" || after->truncated);
  if (made == "?" || hidden)
    return open(Cause::ambiguous,
                fmt::format("whether a pointer was made could not be seen by searching: {}",
                            after == nullptr ? "not asked" : after->truncated ? "the answer is too long to be read whole" : in_words(*after)),
                trial);
  const auto* granted = answer(trial, "granted");
  if (scene.cast.on_another && (granted == nullptr || !succeeded(*granted)))
    return open(Cause::control,
                fmt::format("refused, but so is {} for those who may ({} on a pointer of its own): {}", scene.cast.attack,
                            scene.cast.has_own ? scene.cast.attacker : owner, granted == nullptr ? "not asked" : in_words(*granted)),
                trial);
  return std::nullopt;
}

Judgement judge(const Trial& trial) {
  const Scene scene = scene_of(trial);
  if (const auto* own = answer(trial, "own-create"); scene.cast.has_own && (own == nullptr || !succeeded(*own) || scene.own.id.empty()))
    return open(Cause::control, fmt::format("{} cannot create a pointer of its own: {}", scene.cast.attacker, own == nullptr ? "not asked" : in_words(*own)), trial);
  const auto* found = answer(trial, "found");
  if (const auto why = unfit(scene, answer(trial, "create"), found, trial.subject); !why.empty()) return open(Cause::control, why, trial);
  const auto* attack = answer(trial, "attack");
  if (attack == nullptr) return open(Cause::control, "the foreign request was not sent", trial);
  Judgement judgement = judge_refusal(*attack, trial.check.expect, Column::http);
  judgement.expected += ", and the pointer as it was";
  judgement.evidence = evidence_of(trial);
  std::string harm = changed(found, answer(trial, "state"));
  const std::string made = made_by(scene, *attack, answer(trial, "before"), answer(trial, "after"));
  if (!made.empty() && made != "?") harm += (harm.empty() ? "" : "; ") + made;
  if (!harm.empty()) {
    judgement.verdict = Verdict::fail;
    judgement.cause = Cause::assertion;
    judgement.observed += "; " + harm;
    judgement.because = succeeded(*attack) ? "the request was served, and " + harm : "refused in words only: " + harm;
    return judgement;
  }
  if (judgement.verdict == Verdict::fail || judgement.verdict == Verdict::inconclusive) return judgement;
  if (auto open_question = undecided(trial, scene, *attack)) {
    open_question->expected = judgement.expected;
    open_question->observed = judgement.observed;
    return *open_question;
  }
  judgement.observed += "; the pointer is as it was";
  return judgement;
}

constexpr model::Parameter parameters[] = {
    {"attack", model::Parameter::Type::interaction, true, "", "the interaction that must be refused"},
    {"by", model::Parameter::Type::text, true, "nrl.provider_a nrl.provider_b nrl.consumer", "who asks for it"},
    {"custodian", model::Parameter::Type::text, false, "nrl.provider_a nrl.provider_b nrl.consumer",
     "whose organisation a new pointer names (default: that of who asks)"},
};

}  // namespace

constinit const model::Probe pointers = {
    .name = "pointers",
    .about = "Creates a pointer as nrl.provider_a, reads it as nrl.consumer, lets somebody who must not change it try, and reads it "
             "again: status, version and, where one could have been made, new pointers decide, whatever the answer said. Everything "
             "created stands in a journal before it is asked for, and is deleted and looked for at the end.",
    .control = "the same request by those who may: the asker's on a pointer of its own, or the owner's",
    .parameters = parameters,
    .stage = model::Stage::sequence,
    .prepare = prepare,
    .judge = judge,
    .next = next,
};

}  // namespace probes
