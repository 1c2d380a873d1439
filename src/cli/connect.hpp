// SPDX-License-Identifier: Apache-2.0
// From a job to the way there: address, proxy, trust, credentials.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/job.hpp"
#include "wire/wire.hpp"

namespace cli {

// Host and port that connections go to: the target's, or the SSP's.
model::Origin dialled(const model::Target& target);

wire::Settings wire_settings_for(const Job& job);

// The addresses of the host, the one to be tested first; pins it in the settings. Empty through a
// proxy, which resolves names itself. Fails with unreachable.
base::Result<std::vector<std::string>> find_address(const Job& job, wire::Settings& settings);

}  // namespace cli
