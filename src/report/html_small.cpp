// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "report/html_parts.hpp"
#include "report/words.hpp"

namespace report {

std::string_view tone(model::Verdict verdict) {
  switch (verdict) {
    case model::Verdict::pass:
      return "good";
    case model::Verdict::fail:
      return "bad";
    case model::Verdict::warn:
      return "caution";
    case model::Verdict::inconclusive:
      return "open";
    case model::Verdict::skipped:
      return "none";
    case model::Verdict::waived:
      return "waived";
  }
  return "none";
}

std::string_view tone(model::RequirementVerdict verdict) {
  switch (verdict) {
    case model::RequirementVerdict::met:
      return "good";
    case model::RequirementVerdict::not_met:
      return "bad";
    case model::RequirementVerdict::undetermined:
      return "open";
    case model::RequirementVerdict::partly_tested:
      return "part";
    case model::RequirementVerdict::not_tested:
    case model::RequirementVerdict::not_applicable:
      return "none";
    case model::RequirementVerdict::waived:
      return "waived";
  }
  return "none";
}

std::string_view tone(model::RunVerdict verdict) {
  switch (verdict) {
    case model::RunVerdict::conformant:
      return "good";
    case model::RunVerdict::non_conformant:
      return "bad";
    case model::RunVerdict::incomplete:
      return "open";
    case model::RunVerdict::nothing_run:
      return "none";
  }
  return "none";
}

void badge(Html& html, std::string_view tone, std::string_view shape, std::string_view word) {
  const auto whole = html.in("span", {{"class", "v " + std::string(tone)}});
  html.element("i", {{"aria-hidden", "true"}}, shape);
  html.text(" ").text(word);  // the space is for readers without style
}

void badge(Html& html, model::Verdict verdict) {
  badge(html, tone(verdict), shape(verdict), model::word(verdict));
}

void badge(Html& html, model::RequirementVerdict verdict) {
  badge(html, tone(verdict), shape(verdict), label(verdict));
}

void link_to(Html& html, std::string_view fragment, std::string_view text) {
  html.element("a", {{"href", "#" + std::string(fragment)}}, text);
}

void link_to_check(Page& page, const model::Finding& finding, std::string_view text) {
  link_to(page.html, fragment("c-", finding.check.id), text);
}

void link_out(Html& html, std::string_view url, std::string_view text) {
  if (url.starts_with("https://") || url.starts_with("http://"))
    html.element(
        "a", {{"href", std::string(url)}, {"rel", "noreferrer noopener"}, {"class", "out"}}, text);
  else
    html.text(text);
}

void row(Html& html, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  html.element("dt", name);
  html.element("dd", value);
}

void row_code(Html& html, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  html.element("dt", name);
  const auto cell = html.in("dd");
  html.element("code", value);
}

std::string clipped(std::string_view text, std::size_t limit) {
  return base::shortened(base::printable(text), limit);
}

std::string seen_or_reason(const model::Report& report, const model::Finding& finding) {
  const bool open = finding.verdict == model::Verdict::inconclusive;
  return clipped(open ? reason(report, finding) : seen_and_why(report, finding), 240);
}

std::string sentence_case(std::string_view text) {
  std::string out(text);
  if (!out.empty() && out.front() >= 'a' && out.front() <= 'z')
    out.front() = static_cast<char>(out.front() - 'a' + 'A');
  return out;
}

std::string utc(base::EpochSeconds time) {
  std::string text = base::rfc3339(time);
  text[10] = ' ';
  text.pop_back();
  return text + " UTC";
}

std::string day(base::EpochSeconds time) {
  return base::rfc3339(time).substr(0, 10);
}

}  // namespace report
