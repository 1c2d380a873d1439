// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/text.hpp"
#include "report/html_parts.hpp"
#include "report/words.hpp"

namespace report {

namespace {

using model::Finding;
using model::Verdict;

bool needs_reading(const Finding& finding) {
  return finding.verdict == Verdict::fail || finding.verdict == Verdict::inconclusive;
}

void write_summary(Page& page, const Finding& finding) {
  Html& html = page.html;
  const auto summary = html.in("summary");
  badge(html, finding.verdict);
  html.text(" ");
  const auto title = html.in("span", {{"class", "title"}});
  {
    const auto heading = html.in("h5");
    html.text(clipped(finding.check.title, 200));
  }
  html.text(" ");
  html.element("code", clipped(finding.check.id, 120));
  if (needs_reading(finding)) return;
  html.text(" ").element("small", seen_or_reason(page.report, finding));
}

void write_expected_and_observed(Page& page, const Finding& finding) {
  if (finding.expected.empty() && finding.observed.empty()) return;
  Html& html = page.html;
  const auto pair = html.in("dl", {{"class", "pair"}});
  {
    const auto half = html.in("div");
    html.element("dt", "Expected");
    html.element("dd", finding.expected.empty() ? "–" : clipped(finding.expected, 600));
  }
  const auto half =
      html.in("div", {{"class", finding.verdict == Verdict::pass ? "same" : "other"}});
  html.element("dt", "Observed");
  html.element("dd", finding.observed.empty() ? "nothing" : clipped(finding.observed, 600));
}

void write_terms(Page& page, const Finding& finding) {
  Html& html = page.html;
  const auto list = html.in("dl", {{"class", "terms"}});
  row(html, "Level", model::word(finding.check.level));
  row(html, "Severity", model::word(finding.check.severity));
  if (finding.cause != model::Cause::none)
    row(html, "Cause", fmt::format("{}: {}", model::word(finding.cause), label(finding.cause)));
  if (finding.layer != model::Layer::none) row(html, "Decided in", model::word(finding.layer));
  row(html, "Control", clipped(control_in_words(finding), 300));
  for (const auto& line : parameters_in_words(finding.check.with))
    row(html, "With", clipped(line, 300));
  row(html, "Probe", clipped(finding.check.probe, 120));
  if (finding.ms > 0) row(html, "Took", duration_in_words(finding.ms));
  if (finding.check.cites.size() > 1) row(html, "Cites", base::join(finding.check.cites, ", "));
}

// For a pass the short way to see it again is enough; result.json has the long one.
std::vector<std::string> lines_to_show(const Finding& finding) {
  return finding.verdict == Verdict::pass ? short_lines(finding.reproduce) : finding.reproduce;
}

void write_reproduce(Page& page, const Finding& finding) {
  const auto lines = lines_to_show(finding);
  if (lines.empty()) return;
  Html& html = page.html;
  html.element("p", {{"class", "k"}}, "Reproduce");
  for (const auto& line : lines) {
    const auto box = html.in("div", {{"class", "copy"}});
    const auto text = html.in("pre");
    constexpr std::size_t limit = 16U << 10U;  // half a command is none
    html.lines(base::shortened(base::printable(line, true), limit));
  }
}

void write_remark(Html& html, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  const auto line = html.in("p", {{"class", "remark"}});
  html.element("b", name);
  html.text(" ").text(clipped(text, 1500));
}

void write_waiver(Page& page, const Finding& finding) {
  const auto* waiver = waiver_of(page.report, finding.check.id);
  if (waiver == nullptr) return;
  write_remark(page.html, "Waiver.",
               fmt::format("{}; {}, {}.", in_words(*waiver), waiver->owner, waiver->reference));
}

}  // namespace

void write_finding(Page& page, const Finding& finding) {
  Html& html = page.html;
  const bool open = needs_reading(finding);
  const std::string id = fragment("c-", finding.check.id);
  const std::string kind = "finding " + std::string(tone(finding.verdict));
  const auto details = open ? html.in("details", {{"class", kind}, {"id", id}, {"open", ""}})
                            : html.in("details", {{"class", kind}, {"id", id}});
  write_summary(page, finding);
  const auto body = html.in("div", {{"class", "told"}});
  write_expected_and_observed(page, finding);
  if (!finding.because.empty())
    html.element("p", sentence(clipped(finding.because, 1500)));
  else if (finding.verdict != Verdict::pass && finding.verdict != Verdict::waived)
    html.element("p", meaning(finding.cause));
  write_waiver(page, finding);
  write_terms(page, finding);
  write_evidence(page, finding);
  write_reproduce(page, finding);
  if (finding.verdict == Verdict::pass || finding.verdict == Verdict::skipped) return;
  write_remark(html, "Why it matters.", finding.check.why);
  write_remark(html, "Suggested correction (advice).", finding.check.remedy);
}

}  // namespace report
