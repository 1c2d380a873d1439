// SPDX-License-Identifier: Apache-2.0
// Takes away what a run created, and looks whether it is gone: after each sequence of a run, and for
// `probity cleanup`.
#pragma once

#include <string>
#include <vector>

#include "model/probe.hpp"
#include "run/courier.hpp"
#include "run/journal.hpp"

namespace run {

// Deletes it as its owner, else as whoever may, and has it read; fills id, state and because in. Its
// observations are named after `label`; their ids are returned.
std::vector<std::string> remove(const model::Subject& subject, Courier& courier, JournalEntry& entry, const std::string& label);

}  // namespace run
