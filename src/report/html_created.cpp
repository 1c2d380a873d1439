// SPDX-License-Identifier: Apache-2.0
// What state-changing checks created on the target, and what became of it.
#include "report/html_parts.hpp"
#include "report/words.hpp"

namespace report {

namespace {

void write_created_row(Page& page, const model::Created& created) {
  Html& html = page.html;
  const auto line = html.in("tr");
  html.element("td", state_in_words(created));
  {
    const auto cell = html.in("td");
    html.element("code", clipped(created.identifier, 120));
  }
  html.element("td", clipped(created.location, 200));
  html.element("td", clipped(created.owner + " (" + created.ods_code + ")", 120));
  html.element("td", clipped(created.check, 120));
  html.element("td", clipped(created.because));
}

}  // namespace

void write_created(Page& page) {
  if (page.report.created.empty()) return;
  Html& html = page.html;
  const auto section = html.in("section", {{"id", "created"}, {"aria-labelledby", "created-h"}});
  html.element("h2", {{"id", "created-h"}}, "Created on the target");
  html.element("p", created_in_words(page.report) + ".");
  const auto box = html.in("div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", "Created on the target, table"}});
  const auto table = html.in("table");
  html.element("caption", {{"class", "vh"}}, "What was created on the target, and what became of it");
  write_columns(html, {"Now", "Identifier", "Location", "Owner", "Check", "Why"});
  const auto body = html.in("tbody");
  for (const auto& created : page.report.created) write_created_row(page, created);
}

}  // namespace report
