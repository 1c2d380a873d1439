// SPDX-License-Identifier: Apache-2.0
// Every text of a report that a target, a profile or a user can have a hand in, one after the
// other: what the property tests fill with noise.
#pragma once

#include <functional>

#include "model/report.hpp"

namespace sample {

void each_text(model::Report& report, const std::function<void(std::string&)>& change);

// A small report with one of everything, and not one text empty: two fillings of it differ in text
// alone, so their renderings must have the same structure.
model::Report one_of_everything();

}  // namespace sample
