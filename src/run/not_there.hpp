// SPDX-License-Identifier: Apache-2.0
// A control that is not accepted because what it asks for is not there: its checks do not apply.
#pragma once

#include <optional>
#include <span>

#include "model/probe.hpp"

namespace run {

// Whether a control bound to one protocol version was hung up on at the hello, and nothing in the
// run has seen the target speak that version.
bool lacks_version(const model::Control& control, const model::Observation& seen, std::span<const model::Observation> log);

// Skipped as not-applicable: the version is not spoken, or, where that may be, there is no such
// endpoint. Nothing when the control simply failed.
std::optional<model::Judgement> not_there(const model::Control& control, const model::Observation& seen, bool endpoint_may_be_absent,
                                          std::span<const model::Observation> log);

}  // namespace run
