// SPDX-License-Identifier: Apache-2.0
#include "report/terminal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "report/changes.hpp"
#include "report/terminal_lines.hpp"
#include "report/words.hpp"

namespace report {

namespace {

using model::Cause;
using model::Finding;
using model::Report;
using model::Verdict;

constexpr std::size_t name_width = 14;  // of the group names at the left edge

std::string clip(std::string_view text, std::size_t limit) {
  return base::shortened(base::printable(text), limit);
}

std::vector<const Finding*> with(const Report& report, Verdict verdict) {
  std::vector<const Finding*> out;
  for (const auto& finding : report.findings)
    if (finding.verdict == verdict) out.push_back(&finding);
  std::stable_sort(out.begin(), out.end(), [](const Finding* a, const Finding* b) {
    return std::pair(a->check.level, a->check.severity) <
           std::pair(b->check.level, b->check.severity);
  });
  return out;
}

Ink ink_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return Ink::green;
    case Verdict::fail:
      return Ink::red;
    case Verdict::warn:
      return Ink::yellow;
    case Verdict::inconclusive:
      return Ink::magenta;
    case Verdict::skipped:
      return Ink::dim;
    case Verdict::waived:
      return Ink::blue;
  }
  return Ink::plain;
}

std::string group_name(const Lines& lines, Verdict verdict, std::size_t n) {
  std::string name(model::word(verdict));
  for (char& c : name) c = static_cast<char>(c - 'a' + 'A');
  return lines.ink(ink_of(verdict), padded(name, name_width)) + padded(std::to_string(n), 4);
}

void write_first_line(Lines& lines, const Report& report) {
  const auto& run = report.run;
  std::string line = fmt::format("{} {} · profile {} {}", report.tool.name, report.tool.version,
                                 clip(report.profile.id, 80), clip(report.profile.version, 40));
  if (!report.profile.lineage.empty()) line += " extending " + clip(report.profile.lineage.front(), 80);
  if (!report.profile.digest.empty())
    line += fmt::format(" (sha256 {}…)", clip(report.profile.digest, 8).substr(0, 8));
  line += fmt::format(
      " · target {} · {} · {}", clip(report.target.alias, 80), base::rfc3339(run.started),
      run.finished == run.started ? "under 1 s"
                                  : duration_in_words((run.finished - run.started) * 1000));
  lines.prose(0, "", line, Ink::dim);
}

// What stopped the run comes before everything: no other line matters until it is mended.
void write_stop(Lines& lines, const Report& report) {
  if (report.preflight) lines.prose(0, "STOPPED", base::one_line(*report.preflight), Ink::red);
  if (!report.blocked_by.empty())
    lines.prose(0, "BLOCKED", report.blocked_by, report.blocked_red ? Ink::red : Ink::yellow);
}

// What the groups share: the page, and how wide the column of check ids is.
struct Screen {
  Lines& lines;
  const Report& report;
  const Style& style;
  std::size_t id_width;
};

std::size_t widest_id(const Report& report) {
  constexpr std::size_t narrowest = 24;
  constexpr std::size_t at_most = 44;  // a longer one may stick out
  std::size_t widest = narrowest;
  for (const auto& finding : report.findings)
    if (finding.verdict != Verdict::pass && finding.verdict != Verdict::skipped)
      widest = std::max(widest, columns(base::printable(finding.check.id)));
  return std::min(widest, at_most);
}

void write_heading(const Screen& screen, const Finding& finding) {
  const Lines& lines = screen.lines;
  screen.lines.line(
      fmt::format("  {} {}  {} {}  {}", lines.ink(ink_of(finding.verdict), shape(finding.verdict)),
                  lines.ink(Ink::bold, padded(clip(finding.check.id, 80), screen.id_width)),
                  padded(std::string(model::word(finding.check.level)), 6),
                  padded(std::string(model::word(finding.check.severity)), 8),
                  lines.plain(clip(finding.check.title, 120))));
}

std::string citation(const Report& report, const Finding& finding) {
  std::string out;
  for (const auto& cited : finding.check.cites) {
    out += (out.empty() ? "" : ", ") + cited;
    for (const auto& result : report.requirements)
      if (result.requirement.id == cited && !result.requirement.section.empty() &&
          finding.check.cites.size() == 1)
        out += fmt::format(" (“{}”)", result.requirement.section);
  }
  return out;
}

void write_fail(const Screen& screen, const Finding& finding) {
  write_heading(screen, finding);
  Lines& lines = screen.lines;
  constexpr std::size_t indent = 6;
  if (!finding.expected.empty()) lines.prose(indent, "expected", clip(finding.expected, 400));
  lines.prose(indent, "observed",
              clip(finding.observed.empty() ? "nothing" : finding.observed, 400));
  if (!finding.because.empty()) lines.prose(indent, "because", clip(finding.because, 400));
  if (const auto changed = changes_in_words(screen.report, finding); !changed.empty()) lines.prose(indent, "changed", clip(changed, 400));
  lines.prose(indent, "cites", citation(screen.report, finding));
  if (!screen.style.html.empty())
    lines.command(indent, "evidence", screen.style.html + "#" + fragment("c-", finding.check.id));
  for (const auto& line : short_lines(finding.reproduce))
    lines.command(indent, line.starts_with("probity ") ? "retry" : "reproduce",
                  base::shortened(base::printable(line), 2000));
}

// The worst in full; the others are all named, for nobody reads a hundred blocks.
void write_fails(const Screen& screen) {
  constexpr std::size_t in_full = 12;
  const auto fails = with(screen.report, Verdict::fail);
  if (fails.empty()) return;
  screen.lines.line(group_name(screen.lines, Verdict::fail, fails.size()));
  for (std::size_t i = 0; i < fails.size(); ++i) {
    if (i < in_full)
      write_fail(screen, *fails[i]);
    else
      write_heading(screen, *fails[i]);
  }
}

