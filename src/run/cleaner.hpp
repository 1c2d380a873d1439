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

// What an answer shows of it: that it is there, under which id, and whether it is current.
void notice(JournalEntry& entry, const model::Observation& seen);

// Deletes it as its owner, else as whoever may, and looks whether it is gone; fills id, state and because in.
// By id only when that was seen to bear its master identifier, else by the master identifier alone. Its
// observations are named after `label`; their ids are returned.
std::vector<std::string> remove(const model::Subject& subject, Courier& courier, JournalEntry& entry, const std::string& label);

}  // namespace run
