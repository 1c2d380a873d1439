// SPDX-License-Identifier: Apache-2.0
// The good request of an interaction, built from the profile's templates and the target's facts,
// and the words that change it.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/mutation.hpp"
#include "model/probe.hpp"

namespace probes {

// A fact of the target: from its file, else the profile's default; computed ones (aud, ssp_fqdn)
// from what is known.
std::optional<std::string> fact(const model::Subject& subject, const std::string& name);

// The label of the valid credential; nothing when none was given.
std::optional<std::string> valid_credential(const model::Subject& subject);

// The label of the credential that goes with who asks; nothing when the kit has no such one.
std::optional<std::string> credential_of(const model::Subject& subject, const model::Interaction& interaction);

// The control of an interaction, or why there is none: skipped for want of input, or inconclusive
// for want of a credential.
std::variant<model::Control, model::Judgement> good_request(const model::Subject& subject,
                                                            const model::Interaction& interaction);

// The control's exchange with mutations applied, in their order; an error in words when one cannot
// be applied or the result is the control again.
std::variant<model::HttpExchange, std::string> mutated(const model::Subject& subject, const model::Control& control,
                                                       const std::vector<model::Mutation>& mutations);

// The target facts that mutations name and the target file does not give.
std::vector<std::string> missing_facts(const model::Subject& subject, const std::vector<model::Mutation>& mutations);

// The `mutate`-like parameter of a check as mutations; the loader has validated it.
std::vector<model::Mutation> mutations_in(const base::Json& list);

// The profile's base control (probity-judging(7), CONTROLS).
const model::Interaction& base_interaction(const model::Subject& subject);

// A judgement that needs no exchange.
model::Judgement settled(model::Verdict verdict, model::Cause cause, std::string because);

}  // namespace probes
