// SPDX-License-Identifier: Apache-2.0
// Goldens: reports/samples/ is what the tests compare with; APPROVE=1 rewrites it.
#pragma once

#include <string>

namespace golden {

// Whether reports/samples/NAME holds exactly `text`; with APPROVE=1 in the environment it does
// afterwards. Tells the first line that differs.
bool matches(const std::string& name, const std::string& text);

}  // namespace golden
