// SPDX-License-Identifier: Apache-2.0
// Whose pointers are whose: a pointer is made, somebody who must not changes it, and a reader says
// what became of it. What an answer claims counts less than what is there afterwards.
#include <fmt/format.h>

#include <iterator>

#include "base/text.hpp"
#include "probes/families.hpp"
#include "probes/grading.hpp"
#include "probes/pointer_scene.hpp"
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

constexpr const char *owner = pointer_owner, *reader = pointer_reader;

// Copies of a registry need not agree at once: what is not seen yet is looked for again, after these.
constexpr base::Milliseconds pauses[] = {base::Milliseconds{0}, base::Milliseconds{250}, base::Milliseconds{500}, base::Milliseconds{1000},
                                         base::Milliseconds{2000}};
constexpr std::size_t most_looks = std::size(pauses);
constexpr std::size_t looks_at_harm = 3;   // what is seen changed so often has changed

std::optional<Step> step(const Trial& trial, std::string label, const std::string& interaction, const std::string& role, const Pointer& pointer,
                         std::optional<model::Creation> creates = std::nullopt) {
  auto request = pointer_request(trial.subject, interaction, role, pointer);
  auto* http = std::get_if<HttpExchange>(&request);   // prepare() has tried them all
  return http == nullptr ? std::nullopt : std::optional(Step{std::move(label), std::move(*http), std::move(creates)});
}

model::Creation by(const Pointer& pointer, const std::string& role) { return {pointer.identifier, role}; }

// The request of an interaction that is aimed at `old`; what it makes, if anything, is `fresh`.
Pointer aimed(const Cast& cast, const Pointer& old, const Pointer& fresh) {
  Pointer pointer = cast.creates ? fresh : old;
  pointer.location = old.location;
  pointer.old_identifier = old.identifier;
  return pointer;
}

// The next of a series of reads or searches, until one satisfies or enough were made.
template <class Satisfies>
std::optional<Step> look(const Trial& trial, const char* label, const char* interaction, const Pointer& pointer, std::size_t most, Satisfies satisfies) {
  const auto looks = series(trial, label);
  if (looks.size() >= most || (!looks.empty() && satisfies(*looks.back()))) return std::nullopt;
  auto again = step(trial, again_label(label, looks.size()), interaction, reader, pointer);
  if (again) again->pause = pauses[looks.size()];
  return again;
}

// A pointer that has to be there before anything can be tried on it.
std::optional<Step> make(const Trial& trial, const char* label, const char* found, const std::string& role, const Pointer& pointer) {
  const auto* created = answer(trial, label);
  if (created == nullptr) return step(trial, label, "create", role, pointer, by(pointer, role));
  if (!succeeded(*created) || pointer.id.empty()) return std::nullopt;
  // Where another pointer is given, it will not become the right one.
  return look(trial, found, "read", pointer, most_looks, [](const Observation& seen) { return pointer_in(seen) != nullptr; });
}

// The owner's pointer, until it is seen as it was, or changed often enough; then whether a search lists it still.
std::optional<Step> look_at_state(const Trial& trial, const Scene& scene, const char* label, const char* sought) {
  const auto as_it_was = [&](const Observation&) { return aftermath(trial, scene).as_it_was; };
  if (auto again = look(trial, label, "read", scene.target, looks_at_harm, as_it_was)) return again;
  const Aftermath seen = aftermath(trial, scene);
  if (seen.harm.empty() || seen.wavers || answer(trial, sought) != nullptr) return std::nullopt;
  return step(trial, sought, "custodian-search", reader, scene.target);
}

bool is_changed(const Observation& read, const Pointer& pointer) {
  const Presence where = presence({&read}, pointer.identifier);
  return where == Presence::gone || where == Presence::inactive;
}

