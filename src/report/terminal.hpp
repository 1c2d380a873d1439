// SPDX-License-Identifier: Apache-2.0
// The last screen of a run, as text: what failed first, how to see it again, the verdict last,
// because that is where eyes land. Printing it is the business of cli/.
#pragma once

#include <string>

#include "model/report.hpp"

namespace report {

struct Style {
  bool colour = false;
  bool ascii = false;  // no character above 0x7e: symbols become letters
  bool quiet = false;  // what stopped the run, and the verdict; nothing else
  int width = 100;     // prose is wrapped here; commands never are
  std::string html;    // where report.html lies, for pointers into it; empty: none is given
};

// Ends in a line feed. Target text in it is printable.
std::string summary(const model::Report& report, const Style& style);

}  // namespace report
