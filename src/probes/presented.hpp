// SPDX-License-Identifier: Apache-2.0
// What the probes of client certificates share: the control on connections of its own, and the
// question whether the certificate in question really reached the target.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "model/probe.hpp"

namespace probes {

// The first credential of a kind; null when there is none.
const model::CredentialInfo* find_credential(const model::Subject& subject, model::CredentialKind kind);

// Prepared with the base control on fresh connections (what a kept connection has authenticated
// proves nothing), bound to the protocol version that the check names, if it names one; or settled:
// behind an SSP, or without a valid credential.
model::Prepared apart_from_control(const model::Check& check, const model::Subject& subject);

// `version` as a parameter of a check.
constexpr model::Parameter version_parameter(bool required, std::string_view about) {
  return {"version", model::Parameter::Type::text, required, "TLSv1.2 TLSv1.3", about};
}

// A credential of this kind that is what its kind says; or else why the check cannot be made.
std::variant<const model::CredentialInfo*, model::Judgement> usable_credential(const model::Subject& subject, model::CredentialKind kind);

// The judgement of the second try, after a first one that was a bare close: both outcomes are kept,
// and they must agree.
model::Judgement agreed(model::Judgement second, const model::Observation& first, const model::Observation& last);

// Whether the connection ended instead of an answer.
bool hung_up(const model::Observation& seen);

// Inconclusive when the credential (null: none) did not reach the target; nothing when it did, or
// when the grading table has a row for what happened instead.
std::optional<model::Judgement> not_presented(const model::Observation& seen, const model::CredentialInfo* credential);

// Served: an HTTP answer 2xx.
bool served(const model::Observation& seen);

}  // namespace probes
