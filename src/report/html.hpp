// SPDX-License-Identifier: Apache-2.0
// The report for people: one self-contained page that reads without script, shows no resource of
// others, and prints to something that can be signed. Its look is reports/report.css.
#pragma once

#include <string>

#include "model/report.hpp"

namespace report {

struct HtmlOptions {
  std::string result_digest;                // SHA-256 of result.json as written; empty: not stated
  std::string result_name = "result.json";  // how the file is called beside the page
};

std::string report_html(const model::Report& report, const HtmlOptions& options = {});

}  // namespace report
