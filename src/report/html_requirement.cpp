// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <set>

#include "base/text.hpp"
#include "report/html_parts.hpp"
#include "report/words.hpp"

namespace report {

namespace {

using model::Level;
using model::RequirementVerdict;

void write_choice(Html& html, std::string_view group, std::string_view value,
                  std::string_view label) {
  const auto whole = html.in("label");
  html.empty("input",
             {{"type", "checkbox"}, {"name", std::string(group)}, {"value", std::string(value)}});
  html.text(label);
}

// Hidden until the script is there to work it: a dead control is worse than none.
void write_filter(Html& html) {
  const auto box = html.in(
      "div",
      {{"id", "filter"}, {"role", "search"}, {"aria-label", "Requirements"}, {"hidden", ""}});
  {
    const auto set = html.in("fieldset");
    html.element("legend", "Verdict");
    for (const auto& [verdict, spelling] : model::Words<RequirementVerdict>::table)
      write_choice(html, "verdict", spelling, label(verdict));
    write_choice(html, "warnings", "yes", "with warnings");
  }
  {
    const auto set = html.in("fieldset");
    html.element("legend", "Level");
    for (const auto& [level, spelling] : model::Words<Level>::table)
      write_choice(html, "level", base::lower(spelling), spelling);
  }
  const auto last = html.in("div", {{"class", "row"}});
  {
    const auto whole = html.in("label", {{"class", "find"}});
    html.text("Text ");
    html.empty("input", {{"type", "search"}, {"name", "text"}, {"autocomplete", "off"}});
  }
  html.element("button", {{"type", "button"}, {"id", "reset"}}, "Show all");
  html.element("button", {{"type", "button"}, {"id", "open-all"}}, "Open all");
  html.element("button", {{"type", "button"}, {"id", "close-all"}}, "Close all");
  html.element("output", {{"id", "count"}, {"role", "status"}}, "");
}

const model::Specification* specification(const model::Report& report, std::string_view id) {
  for (const auto& spec : report.specs)
    if (spec.id == id) return &spec;
  return nullptr;
}

void write_source(Page& page, const model::Requirement& requirement) {
  Html& html = page.html;
  const auto* spec = specification(page.report, requirement.spec);
  const auto line = html.in("p", {{"class", "source"}});
  html.text("Source: ");
  if (spec == nullptr) {
    html.text(clipped(requirement.spec));
  } else {
    link_out(html, spec->source, clipped(spec->title));
  }
  if (!requirement.section.empty()) html.text(fmt::format(", “{}”", clipped(requirement.section)));
  if (spec != nullptr && !spec->read_on.empty())
    html.text(fmt::format(", read on {}", spec->read_on));
  html.text(". ");
  html.element("a", {{"href", "#" + fragment("r-", requirement.id)}, {"class", "self"}},
               "Link to " + requirement.id);
}

void write_remark(Html& html, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  const auto line = html.in("p", {{"class", "remark"}});
  html.element("b", name);
  html.text(" ").text(clipped(text, 1000));
}

void write_clause(Page& page, const model::Requirement& requirement) {
  Html& html = page.html;
  html.element("p", {{"class", "clause"}}, clipped(requirement.text, 2000));
  if (!requirement.quote.empty()) html.element("blockquote", clipped(requirement.quote, 1000));
  if (requirement.derived)
    write_remark(html, "Derived.",
                 requirement.derivation.empty()
                     ? "Not in the source's words, but following from them."
                     : requirement.derivation);
  if (!requirement.condition.empty())
    write_remark(html, "Condition.",
                 fmt::format("Binds when {} is chosen.", requirement.condition));
  write_remark(html, "Not examined.", requirement.half);
  write_source(page, requirement);
}

// Each method once, though many checks of a card share it.
void write_methods(Page& page, const std::string& id) {
  std::set<std::string> told;
  for (const auto* finding : page.index.citing(id))
    if (page.index.home(finding->check.id) == id && !finding->method.empty() &&
        told.insert(finding->method).second)
      write_remark(page.html, told.size() == 1 ? "How it was tested." : "Also.", finding->method);
}

// A check that another card tells in full.
void write_elsewhere(Page& page, const model::Finding& finding) {
  Html& html = page.html;
  const auto item = html.in("div", {{"class", "finding ref"}});
  badge(html, finding.verdict);
  html.text(" ");
  const auto text = html.in("span", {{"class", "title"}});
  link_to_check(page, finding, clipped(finding.check.title, 200));
  html.text(" ");
  html.element("code", clipped(finding.check.id, 120));
  html.text(" ").element(
      "small", fmt::format("{}; told in full under {}", seen_or_reason(page.report, finding),
                           page.index.home(finding.check.id)));
}

void write_checks(Page& page, const std::string& id) {
  const auto& citing = page.index.citing(id);
  if (citing.empty()) {
    page.html.element("p", "No check of this profile cites this requirement.");
    return;
  }
  for (const auto* finding : citing) {
    if (page.index.home(finding->check.id) == id)
      write_finding(page, *finding);
    else
      write_elsewhere(page, *finding);
  }
}

// A link of the table at the top goes here when there is no script to filter.
void write_landing(Page& page, const model::RequirementResult& result,
                   std::set<std::string>& landed) {
  const std::string id =
      fmt::format("level={}&verdict={}", base::lower(model::word(result.requirement.level)),
                  model::word(result.verdict));
  if (landed.insert(id).second) page.html.element("span", {{"id", id}}, "");
}

void write_card(Page& page, const model::RequirementResult& result, std::set<std::string>& landed) {
  Html& html = page.html;
  const model::Requirement& requirement = result.requirement;
  write_landing(page, result, landed);
  const bool open = result.verdict == RequirementVerdict::not_met ||
                    result.verdict == RequirementVerdict::undetermined;
  const auto article =
      html.in("article", {{"class", "card " + std::string(tone(result.verdict))},
                          {"id", fragment("r-", requirement.id)},
                          {"data-level", base::lower(model::word(requirement.level))},
                          {"data-verdict", std::string(model::word(result.verdict))},
                          {"data-warnings", result.warnings > 0 ? "yes" : "no"}});
  const auto details = open ? html.in("details", {{"open", ""}}) : html.in("details");
  {
    const auto summary = html.in("summary");
    {
      const auto title = html.in("h4");
      html.element("code", clipped(requirement.id, 60));
      html.text(" ").text(
          clipped(requirement.title.empty() ? requirement.text : requirement.title, 160));
    }
    const auto marks = html.in("span", {{"class", "marks"}});
    if (result.warnings > 0)
      badge(html, "caution", "!",
            base::counted(static_cast<std::size_t>(result.warnings), "warning"));
    html.text(" ").element("span", {{"class", "level"}}, model::word(requirement.level)).text(" ");
    badge(html, result.verdict);
  }
  const auto body = html.in("div", {{"class", "body"}});
  write_clause(page, requirement);
  write_methods(page, requirement.id);
  write_checks(page, requirement.id);
}

}  // namespace

void write_requirements(Page& page) {
  Html& html = page.html;
  const auto section =
      html.in("section", {{"id", "requirements"}, {"aria-labelledby", "requirements-h"}});
  html.element("h2", {{"id", "requirements-h"}}, "Requirements");
  if (page.report.requirements.empty())
    html.element("p", "No requirement was examined.");
  else
    write_filter(html);
  std::set<std::string> landed;
  const bool several = page.report.specs.size() > 1;
  for (const auto& group : page.index.sections()) {
    const auto box = html.in("section", {{"class", "group"}});
    const auto* spec = specification(page.report, group.spec);
    html.element("h3", several && spec != nullptr
                           ? clipped(spec->title) + ": " + clipped(group.name)
                           : clipped(group.name));
    for (const auto* result : group.requirements) write_card(page, *result, landed);
  }
  if (page.index.homeless().empty()) return;
  const auto box = html.in("section", {{"class", "group"}, {"id", "r-other"}});
  html.element("h3", "Checks that cite no requirement of this report");
  for (const auto* finding : page.index.homeless()) write_finding(page, *finding);
}

}  // namespace report
