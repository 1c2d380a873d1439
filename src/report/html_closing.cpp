// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "report/html_parts.hpp"
#include "report/words.hpp"

namespace report {

namespace {

void define(Html& html, std::string_view tone, std::string_view shape, std::string_view word,
            std::string_view meaning) {
  {
    const auto term = html.in("dt");
    badge(html, tone, shape, word);
  }
  html.element("dd", meaning);
}

void write_party(Html& html, std::string_view who) {
  const auto box = html.in("div", {{"class", "party"}});
  const auto table = html.in("table");
  html.element("caption", who);
  const auto body = html.in("tbody");
  for (const auto* line : {"Scope of the declaration", "Decision", "Conditions", "Name", "Role",
                           "Organisation", "Date", "Signature"}) {
    const auto entry = html.in("tr");
    html.element("th", {{"scope", "row"}}, line);
    const bool decision = std::string_view(line) == "Decision";
    html.element("td", decision ? "☐ accepted   ☐ accepted with conditions   ☐ not accepted" : "");
  }
}

}  // namespace

void write_definitions(Page& page) {
  Html& html = page.html;
  const auto section =
      html.in("section", {{"id", "definitions"}, {"aria-labelledby", "definitions-h"}});
  html.element("h2", {{"id", "definitions-h"}}, "Definitions");
  const auto columns = html.in("div", {{"class", "three"}});
  {
    const auto box = html.in("div");
    html.element("h3", "Verdict of a check");
    const auto list = html.in("dl", {{"class", "words"}});
    for (const auto& [verdict, word] : model::Words<model::Verdict>::table)
      define(html, tone(verdict), shape(verdict), word, meaning(verdict));
  }
  {
    const auto box = html.in("div");
    html.element("h3", "Verdict of a requirement");
    const auto list = html.in("dl", {{"class", "words"}});
    for (const auto& [verdict, word] : model::Words<model::RequirementVerdict>::table)
      define(html, tone(verdict), shape(verdict), label(verdict), meaning(verdict));
  }
  const auto box = html.in("div");
  html.element("h3", "Severity");
  const auto list = html.in("dl", {{"class", "words"}});
  for (const auto& [severity, word] : model::Words<model::Severity>::table)
    row(html, word, meaning(severity));
}

void write_declaration(Page& page) {
  Html& html = page.html;
  const auto section =
      html.in("section", {{"id", "declaration"}, {"aria-labelledby", "declaration-h"}});
  html.element("h2", {{"id", "declaration-h"}}, "Declaration");
  html.element("p", "To be filled in by hand. probity never fills in any of it.");
  const auto pair = html.in("div", {{"class", "two"}});
  write_party(html, "Tester");
  write_party(html, "Reviewer");
}

void write_integrity(Page& page) {
  Html& html = page.html;
  const auto section =
      html.in("section", {{"id", "integrity"}, {"aria-labelledby", "integrity-h"}});
  html.element("h2", {{"id", "integrity-h"}}, "Integrity");
  html.element("p", fmt::format("This page was made from {} and says nothing that is not in it.",
                                page.options.result_name));
  {
    const auto list = html.in("dl", {{"class", "facts"}});
    row_code(html, fmt::format("SHA-256 of {}", page.options.result_name),
             page.options.result_digest);
    row_code(html, "SHA-256 of the profile", clipped(page.report.profile.digest, 120));
    row_code(html, "Run", clipped(page.report.run.id, 80));
  }
  html.element("p", {{"class", "k"}}, "Check it with");
  const auto box = html.in("div", {{"class", "copy"}});
  const auto text = html.in("pre");
  html.lines(fmt::format("sha256sum {}", page.options.result_name));
}

}  // namespace report
