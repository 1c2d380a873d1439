// SPDX-License-Identifier: Apache-2.0
// What a check changed of its good request, read from what was asked: nothing is stored for it.
#pragma once

#include <string>
#include <vector>

#include "model/report.hpp"

namespace report {

// The latest good request beside a finding that it differs from; nothing when the finding has none, or
// the observation is itself a control.
const model::Observation* control_beside(const model::Report& report, const model::Finding& finding, const model::Observation& seen);

// "Ssp-To: 123456789123 (in the good request: 200000000116)", "without Authorization"; trace ids and
// lengths aside, which change by themselves.
std::vector<std::string> changes(const model::HttpExchange& good, const model::HttpExchange& sent);

// The changes of the finding's first own request, on one line; "" when it has none.
std::string changes_in_words(const model::Report& report, const model::Finding& finding);

// A text of lines, and which of them the other text lacks.
struct MarkedLine {
  std::string text;
  bool differs = false;
};
std::vector<MarkedLine> marked_lines(const std::string& text, const std::string& other);

}  // namespace report
