// SPDX-License-Identifier: Apache-2.0
// One fixed report with every verdict, every cause and hostile text wherever a target can put some.
// Its renderings are reports/samples/: what the reader sees there is what the tests compare.
#pragma once

#include <string>
#include <vector>

#include "model/report.hpp"

namespace sample {

model::Report report();

// As many findings as asked, each with plausible evidence: for the budget of the HTML report.
model::Report large_report(int checks);

// Nothing could run: the line of the exit codes from 65 on.
model::Report unreachable();

// The base control was not accepted: everything behind it is open.
model::Report blocked();

// What report() is put together from.
std::vector<model::Specification> specifications();
std::vector<model::Finding> findings();
std::vector<model::Observation> observations();
model::Facts facts();

// Markup, a CDATA end, a terminal sequence, a right-to-left override, bytes that are not UTF-8.
std::string hostile(const std::string& where);

}  // namespace sample
