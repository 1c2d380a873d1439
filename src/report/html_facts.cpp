// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/html_parts.hpp"
#include "report/words.hpp"

namespace report {

namespace {

using model::CredentialResult;
using model::Outcome;

bool let_in(const CredentialResult& credential) {
  return credential.outcome == Outcome::answered && credential.status >= 200 &&
         credential.status < 300;
}

std::string answer_of(const CredentialResult& credential) {
  if (!credential.alert.empty()) return "alert " + clipped(credential.alert, 80);
  if (credential.status != 0) return fmt::format("HTTP {}", credential.status);
  return std::string(model::word(credential.outcome));
}

enum class Wanted { in, out, either };

// probity-judging(7), FLAWS: which of them break a requirement when they are served. The others are warnings or
// facts, and no colour of this table should say more than the checks do.
Wanted wanted(model::CredentialKind kind) {
  using K = model::CredentialKind;
  switch (kind) {
    case K::valid:
      return Wanted::in;
    case K::valid_cn_only:
    case K::valid_san_only:
    case K::missing_intermediate:
    case K::revoked_intermediate:
    case K::wrong_eku:
    case K::ca_as_leaf:
    case K::weak_key:
    case K::weak_signature:
    case K::unknown_critical_extension:
      return Wanted::either;
    default:
      return Wanted::out;
  }
}

void write_entry(Html& html, const CredentialResult& credential) {
  const bool in = let_in(credential);
  const bool refused = credential.outcome == Outcome::answered ||
                       credential.outcome == Outcome::refused ||
                       credential.outcome == Outcome::closed;
  if (!in && !refused) return badge(html, "open", "?", "not known");
  const Wanted want = wanted(credential.kind);
  const std::string_view word = in ? "let in" : "refused";
  if (want == Wanted::either) return badge(html, "none", "–", word);
  const bool right = in == (want == Wanted::in);
  badge(html, right ? "good" : "bad", right ? "✓" : "✕", word);
}

void write_credential_row(Html& html, const CredentialResult& credential) {
  const auto line = html.in("tr");
  html.element("th", {{"scope", "row"}},
               credential.label.empty() ? "no certificate" : clipped(credential.label, 120));
  html.element("td", model::word(credential.kind));
  {
    const auto cell = html.in("td");
    write_entry(html, credential);
  }
  html.element("td", model::word(credential.layer));
  html.element("td", answer_of(credential));
  const auto& leaf = credential.certificate;
  html.element("td", leaf ? fmt::format("{}, {} to {}", clipped(leaf->subject, 200),
                                        day(leaf->not_before), day(leaf->not_after))
                          : "");
}

void write_options(Page& page) {
  Html& html = page.html;
  const model::RunInfo& run = page.report.run;
  for (const auto& setting : run.settings)
    row(html, sentence_case(clipped(setting.name, 80)), clipped(setting.value));
  row(html, "Sent",
      fmt::format(
          "{}, {}",
          base::counted(static_cast<std::size_t>(std::max(0, page.report.requests_sent)),
                        "request"),
          base::counted(static_cast<std::size_t>(std::max(0, page.report.connections_opened)),
                        "connection")));
  std::string argv;
  for (const auto& word : run.argv)
    argv += (argv.empty() ? "" : " ") + base::shell_quoted(clipped(word, 300));
  row_code(html, "Command", clipped(argv, 3000));
  for (const auto& [name, value] : page.report.profile.parameters.items())
    row(html, "Profile: " + clipped(name, 80), clipped(in_words(value), 4000));
}

void write_identity_used(Page& page) {
  for (const auto& credential : page.report.credentials) {
    if (credential.kind != model::CredentialKind::valid || !credential.certificate) continue;
    const auto& leaf = *credential.certificate;
    row(page.html, "Client identity",
        fmt::format("{}; issuer {}; serial {}; {} to {}; SHA-256 {}", clipped(leaf.subject, 200),
                    clipped(leaf.issuer, 200), clipped(leaf.serial, 60), day(leaf.not_before),
                    day(leaf.not_after), clipped(leaf.sha256, 80)));
    return;
  }
}

}  // namespace

void write_columns(Html& html, std::initializer_list<std::string_view> names) {
  const auto head = html.in("thead");
  const auto line = html.in("tr");
  for (const auto name : names) html.element("th", {{"scope", "col"}}, name);
}

void write_credentials(Page& page) {
  Html& html = page.html;
  const auto section =
      html.in("section", {{"id", "credentials"}, {"aria-labelledby", "credentials-h"}});
  html.element("h2", {{"id", "credentials-h"}}, "Client certificates");
  if (page.report.credentials.empty()) {
    html.element("p", "None was presented.");
    return;
  }
  html.element("p", "Who was let in, and where the others were stopped.");
  const auto box = html.in("div", {{"class", "scroll"},
                                   {"tabindex", "0"},
                                   {"role", "region"},
                                   {"aria-label", "Client certificates, table"}});
  const auto table = html.in("table");
  html.element("caption", {{"class", "vh"}},
               "Client certificates, whether they were let in, and at which layer");
  write_columns(html, {"Certificate", "Kind", "Result", "Layer", "Answer", "Subject and validity"});
  const auto body = html.in("tbody");
  for (const auto& credential : page.report.credentials) write_credential_row(html, credential);
}

void write_conditions(Page& page) {
  Html& html = page.html;
  const model::Report& report = page.report;
  const auto section =
      html.in("section", {{"id", "conditions"}, {"aria-labelledby", "conditions-h"}});
  html.element("h2", {{"id", "conditions-h"}}, "Conditions of test");
  {
    const auto list = html.in("dl", {{"class", "facts"}});
    row(html, "Addresses", clipped(base::join(report.target.addresses, ", ")));
    row(html, "Clock",
        report.facts.clock_offset ? clock_in_words(*report.facts.clock_offset)
                                  : "the target sent no time to compare");
    row(html, "Server certificate",
        report.facts.server_verification.empty() ? "not seen"
                                                 : clipped(report.facts.server_verification));
    write_identity_used(page);
    row(html, "Authorisation",
        report.run.authorisation.empty() ? "none given: safe reads only"
                                         : clipped(report.run.authorisation));
    write_options(page);
  }
  if (report.run.notes.empty()) return;
  html.element("h3", "Notes of the run");
  const auto notes = html.in("ul");
  for (const auto& note : report.run.notes) html.element("li", clipped(note, 600));
}

}  // namespace report
