// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "report/html_parts.hpp"
#include "report/words.hpp"

namespace report {

namespace {

using model::Cause;
using model::Finding;
using model::Verdict;

constexpr std::size_t rows_at_most = 10;

int urgency(const Finding& finding) {
  const int kind = finding.verdict == Verdict::fail           ? 0
                   : finding.verdict == Verdict::inconclusive ? 1
                                                              : 2;
  return kind * 100 + static_cast<int>(finding.check.level) * 10 +
         static_cast<int>(finding.check.severity);
}

std::vector<const Finding*> needing_action(const model::Report& report) {
  std::vector<const Finding*> out;
  for (const auto& finding : report.findings)
    if (finding.verdict == Verdict::fail || finding.verdict == Verdict::inconclusive ||
        finding.verdict == Verdict::warn)
      out.push_back(&finding);
  std::stable_sort(out.begin(), out.end(),
                   [](const Finding* a, const Finding* b) { return urgency(*a) < urgency(*b); });
  return out;
}

// "GPC-TLS-2 +1": the table is for finding the way, the card names them all.
std::string cited(const Page& page, const Finding& finding) {
  const auto more = finding.check.cites.size();
  return clipped(page.index.home(finding.check.id), 60) +
         (more > 1 ? fmt::format(" +{}", more - 1) : "");
}

void write_action_row(Page& page, const Finding& finding) {
  Html& html = page.html;
  const auto line = html.in("tr");
  {
    const auto cell = html.in("td");
    badge(html, finding.verdict);
  }
  {
    const auto cell = html.in("th", {{"scope", "row"}});
    link_to_check(page, finding, clipped(finding.check.title, 300));
    html.text(" ").element("small", cited(page, finding));
  }
  html.element("td", {{"class", "seen"}}, seen_or_reason(page.report, finding));
  html.element("td",
               fmt::format("{} / {}", word(finding.check.level), word(finding.check.severity)));
  html.element("td", who_acts(finding));
}

void write_action_table(Page& page, const std::vector<const Finding*>& findings) {
  Html& html = page.html;
  const auto box = html.in("div", {{"class", "scroll"},
                                   {"tabindex", "0"},
                                   {"role", "region"},
                                   {"aria-label", "Needs action, table"}});
  const auto table = html.in("table", {{"class", "action"}});
  html.element("caption", {{"class", "vh"}}, "Checks that need action, worst first");
  {
    const auto head = html.in("thead");
    const auto line = html.in("tr");
    for (const auto* name : {"Verdict", "Check", "Observed", "Level / severity", "Who acts"})
      html.element("th", {{"scope", "col"}}, name);
  }
  const auto body = html.in("tbody");
  for (std::size_t i = 0; i < std::min(findings.size(), rows_at_most); ++i)
    write_action_row(page, *findings[i]);
}

std::vector<const Finding*> untested(const model::Report& report, Cause cause) {
  std::vector<const Finding*> out;
  for (const auto& finding : report.findings)
    if (finding.cause == cause &&
        (finding.verdict == Verdict::skipped || finding.verdict == Verdict::inconclusive))
      out.push_back(&finding);
  return out;
}

void write_untested_row(Page& page, const Finding& finding, Cause cause) {
  Html& html = page.html;
  const auto item = html.in("li");
  link_to_check(page, finding, clipped(finding.check.title, 120));
  html.text(" ").element("small", base::join(finding.check.cites, ", "));
  const std::string why = reason(page.report, finding);
  if (why != meaning(cause)) html.element("span", {{"class", "why"}}, clipped(why, 300));
}

void write_cause_head(Html& html, std::string_view name, std::string_view count,
                      std::string_view about) {
  const auto head = html.in("div");
  {
    const auto title = html.in("h3");
    html.text(sentence_case(name)).text(" ");
    html.element("small", count);
  }
  if (!about.empty()) html.element("p", about);
}

void write_cause(Page& page, Cause cause) {
  const auto findings = untested(page.report, cause);
  if (findings.empty()) return;
  Html& html = page.html;
  const auto box = html.in("div", {{"class", "cause"}});
  write_cause_head(html, label(cause), base::counted(findings.size(), "check"), meaning(cause));
  constexpr std::size_t few = 6;
  const auto list = [&] {
    const auto rows = html.in("ul");
    for (const auto* finding : findings) write_untested_row(page, *finding, cause);
  };
  if (findings.size() <= few) return list();
  const auto folded = html.in("details");
  html.element("summary", fmt::format("Show all {}", findings.size()));
  list();
}

template <class Holds>
std::vector<const model::Requirement*> requirements_that(const model::Report& report,
                                                         const Holds& holds) {
  std::vector<const model::Requirement*> out;
  for (const auto& result : report.requirements)
    if (holds(result)) out.push_back(&result.requirement);
  return out;
}

void write_requirement_list(Html& html,
                            const std::vector<const model::Requirement*>& requirements) {
  const auto line = html.in("p", {{"class", "idlist"}});
  for (const auto* requirement : requirements) {
    link_to(html, fragment("r-", requirement->id), clipped(requirement->id, 60));
    html.text(requirement == requirements.back() ? "" : ", ");
  }
}

// What no run of this kind can show, whatever the verdicts: said in every report.
void write_out_of_reach(Page& page) {
  Html& html = page.html;
  const auto box = html.in("div", {{"class", "cause"}});
  write_cause_head(html, "outside this tool's reach", "",
                   "Said in every report, whatever the verdicts.");
  const auto rest = html.in("div");
  const auto halves =
      requirements_that(page.report, [](const auto& r) { return !r.requirement.half.empty(); });
  html.element(
      "p", halves.empty()
               ? "The consumer half of the client-certificate rules was not examined: they bind "
                 "providers and consumers alike, and one side was tested."
               : "The consumer half of these client-certificate rows was not examined: they bind "
                 "providers and consumers alike, and this run tested the provider.");
  if (!halves.empty()) write_requirement_list(html, halves);
  const auto manual =
      requirements_that(page.report, [](const auto& r) { return r.requirement.manual; });
  html.element("p",
               "The external policy documents that the specification refers to were not examined; "
               "they need a person's evidence.");
  if (!manual.empty()) write_requirement_list(html, manual);
}

void write_without_check(Page& page) {
  const auto bare = requirements_that(page.report, [](const auto& r) { return r.checks.empty(); });
  if (bare.empty()) return;
  Html& html = page.html;
  const auto box = html.in("div", {{"class", "cause"}});
  write_cause_head(html, "requirements without any check", "",
                   "No check of this profile cites them; they need other evidence.");
  write_requirement_list(html, bare);
}

void write_waiver_row(Page& page, const model::WaiverResult& waiver) {
  Html& html = page.html;
  const auto line = html.in("tr");
  {
    const auto cell = html.in("th", {{"scope", "row"}});
    if (page.index.home(waiver.check).empty())
      html.text(clipped(waiver.check, 120));
    else
      link_to(html, fragment("c-", waiver.check), clipped(waiver.check, 120));
  }
  html.element("td", label(waiver.state));
  {
    const auto cell = html.in("td");
    badge(html, waiver.was);
  }
  html.element("td", clipped(waiver.reason));
  html.element("td", clipped(waiver.owner, 120));
  html.element("td", clipped(waiver.reference, 120));
  html.element("td", {{"class", "nowrap"}}, waiver.granted);
  const long left = days_left(page.report, waiver);
  html.element("td", fmt::format("{} ({})", waiver.expires,
                                 left < 0 ? fmt::format("{} days ago", -left)
                                          : fmt::format("{} days left", left)));
}

}  // namespace

void write_needs_action(Page& page) {
  Html& html = page.html;
  const auto section = html.in("section", {{"id", "action"}, {"aria-labelledby", "action-h"}});
  html.element("h2", {{"id", "action-h"}}, "Needs action");
  const auto findings = needing_action(page.report);
  if (findings.empty()) {
    html.element("p", page.report.findings.empty()
                          ? "No check ran."
                          : "Nothing: no check failed, warned or stayed open.");
    return;
  }
  write_action_table(page, findings);
  if (findings.size() <= rows_at_most) return;
  const auto more = html.in("p", {{"class", "more"}});
  html.text(fmt::format("The {} worst of {}. ", rows_at_most, findings.size()));
  link_to(html, "requirements", "All are told below, requirement by requirement");
  html.text(".");
}

void write_not_tested(Page& page) {
  Html& html = page.html;
  const auto section = html.in("section", {{"id", "gaps"}, {"aria-labelledby", "gaps-h"}});
  html.element("h2", {{"id", "gaps-h"}}, "Not tested, and why");
  const auto columns = html.in("div", {{"class", "causes"}});
  for (const auto& [cause, spelling] : model::Words<Cause>::table) write_cause(page, cause);
  write_without_check(page);
  write_out_of_reach(page);
}

void write_waivers(Page& page) {
  if (page.report.waivers.empty()) return;
  Html& html = page.html;
  const auto section = html.in("section", {{"id", "waivers"}, {"aria-labelledby", "waivers-h"}});
  html.element("h2", {{"id", "waivers-h"}}, "Waivers");
  const auto box = html.in("div", {{"class", "scroll"},
                                   {"tabindex", "0"},
                                   {"role", "region"},
                                   {"aria-label", "Waivers, table"}});
  const auto table = html.in("table");
  html.element("caption", {{"class", "vh"}},
               "Waivers, the outcome they cover and how long they hold");
  {
    const auto head = html.in("thead");
    const auto line = html.in("tr");
    for (const auto* name : {"Check", "State", "Real outcome", "Reason", "Owner", "Reference",
                             "Granted", "Expires (end of day, UTC)"})
      html.element("th", {{"scope", "col"}}, name);
  }
  const auto body = html.in("tbody");
  for (const auto& waiver : page.report.waivers) write_waiver_row(page, waiver);
}

void write_change(Page& page) {
  Html& html = page.html;
  const auto section = html.in("section", {{"id", "change"}, {"aria-labelledby", "change-h"}});
  html.element("h2", {{"id", "change-h"}}, "Change since baseline");
  html.element("p", "No baseline was given, so nothing is compared.");
}

}  // namespace report