// That those who may are served is shown last, when what the attack did is known, and made to show how soon
// changes can be seen.
std::optional<Step> show_granted(const Trial& trial, const Scene& scene) {
  const Cast& cast = scene.cast;
  const auto* granted = answer(trial, "granted");
  if (granted == nullptr) {
    auto heir = cast.creates ? std::optional(by(scene.heir, cast.granted)) : std::nullopt;
    return step(trial, "granted", cast.attack, cast.granted, cast.on_another ? aimed(cast, scene.own, scene.heir) : scene.heir, std::move(heir));
  }
  if (!succeeded(*granted)) return std::nullopt;
  if (cast.on_another)
    if (auto again = look(trial, "visible", "read", scene.own, most_looks, [&](const Observation& seen) { return is_changed(seen, scene.own); }))
      return again;
  if (auto again = look_at_state(trial, scene, "final", "final-sought")) return again;
  if (!cast.creates) return std::nullopt;
  return look(trial, "shown", "custodian-search", scene.heir, most_looks, [&](const Observation& seen) { return listed(seen, scene.heir.identifier) != nullptr; });
}

std::optional<Step> next(const Trial& trial) {
  const Scene scene = scene_of(trial);
  const Cast& cast = scene.cast;
  if (cast.on_another) {
    if (auto first = make(trial, "own-create", "own-found", cast.granted, scene.own)) return first;
    if (!shows(last(trial, "own-found"), scene.own)) return std::nullopt;
  }
  if (auto first = make(trial, "create", "found", owner, scene.target)) return first;
  if (!unfit(trial, scene).empty()) return std::nullopt;
  const auto* attack = answer(trial, "attack");
  if (attack == nullptr) {
    auto creates = cast.creates ? std::optional(by(scene.made, cast.custodian)) : std::nullopt;
    auto tried = step(trial, "attack", cast.attack, cast.attacker, aimed(cast, scene.target, scene.made), std::move(creates));
    if (tried) tried->unwanted = true;
    return tried;
  }
  if (auto again = look_at_state(trial, scene, "state", "sought")) return again;
  if (!succeeded(*attack) && aftermath(trial, scene).as_it_was)
    if (auto again = show_granted(trial, scene)) return again;
  if (cast.creates && answer(trial, "after") == nullptr) return step(trial, "after", "custodian-search", reader, scene.made);
  return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> needed(const Cast& cast) {
  return {{"create", owner}, {"read", reader}, {"delete", owner}, {cast.attack, cast.attacker}, {"create", cast.granted}, {"delete", cast.granted}};
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
  for (const char* label : {"attack", "state", "sought", "final", "final-sought", "found", "after", "granted", "visible", "shown", "create", "own-create", "own-found"})
    for (const auto* seen : series(trial, label)) ids.push_back(seen->id);
  return ids;
}

Judgement open(Cause cause, std::string because, const Trial& trial) {
  Judgement judgement = settled(Verdict::inconclusive, cause, std::move(because));
  judgement.evidence = evidence_of(trial);
  return judgement;
}

std::string said(const Observation* seen) { return seen == nullptr ? "not asked" : in_words(*seen); }

// Why a search that does not list what the attack asked for does not show that it is not there, or "".
std::string hidden(const Observation* search) {
  if (search != nullptr && search->truncated) return "the answer is too long to be read whole";
  if (search == nullptr || !succeeded(*search) || search->resource_type != "Bundle") return said(search);
  if (search->more_pages) return "the answer is one page of several";
  if (search->unnamed > 0) return fmt::format("{} of the answer say not whose they are", base::counted(static_cast<std::size_t>(search->unnamed), "entry"));
  return shows_all(*search) ? "" : "the answer does not list all that it counts";
}

// What stands in the way of a verdict although nothing was seen to change, or nothing.
std::optional<Judgement> undecided(const Trial& trial, const Scene& scene) {
  const Cast& cast = scene.cast;
  const Aftermath seen = aftermath(trial, scene);
  if (!seen.as_it_was && answer(trial, "final") == nullptr)
    return open(Cause::ambiguous, fmt::format("the pointer could not be read afterwards: {}", said(last(trial, "state"))), trial);
  const auto* granted = answer(trial, "granted");
  if (granted == nullptr || !succeeded(*granted))
    return open(Cause::control,
                fmt::format("refused, but so is {} for those who may ({}{}): {}", cast.attack, cast.granted,
                            cast.on_another ? " on a pointer of its own" : "", said(granted)),
                trial);
  const auto* visible = last(trial, "visible");
  if (cast.on_another && (visible == nullptr || !is_changed(*visible, scene.own)))
    return open(Cause::control, fmt::format("what {} changed by right cannot be seen by reading, so that nothing else could be: {}", cast.granted, said(visible)), trial);
  if (answer(trial, "final") == nullptr || !seen.as_it_was)
    return open(Cause::ambiguous, fmt::format("the pointer could not be read at the end: {}", said(last(trial, "final"))), trial);
  if (!cast.creates) return std::nullopt;
  const auto* shown = last(trial, "shown");
  const bool is_shown = shown != nullptr && listed(*shown, scene.heir.identifier) != nullptr;
  std::string why = is_shown ? "" : hidden(shown);
  if (why.empty()) why = hidden(answer(trial, "after"));
  if (!why.empty()) return open(Cause::ambiguous, "whether a pointer was made could not be seen by searching: " + why, trial);
  if (is_shown) return std::nullopt;
  return open(Cause::control, fmt::format("whether a pointer was made could not be seen by searching: one that was made by right is not listed ({})", said(shown)), trial);
}

// Why nothing could be tried, or nothing.
std::optional<Judgement> untried(const Trial& trial, const Scene& scene) {
  const std::string& who = scene.cast.granted;
  if (const auto* own = answer(trial, "own-create"); scene.cast.on_another) {
    if (own == nullptr || !succeeded(*own) || scene.own.id.empty())
      return open(Cause::control, fmt::format("{} cannot create a pointer of its own: {}", who, said(own)), trial);
    if (const auto* found = last(trial, "own-found"); !shows(found, scene.own)) {
      const bool another = found != nullptr && pointer_in(*found) != nullptr && pointer_in(*found)->identifier != scene.own.identifier;
      return open(Cause::control, another ? fmt::format("the consumer was given another pointer than the one that {} created", who)
                                          : fmt::format("the consumer cannot read the pointer that {} created: {}", who, said(found)), trial);
    }
  }
  if (const auto why = unfit(trial, scene); !why.empty()) return open(Cause::control, why, trial);
  if (answer(trial, "attack") == nullptr) return open(Cause::control, "the foreign request was not sent", trial);
  return std::nullopt;
}

Judgement judge(const Trial& trial) {
  const Scene scene = scene_of(trial);
  if (auto judgement = untried(trial, scene)) return *judgement;
  const auto& attack = *answer(trial, "attack");
  Judgement judgement = judge_refusal(attack, trial.check.expect, Column::http);
  judgement.expected += ", and the pointer as it was";
  judgement.evidence = evidence_of(trial);
  const Aftermath seen = aftermath(trial, scene);
  std::string harm = seen.wavers ? "" : seen.harm;
  const auto* after = answer(trial, "after");
  if (scene.cast.creates && after != nullptr && listed(*after, scene.made.identifier) != nullptr)
    harm += std::string(harm.empty() ? "" : "; ") + "the pointer it asked for is there";
  if (!harm.empty()) {
    judgement.verdict = Verdict::fail;
    judgement.cause = Cause::assertion;
    judgement.observed += "; " + harm;
    judgement.because = succeeded(attack) ? "the request was served, and " + harm : "refused in words only: " + harm;
    return judgement;
  }
  if (judgement.verdict == Verdict::fail || judgement.verdict == Verdict::inconclusive) return judgement;
  auto question = seen.wavers ? open(Cause::ambiguous, fmt::format("reads contradict each other: {}, and later it was as before", seen.harm), trial)
                              : undecided(trial, scene);
  if (question) {
    question->expected = judgement.expected;
    question->observed = judgement.observed;
    return *question;
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
    .control = "the same request by those who may, on a pointer of their own, and that what it did can be seen",
    .parameters = parameters,
    .stage = model::Stage::sequence,
    .prepare = prepare,
    .judge = judge,
    .next = next,
};

}  // namespace probes
