// SPDX-License-Identifier: Apache-2.0
// The parts of the HTML report, in the order of the page. html.cpp puts them together.
#pragma once

#include <string>
#include <string_view>

#include "model/report.hpp"
#include "report/html.hpp"
#include "report/html_index.hpp"
#include "report/html_writer.hpp"

namespace report {

struct Page {
  Html& html;
  const model::Report& report;
  const Index& index;
  const HtmlOptions& options;
};

// html_head.cpp: the verdict, what was tested, and how it went at a glance.
void write_head(Page& page);
void write_contents(Page& page);
void write_at_a_glance(Page& page);

// html_open.cpp: what somebody has to do something about.
void write_needs_action(Page& page);
void write_not_tested(Page& page);
void write_waivers(Page& page);
void write_change(Page& page);

// html_requirement.cpp, html_finding.cpp, html_evidence.cpp: the record itself.
void write_requirements(Page& page);
void write_finding(Page& page, const model::Finding& finding);
void write_evidence(Page& page, const model::Finding& finding);

// html_facts.cpp: what was learnt on the way, and under which conditions.
void write_credentials(Page& page);
void write_tls(Page& page);
void write_conditions(Page& page);

// html_created.cpp
void write_created(Page& page);

// html_closing.cpp
void write_definitions(Page& page);
void write_declaration(Page& page);
void write_integrity(Page& page);

// Small things that all parts use (html_small.cpp).

// The style class of a verdict: good, bad, caution, open, none, part, waived.
std::string_view tone(model::Verdict verdict);
std::string_view tone(model::RequirementVerdict verdict);
std::string_view tone(model::RunVerdict verdict);

// Shape in a small box, then the word: colour is never alone.
void badge(Html& html, std::string_view tone, std::string_view shape, std::string_view word);
void badge(Html& html, model::Verdict verdict);
void badge(Html& html, model::RequirementVerdict verdict);

// A link inside the page.
void link_to(Html& html, std::string_view fragment, std::string_view text);
// A link to the full telling of a check.
void link_to_check(Page& page, const model::Finding& finding, std::string_view text);
// A link out, when it is http or https; else just the text. Nothing else gets into an href.
void link_out(Html& html, std::string_view url, std::string_view text);

// <dt>name</dt><dd>value</dd>, left out when the value is empty.
void row(Html& html, std::string_view name, std::string_view value);
void row_code(Html& html, std::string_view name, std::string_view value);

// Target text of any length, cut where it stops being readable.
std::string clipped(std::string_view text, std::size_t limit = 400);

// What a line has room for: what was observed, or for an open or untested check why.
std::string seen_or_reason(const model::Report& report, const model::Finding& finding);

// The head of a table.
void write_columns(Html& html, std::initializer_list<std::string_view> names);

// With a capital at the start.
std::string sentence_case(std::string_view text);

// "2026-11-23 14:05:10 UTC".
std::string utc(base::EpochSeconds time);
std::string day(base::EpochSeconds time);

}  // namespace report
