// SPDX-License-Identifier: Apache-2.0
#include "report/html.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "report/html_parts.hpp"
#include "report/html_shell.hpp"
#include "report/words.hpp"

namespace report {

namespace {

// A digest as CSP writes it (W3C CSP3, hash-source): base64 of the octets, not of the hexadecimal.
std::string hash_source(std::string_view hex) {
  std::string octets;
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    octets += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  return "'sha256-" + base::base64(octets) + "'";
}

std::string content_security_policy() {
  return fmt::format(
      "default-src 'none'; style-src {}; script-src {}; img-src data:; base-uri 'none'; "
      "form-action 'none'",
      hash_source(style_sha256()), hash_source(script_sha256()));
}

void write_html_head(Page& page) {
  Html& html = page.html;
  const auto head = html.in("head");
  html.empty("meta", {{"charset", "utf-8"}});
  // The policy stands before anything it governs.
  html.empty("meta",
             {{"http-equiv", "Content-Security-Policy"}, {"content", content_security_policy()}});
  html.empty("meta", {{"name", "referrer"}, {"content", "no-referrer"}});
  html.empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html.empty("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  html.empty("meta", {{"name", "generator"},
                      {"content", page.report.tool.name + " " + page.report.tool.version}});
  html.element("title", fmt::format("{}: {} – probity report", label(page.report.verdict),
                                    clipped(page.report.target.alias, 120)));
  html.asset("style", "reports/report.css");
}

void write_main(Page& page) {
  const auto main = page.html.in("main", {{"id", "main"}});
  write_at_a_glance(page);
  write_needs_action(page);
  write_not_tested(page);
  write_waivers(page);
  write_change(page);
  write_requirements(page);
  write_credentials(page);
  write_tls(page);
  write_created(page);
  write_conditions(page);
  write_definitions(page);
  write_declaration(page);
  write_integrity(page);
}

// Stands at the top of every printed page, so that a lost sheet finds its way back.
void write_running_head(Page& page) {
  page.html.element("div", {{"class", "running"}, {"aria-hidden", "true"}},
                    fmt::format("{}, run {}", clipped(page.report.target.alias, 80),
                                clipped(page.report.run.id, 80)));
}

void write_foot(Page& page) {
  Html& html = page.html;
  const auto foot = html.in("footer");
  html.text(fmt::format("{} {}, run {}.", page.report.tool.name, page.report.tool.version,
                        clipped(page.report.run.id, 80)));
  for (const auto& spec : page.report.specs)
    html.text(fmt::format(" Quotations from {} ({}): {}, {}.", clipped(spec.title),
                          clipped(spec.source), clipped(spec.publisher), clipped(spec.licence)));
}

}  // namespace

std::string report_html(const model::Report& report, const HtmlOptions& options) {
  const Index index(report);
  Html html;
  Page page{html, report, index, options};
  {
    const auto whole = html.in("html", {{"lang", "en-GB"}});
    write_html_head(page);
    const auto body = html.in("body");
    html.element("a", {{"class", "skip"}, {"href", "#main"}}, "Skip to the result");
    write_running_head(page);
    write_head(page);
    write_contents(page);
    write_main(page);
    write_foot(page);
    html.asset("script", "reports/report.js");
  }
  return html.take();
}

}  // namespace report
