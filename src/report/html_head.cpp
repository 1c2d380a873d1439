// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>

#include "base/text.hpp"
#include "report/html_parts.hpp"
#include "report/words.hpp"

namespace report {

namespace {

using model::Level;
using model::RequirementVerdict;

// Worst first: the order of the columns, and of what a reader wants to know.
constexpr RequirementVerdict columns[] = {
    RequirementVerdict::not_met,    RequirementVerdict::undetermined,
    RequirementVerdict::waived,     RequirementVerdict::partly_tested,
    RequirementVerdict::not_tested, RequirementVerdict::not_applicable,
    RequirementVerdict::met};

std::string joined(std::initializer_list<std::string> parts, std::string_view separator) {
  std::string out;
  for (const auto& part : parts) {
    if (part.empty()) continue;
    if (!out.empty()) out += separator;
    out += part;
  }
  return out;
}

std::string window(const model::RunInfo& run) {
  const auto seconds = run.finished - run.started;
  const std::string end = base::rfc3339(run.finished).substr(11, 8);
  return fmt::format("{} to {} UTC ({})", utc(run.started).substr(0, 19), end,
                     seconds == 0 ? "under 1 s" : duration_in_words(seconds * 1000));
}

void write_tested(Page& page) {
  Html& html = page.html;
  const model::TargetInfo& target = page.report.target;
  const std::string system = joined(
      {target.about.supplier, joined({target.about.product, target.about.version}, " ")}, ", ");
  row(html, "System", system.empty() ? "not stated in the target file" : clipped(system));
  row(html, "Environment", clipped(target.about.environment));
  html.element("dt", "Target");
  {
    const auto cell = html.in("dd");
    html.text(clipped(target.alias, 120)).empty("br");
    html.element("code", clipped(target.url));
  }
  if (!target.addresses.empty()) row_code(html, "Address", clipped(target.addresses.front(), 100));
}

void write_identity(Page& page) {
  Html& html = page.html;
  const model::Report& report = page.report;
  const auto list = html.in("dl", {{"class", "identity"}});
  write_tested(page);
  html.element("dt", "Profile");
  {
    const auto cell = html.in("dd");
    html.text(
        joined({clipped(report.profile.title.empty() ? report.profile.id : report.profile.title),
                report.profile.version},
               " "));
    if (!report.profile.lineage.empty()) {
      html.empty("br");
      html.text("extends " + clipped(base::join(report.profile.lineage, ", "), 200));
    }
    if (!report.profile.digest.empty()) {
      html.empty("br");
      html.element("code", "sha256 " + clipped(report.profile.digest, 12).substr(0, 12) + "…");
    }
  }
  row(html, "Tested", window(report.run));
  row_code(html, "Run", clipped(report.run.id, 80));
  const auto& about = report.target.about;
  row(html, "Tester",
      clipped(joined({about.tester, about.reference.empty() ? "" : "reference " + about.reference},
                     ", ")));
  row(html, "Made with",
      joined({report.tool.name + " " + report.tool.version, library("OpenSSL", report.tool.openssl),
              library("libcurl", report.tool.curl)},
             ", "));
}

using Counts = std::map<Level, std::map<RequirementVerdict, int>>;

Counts counts_of(const model::Report& report) {
  Counts counts;
  for (const auto& result : report.requirements) ++counts[result.requirement.level][result.verdict];
  return counts;
}

std::string filter_of(Level level, RequirementVerdict verdict) {
  return fmt::format("level={}&verdict={}", base::lower(model::word(level)), model::word(verdict));
}

void write_count_row(Html& html, Level level, std::map<RequirementVerdict, int> of) {
  const auto line = html.in("tr");
  html.element("th", {{"scope", "row"}}, model::word(level));
  int total = 0;
  for (const auto verdict : columns) {
    const int n = of[verdict];
    total += n;
    if (n == 0) {
      html.element("td", {{"class", "zero"}}, "0");
      continue;
    }
    const auto cell = html.in("td", {{"class", std::string(tone(verdict))}});
    html.element("a",
                 {{"href", "#" + filter_of(level, verdict)},
                  {"aria-label", fmt::format("{} {}: {}", n, model::word(level), label(verdict))}},
                 std::to_string(n));
  }
  html.element("td", {{"class", "total"}}, std::to_string(total));
}

void write_matrix(Page& page) {
  Html& html = page.html;
  const auto box = html.in("div", {{"class", "scroll"},
                                   {"tabindex", "0"},
                                   {"role", "region"},
                                   {"aria-label", "Requirements by level and verdict"}});
  const auto table = html.in("table", {{"class", "matrix"}});
  html.element("caption", "Requirements by level and verdict");
  {
    const auto head = html.in("thead");
    const auto line = html.in("tr");
    html.element("th", {{"scope", "col"}}, "Level");
    for (const auto verdict : columns) {
      const auto cell = html.in("th", {{"scope", "col"}});
      badge(html, verdict);
    }
    html.element("th", {{"scope", "col"}}, "all");
  }
  const auto body = html.in("tbody");
  const Counts counts = counts_of(page.report);
  for (const auto& [level, of] : counts) write_count_row(html, level, of);
}

void write_check_counts(Page& page) {
  Html& html = page.html;
  const model::Summary& s = page.report.summary;
  const std::pair<model::Verdict, int> counts[] = {
      {model::Verdict::pass, s.pass},       {model::Verdict::fail, s.fail},
      {model::Verdict::warn, s.warn},       {model::Verdict::inconclusive, s.inconclusive},
      {model::Verdict::skipped, s.skipped}, {model::Verdict::waived, s.waived}};
  const int all = s.pass + s.fail + s.warn + s.inconclusive + s.skipped + s.waived;
  const int reached = s.pass + s.fail + s.warn + s.waived;
  const auto line = html.in("p", {{"class", "tally"}});
  html.element("b", base::counted(static_cast<std::size_t>(all), "check"));
  for (const auto& [verdict, n] : counts)
    if (n > 0)
      badge(html.text(" "), tone(verdict), shape(verdict),
            fmt::format("{} {}", n, model::word(verdict)));
  html.text(" ").element("small",
                         fmt::format("{} of {} reached a verdict{}", reached, all,
                                     page.report.run.complete ? "" : "; the run was cut short"));
}

void write_stop(Page& page) {
  Html& html = page.html;
  if (page.report.preflight) {
    const auto box = html.in("div", {{"class", "stop"}});
    html.element("strong", "Nothing could be run. ");
    html.text(base::one_line(*page.report.preflight));
  }
  if (!page.report.blocked_by.empty()) {
    const auto box = html.in("div", {{"class", "stop"}});
    html.element("strong", "Blocked. ");
    html.text(clipped(page.report.blocked_by, 1000));
  }
}

void nav_link(Html& html, std::string_view to, std::string_view text) {
  const auto item = html.in("li");
  link_to(html, to, text);
}

void nav_requirements(Page& page) {
  Html& html = page.html;
  const auto item = html.in("li");
  link_to(html, "requirements", "Requirements");
  const auto list = html.in("ul", {{"class", "ids"}});
  for (const auto& section : page.index.sections())
    for (const auto* result : section.requirements) {
      const auto entry = html.in("li");
      const auto link = html.in("a", {{"href", "#" + fragment("r-", result->requirement.id)},
                                      {"class", std::string(tone(result->verdict))}});
      html.element("i", {{"aria-hidden", "true"}}, shape(result->verdict));
      html.text(" ").text(clipped(result->requirement.id, 60));
      html.element("span", {{"class", "vh"}}, fmt::format(", {}", label(result->verdict)));
    }
}

}  // namespace

void write_head(Page& page) {
  Html& html = page.html;
  const auto sentence = verdict_sentence(page.report);
  const auto header = html.in("header", {{"class", std::string(tone(page.report.verdict))}});
  {
    const auto line = html.in("p", {{"class", "over"}});
    html.element("b", "probity");
    html.text(" conformance report");
    html.text(" ").element(
        "span", {{"class", "marking"}},
        clipped(page.report.target.alias, 120) + ", " + day(page.report.run.started));
  }
  {
    const auto title = html.in("h1");
    html.element("i", {{"aria-hidden", "true"}}, shape(page.report.verdict)).text(" ");
    const auto words = html.in("span");
    html.element("strong", sentence.lead + ".");
    if (!sentence.rest.empty()) html.text(" " + sentence.rest);
  }
  write_stop(page);
}

void write_contents(Page& page) {
  Html& html = page.html;
  const auto nav = html.in("nav", {{"aria-label", "Contents"}});
  const auto list = html.in("ul");
  nav_link(html, "glance", "At a glance");
  nav_link(html, "action", "Needs action");
  nav_link(html, "gaps", "Not tested, and why");
  if (!page.report.waivers.empty()) nav_link(html, "waivers", "Waivers");
  nav_link(html, "change", "Change since baseline");
  nav_requirements(page);
  nav_link(html, "credentials", "Client certificates");
  nav_link(html, "tls", "TLS facts");
  if (!page.report.created.empty()) nav_link(html, "created", "Created on the target");
  nav_link(html, "conditions", "Conditions of test");
  nav_link(html, "definitions", "Definitions");
  nav_link(html, "declaration", "Declaration");
  nav_link(html, "integrity", "Integrity");
}

void write_at_a_glance(Page& page) {
  Html& html = page.html;
  const auto section =
      html.in("section", {{"id", "glance"}, {"class", "glance"}, {"aria-labelledby", "glance-h"}});
  html.element("h2", {{"id", "glance-h"}, {"class", "vh"}}, "At a glance");
  {
    const auto left = html.in("div");
    html.element("h3", "What was tested");
    write_identity(page);
  }
  const auto right = html.in("div");
  html.element("h3", "How it went");
  if (page.report.requirements.empty())
    html.element("p", "No requirement was examined.");
  else
    write_matrix(page);
  write_check_counts(page);
}

}  // namespace report
