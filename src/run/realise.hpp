// SPDX-License-Identifier: Apache-2.0
// From a planned exchange to one that can leave: tokens are minted, trace ids and dates filled in,
// at the moment of sending and for one request only.
#pragma once

#include <string>
#include <string_view>

#include "base/time.hpp"
#include "model/exchange.hpp"

namespace run {

// The last group of the trace id of an observation: the same in every run, so that results diff well.
std::string trace_suffix(const std::string& observation_id);

// The whole trace id: the first four groups of the run's UUID, then the suffix. An operator finds a
// run in the target's log by its beginning, and one request by its end.
std::string trace_id(const std::string& run_id, const std::string& observation_id);

// `server_key`: the target's public key, where it is known (CertificateFacts::public_key).
model::Exchange realised(const model::Exchange& planned, const std::string& trace_id, base::EpochSeconds now, std::string_view server_key);

// What is missing to send it, in words; "" when nothing is.
std::string missing_for(const model::Exchange& planned, std::string_view server_key);

}  // namespace run