// One cause often opens a hundred checks: its first few are told, the rest counted.
void write_open_cause(const Screen& screen, const std::vector<const Finding*>& findings,
                      Cause cause) {
  constexpr std::size_t in_full = 5;
  std::vector<const Finding*> of;
  for (const auto* finding : findings)
    if (finding->cause == cause) of.push_back(finding);
  for (std::size_t i = 0; i < std::min(of.size(), in_full); ++i) {
    write_heading(screen, *of[i]);
    screen.lines.prose(
        6, "", fmt::format("{}: {}", model::word(cause), clip(reason(screen.report, *of[i]), 300)));
  }
  if (of.size() > in_full)
    screen.lines.prose(6, "", fmt::format("and {} more: {}", of.size() - in_full, label(cause)),
                       Ink::dim);
}

void write_inconclusive(const Screen& screen) {
  const auto open = with(screen.report, Verdict::inconclusive);
  if (open.empty()) return;
  screen.lines.line(group_name(screen.lines, Verdict::inconclusive, open.size()));
  for (const auto& [cause, spelling] : model::Words<Cause>::table)
    write_open_cause(screen, open, cause);
}

// The name stands at the edge, the text hangs beside it.
void write_list(Lines& lines, const Report& report, Verdict verdict, std::string_view text) {
  const std::size_t n = with(report, verdict).size();
  if (n > 0) lines.hanging(group_name(lines, verdict, n), name_width + 4, text);
}

void write_warnings(const Screen& screen) {
  constexpr std::size_t at_most = 12;
  const auto warnings = with(screen.report, Verdict::warn);
  if (warnings.empty()) return;
  screen.lines.line(group_name(screen.lines, Verdict::warn, warnings.size()));
  for (std::size_t i = 0; i < std::min(warnings.size(), at_most); ++i) {
    const Finding& finding = *warnings[i];
    write_heading(screen, finding);
    screen.lines.prose(
        6, "",
        clip(seen_and_why(screen.report, finding), 300));
  }
  if (warnings.size() > at_most)
    screen.lines.prose(6, "", fmt::format("and {} more, in the report", warnings.size() - at_most),
                       Ink::dim);
}

std::string waived_in_words(const Report& report) {
  std::string out;
  for (const auto* finding : with(report, Verdict::waived)) {
    const auto* waiver = waiver_of(report, finding->check.id);
    out += (out.empty() ? "" : " · ") + clip(finding->check.id, 80);
    if (waiver != nullptr)
      out += fmt::format(" until {} ({} days left, was {})", waiver->expires,
                         days_left(report, *waiver), model::word(waiver->was));
  }
  return out;
}

std::string skipped_in_words(const Report& report) {
  std::string out;
  for (const auto& [cause, spelling] : model::Words<Cause>::table) {
    const auto of = [cause = cause](const Finding& f) {
      return f.verdict == Verdict::skipped && f.cause == cause;
    };
    const auto n = std::count_if(report.findings.begin(), report.findings.end(), of);
    if (n > 0) out += fmt::format("{}{} {}", out.empty() ? "" : " · ", n, label(cause));
  }
  return out;
}

void write_requirements(Lines& lines, const Report& report) {
  using model::RequirementVerdict;
  for (const auto& [level, name] : model::Words<model::Level>::table) {
    std::string counts;
    std::string broken;
    for (const auto& [verdict, spelling] : model::Words<RequirementVerdict>::table) {
      int n = 0;
      for (const auto& result : report.requirements) {
        if (result.requirement.level != level || result.verdict != verdict) continue;
        ++n;
        if (verdict == RequirementVerdict::not_met)
          broken += (broken.empty() ? " (" : ", ") + clip(result.requirement.id, 60);
      }
      if (n == 0) continue;
      counts += fmt::format("{}{} {}", counts.empty() ? "" : " · ", n, label(verdict));
      if (verdict == RequirementVerdict::not_met) counts += broken + ")";
    }
    if (!counts.empty()) lines.prose(0, name, counts);
  }
}

void write_verdict(Lines& lines, const Report& report) {
  const auto sentence = verdict_sentence(report);
  const bool good = report.verdict == model::RunVerdict::conformant;
  const bool bad = report.verdict == model::RunVerdict::non_conformant;
  const Ink ink = good ? Ink::green : bad ? Ink::red : Ink::magenta;
  lines.prose(0, "", fmt::format("{}. {}", sentence.lead, sentence.rest), ink);
}

}  // namespace

std::string summary(const Report& report, const Style& style) {
  Lines lines(style);
  write_stop(lines, report);
  if (!style.quiet) {
    if (report.preflight || !report.blocked_by.empty()) lines.line();
    write_first_line(lines, report);
    lines.line();
    const Screen screen{lines, report, style, widest_id(report)};
    write_fails(screen);
    write_inconclusive(screen);
    write_warnings(screen);
    write_list(lines, report, Verdict::waived, waived_in_words(report));
    write_list(lines, report, Verdict::skipped, skipped_in_words(report));
    write_list(lines, report, Verdict::pass, "");
    if (!report.created.empty()) lines.hanging(fmt::format("{:<{}}", "CREATED", name_width), name_width + 4, clip(created_in_words(report), 400));
    if (!report.findings.empty()) lines.line();
    write_requirements(lines, report);
    if (!report.requirements.empty()) lines.line();
  }
  write_verdict(lines, report);
  return lines.text();
}

}  // namespace report
