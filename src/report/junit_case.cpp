// SPDX-License-Identifier: Apache-2.0
#include "report/junit_case.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/words.hpp"

namespace report {

namespace {

using model::Cause;
using model::Finding;
using model::Report;
using model::Verdict;
using Kind = JunitOutcome::Kind;

constexpr std::size_t message_limit = 200;
constexpr std::size_t text_limit = 16U << 10U;

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

// Never longer than `limit`, mark included.
std::string within(const std::string& text, std::size_t limit) {
  constexpr std::size_t room_for_the_mark = 40;
  return text.size() <= limit ? text : base::shortened(text, limit - room_for_the_mark);
}

std::string one_line(std::string_view text) {
  const std::string shown = base::printable(text, true);
  return within(
      std::string(base::trim(base::replace_all(base::replace_all(shown, "\n", " "), "\t", " "))),
      message_limit);
}

std::string expected_and_observed(const Finding& finding) {
  std::string observed = finding.observed.empty() ? "nothing" : finding.observed;
  if (finding.expected.empty()) return observed;
  // Both halves have to be seen, however long the first is.
  return fmt::format("expected {}; observed {}", within(base::printable(finding.expected), 90),
                     base::printable(observed));
}

std::string evidence_of(const Report& report, const Finding& finding) {
  std::string out;
  for (const auto& id : finding.observations) {
    const auto* seen = find_observation(report, id);
    if (seen == nullptr) continue;
    out += fmt::format("  {}: {} -> {}\n", base::printable(id),
                       base::shortened(base::printable(in_words(seen->exchange)), 300),
                       base::shortened(base::printable(in_words(*seen)), 300));
  }
  return out;
}

std::string sections_of(const Report& report, const Finding& finding) {
  std::string out;
  for (const auto& cited : finding.check.cites) {
    for (const auto& result : report.requirements)
      if (result.requirement.id == cited)
        out += fmt::format("  {} {}: {} ({}, \"{}\")\n", cited, word(result.requirement.level),
                           base::printable(result.requirement.text), result.requirement.spec,
                           result.requirement.section);
  }
  return out;
}

// Blocks with an empty line between them. No line looks like a stack frame, or GitHub's reporter
// would look for a file to annotate.
std::string text_of(const Report& report, const Finding& finding, const std::string& message) {
  std::string out = message + "\n";
  const auto block = [&](std::string_view name, const std::string& lines) {
    if (!lines.empty())
      out += fmt::format("\n{}\n{}{}", name, lines, lines.back() == '\n' ? "" : "\n");
  };
  const auto indented = [](const std::string& line) {
    return line.empty() ? "" : "  " + base::printable(line);
  };
  block("requirement", sections_of(report, finding));
  block("expected", indented(finding.expected));
  block("observed", indented(finding.observed));
  block("because", indented(finding.because));
  block("control", indented(control_in_words(finding)));
  block("evidence", evidence_of(report, finding));
  std::string lines;
  for (const auto& line : finding.reproduce) lines += "  " + base::printable(line) + "\n";
  block("reproduce", lines);
  if (finding.verdict != Verdict::skipped)
    block("correction (advice)", indented(finding.check.remedy));
  block("report", "  report.html#" + fragment("c-", finding.check.id));
  return within(out, text_limit);
}

JunitOutcome outcome(const Report& report, const Finding& finding, Kind kind, std::string type,
                     std::string_view message) {
  JunitOutcome out{kind, std::move(type), one_line(message), "", ""};
  out.text = text_of(report, finding, out.message);
  return out;
}

JunitOutcome red(const Report& report, const Finding& finding) {
  if (finding.verdict == Verdict::fail || finding.verdict == Verdict::warn)
    return outcome(report, finding, Kind::failure, "conformance.fail",
                   expected_and_observed(finding));
  const std::string type =
      fmt::format("conformance.{}.{}", word(finding.verdict), word(finding.cause));
  return outcome(report, finding, Kind::error, type,
                 fmt::format("{}: {}", word(finding.cause), reason(report, finding)));
}

JunitOutcome warning(const Report& report, const Finding& finding) {
  JunitOutcome out;
  const std::string line = one_line("WARN " + expected_and_observed(finding));
  out.out = text_of(report, finding, line);
  return out;
}

}  // namespace

JunitOutcome junit_outcome(const Report& report, const Finding& finding) {
  // Its blocker is red already; a hundred red cases for one refused connection help nobody.
  if (finding.cause == Cause::blocked_by && (!finding.red || !report.blocked_by.empty()))
    return outcome(report, finding, Kind::skipped, "", "blocked-by: " + reason(report, finding));
  if (finding.red) return red(report, finding);
  switch (finding.verdict) {
    case Verdict::pass:
      return {};
    case Verdict::warn:
      return warning(report, finding);
    // Told to let it pass (--fail-on never): grey, for a green failure would be invisible.
    case Verdict::fail:
      return outcome(report, finding, Kind::skipped, "",
                     "FAIL, not counted: " + expected_and_observed(finding));
    case Verdict::waived:
      return outcome(report, finding, Kind::skipped, "", reason(report, finding));
    case Verdict::inconclusive:
    case Verdict::skipped:
      return outcome(report, finding, Kind::skipped, "",
                     fmt::format("{}, {}: {}", upper(word(finding.verdict)), word(finding.cause),
                                 reason(report, finding)));
  }
  return {};
}

JunitOutcome junit_preflight(const Report& report) {
  if (report.preflight) {
    const std::string line = base::printable(base::one_line(*report.preflight));
    return {Kind::error, fmt::format("preflight.{}", model::word(report.preflight->kind)),
            one_line(line), within(line, text_limit), ""};
  }
  if (report.blocked_by.empty()) return {};
  const std::string line = base::printable(report.blocked_by);
  const Kind kind = report.blocked_red ? Kind::error : Kind::skipped;
  return {kind, "preflight.blocked", one_line(line), within(line, text_limit), ""};
}

std::string junit_name(const model::Check& check) {
  const std::string words = base::slug(check.slug.empty() ? check.title : check.slug);
  std::string id;
  for (const char c : base::printable(check.id)) id += c == ' ' ? '-' : c;
  constexpr std::size_t limit = 120;
  std::string name = id + (words.empty() ? "" : " " + words);
  if (name.size() <= limit) return name;
  std::size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80) --end;
  return name.substr(0, end);
}

}  // namespace report
