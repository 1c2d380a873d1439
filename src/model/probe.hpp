// SPDX-License-Identifier: Apache-2.0
// A probe is a value: how a family of checks plans its exchanges and judges the observations. It
// does no I/O and keeps no state; run/ does all the talking.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "model/check.hpp"
#include "model/credential.hpp"
#include "model/exchange.hpp"
#include "model/observation.hpp"
#include "model/profile.hpp"
#include "model/target.hpp"
#include "model/tls_facts.hpp"

namespace model {

// One parameter a check of this probe may give under `with`.
struct Parameter {
  enum class Type { text, texts, number, boolean, mutations, interaction, interactions };
  std::string_view name;
  Type type = Type::text;
  bool required = false;
  std::string_view words;   // allowed words, separated by spaces; empty = any
  std::string_view about;
};

template <>
struct Words<Parameter::Type> {
  using T = Parameter::Type;
  static constexpr std::pair<T, std::string_view> table[] = {{T::text, "text"},
                                                             {T::texts, "list of texts"},
                                                             {T::number, "number"},
                                                             {T::boolean, "true or false"},
                                                             {T::mutations, "list of mutations"},
                                                             {T::interaction, "interaction"},
                                                             {T::interactions, "list of interactions"}};
};

// The opinion of a probe on what it was shown.
struct Judgement {
  Verdict verdict = Verdict::inconclusive;
  Cause cause = Cause::none;
  std::string expected;
  std::string observed;
  std::string because;
  Layer layer = Layer::none;
  std::vector<std::string> evidence;   // observation ids it rests on, the telling ones first
  // Observations a failure rests on: asked once more before the failure is believed.
  std::vector<std::string> suspects;
  std::vector<std::string> reproduce = {};   // lines that show just this, before those of the preparation
  // The answer was a bare close: ask the same once more, and judge both together.
  bool ask_again = false;
};

// What a probe may know when it plans.
struct Subject {
  const Profile& profile;
  const Target& target;
  std::span<const CredentialInfo> credentials;
  Revocation revocation = Revocation::unknown;
  std::span<const std::string> trusted_names = {};  // of the CAs the kit says the target shall trust
  std::string_view lists = {};                      // the kit's revocation lists and their dates, in words
  base::EpochSeconds now = 0;                       // when the run began
  std::string run_id = {};                          // a UUID; names what a check creates
};

// The good exchange that a check is a mutation of, and what accepting it looks like.
struct Control {
  std::string id;         // metadata, patient-search@structured
  HttpExchange exchange;
  std::string resource;   // resourceType of an accepting answer; empty = any 2xx
};

// A check made ready for one target.
struct Prepared {
  std::optional<Judgement> settled;     // decided without asking: skipped, or nothing to ask with
  std::optional<Control> control;       // absent: judged on the TLS survey or on others' observations
  std::vector<Exchange> asks;           // each one mutation of the control
  std::vector<std::string> reproduce;   // lines to paste into a shell, but for the `probity run` line
  // Asked beside the TLS survey, between known-good hellos, instead of between two controls.
  bool beside_survey = false;
  // Judged on what is asked after the survey, in the light of what it found (probes/vulnerabilities.hpp).
  bool after_survey = false;
  // The control answering 404, 405 or 501 means that the target has no such endpoint.
  bool absent_endpoint_is_not_applicable = false;
};

// Another check and what became of it, for probes whose verdict leans on a whole family (scope).
struct Sibling {
  const Check* check = nullptr;
  Judgement judgement;
};

// Something a step brings into being on the target. It is in the journal before the step is sent, and
// run/ takes it away again whatever happens.
struct Creation {
  std::string identifier;   // urn:uuid:..., the pointer's master identifier
  std::string owner;        // group of target facts of who may delete it: nrl.provider_a

  friend bool operator==(const Creation&, const Creation&) = default;
};

// The next thing to send in a sequence. Its observation is called CHECK-LABEL.
struct Step {
  std::string label;
  HttpExchange exchange;
  std::optional<Creation> creates;
  bool unwanted = false;            // what it creates must not come to be
  base::Milliseconds pause{0};      // before it is sent
};

struct Trial {
  const Check& check;
  const Subject& subject;
  const Prepared& prepared;
  std::span<const Observation> answers;      // to this check's own asks, in their order
  const TlsFacts& tls;
  std::span<const Observation> everything;   // all observations of the run so far
  int attempt = 1;                           // of a sequence: a failure is seen twice before it is believed
};

// When a check can be judged.
enum class Stage {
  survey,   // on the TLS survey alone
  epoch,    // on its own answers, between two controls
  sequence, // on a sequence of steps, each planned on the answers so far; alone, after the epochs
  end,      // on everything, after the last epoch
};

struct Probe {
  std::string_view name;
  std::string_view about;            // how it tests, in two or three sentences
  std::string_view control;          // which control its checks have, in words
  std::span<const Parameter> parameters;
  Stage stage = Stage::epoch;
  Prepared (*prepare)(const Check& check, const Subject& subject) = nullptr;
  Judgement (*judge)(const Trial& trial) = nullptr;
  // Of a sequence: what to send after these answers; nothing when the sequence is over.
  std::optional<Step> (*next)(const Trial& trial) = nullptr;
  // Optional second thought once all checks have a first judgement; siblings are all of them.
  Judgement (*settle)(const Trial& trial, Judgement first, std::span<const Sibling> siblings) = nullptr;
};

const Probe* find_probe(std::span<const Probe> probes, std::string_view name);

// The control that probity-judging(7), CONTROLS calls good: 2xx with the control's resource type.
bool accepts(const Control& control, const Observation& seen);

}  // namespace model
