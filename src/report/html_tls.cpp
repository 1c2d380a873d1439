// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "model/tls_names.hpp"
#include "report/html_parts.hpp"
#include "report/words.hpp"

namespace report {

namespace {

using model::HelloState;

std::string_view tone_of(HelloState state) {
  return state == HelloState::accepted ? "mark" : state == HelloState::no_answer ? "open" : "none";
}

void write_protocol_row(Html& html, std::string_view name, const model::VersionFacts& facts) {
  const auto line = html.in("tr");
  html.element("th", {{"scope", "row"}}, name);
  html.element("td", {{"class", std::string(tone_of(facts.state))}}, model::word(facts.state));
  const auto count = [&](std::size_t n) { return n == 0 ? std::string("–") : std::to_string(n); };
  html.element("td", count(facts.accepted.size()));
  html.element("td", count(facts.refused.size()));
  html.element("td", count(facts.unanswered.size()));
}

// result.json always names the six protocols; a run without a survey has tested none of them.
bool surveyed(const model::Facts& facts) {
  if (!facts.tls) return false;
  const auto& versions = facts.tls->versions;
  return std::any_of(versions.begin(), versions.end(), [](const auto& entry) {
    return entry.second.state != HelloState::not_tested;
  });
}

void write_protocols(Html& html, const model::TlsFacts& tls) {
  const auto box = html.in("div", {{"class", "scroll"},
                                   {"tabindex", "0"},
                                   {"role", "region"},
                                   {"aria-label", "Protocols, table"}});
  const auto table = html.in("table");
  html.element("caption", "Protocols, and how many suites were accepted, refused and not decided");
  write_columns(html, {"Protocol", "State", "Accepted", "Refused", "No answer"});
  const auto body = html.in("tbody");
  for (const auto& [version, name] : model::Words<model::TlsVersion>::table)
    write_protocol_row(html, name, tls.of(version));
}

std::string_view order_in_words(const model::VersionFacts& facts) {
  switch (facts.preference) {
    case model::Preference::server: return facts.ordered ? ", in the server's order" : ", the server's order counts";
    case model::Preference::client: return ", the client's order counts";
    case model::Preference::unclear: return ", whose order counts is unclear";
    case model::Preference::not_tested: return "";
  }
  return "";
}

// Whatever was asked beside versions and suites; nothing when nothing was.
void write_handshake(Html& html, const model::TlsFacts& tls) {
  if (tls.groups.empty() && !tls.dh && tls.features.empty() && tls.contradictions.empty()) return;
  html.element("h3", "What handshakes show");
  const auto list = html.in("dl", {{"class", "facts"}});
  std::vector<std::string> groups;
  for (const auto code : tls.groups) groups.push_back(model::group_name(code));
  if (!groups.empty()) row(html, "Groups", base::join(groups, ", "));
  if (tls.dh) row(html, "Finite-field prime", fmt::format("{} bits, {}", tls.dh->bits, clipped(tls.dh->prime, 80)));
  for (const auto& [name, feature] : tls.features)
    row(html, sentence_case(base::replace_all(clipped(name, 80), "-", " ")),
        fmt::format("{}{}", model::word(feature.state), feature.detail.empty() ? "" : ", " + clipped(feature.detail, 80)));
  for (const auto& one : tls.contradictions) row(html, "Contradiction", clipped(one, 200));
}

void write_vulnerabilities(Page& page, const model::TlsFacts& tls) {
  if (tls.vulnerabilities.empty()) return;
  Html& html = page.html;
  html.element("h3", "Known flaws, and what it does not tolerate");
  const auto box = html.in("div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", "Known flaws, table"}});
  const auto table = html.in("table");
  html.element("caption", "Known flaws of TLS stacks, looked for without using them");
  write_columns(html, {"Flaw", "Found", "Because", "Evidence"});
  const auto body = html.in("tbody");
  for (const auto& [name, feature] : tls.vulnerabilities) {
    const auto line = html.in("tr");
    html.element("th", {{"scope", "row"}}, sentence_case(base::replace_all(clipped(name, 80), "-", " ")));
    const bool open = feature.state == model::Feature::State::unknown;
    html.element("td", {{"class", open ? "open" : feature.state == model::Feature::State::yes ? "mark" : "none"}}, model::word(feature.state));
    html.element("td", clipped(feature.detail, 200));
    const auto cell = html.in("td");
    if (const auto* place = page.index.evidence(feature.observation); place != nullptr) link_to(html, place->anchor, fmt::format("E{}", place->number));
  }
}

void write_suites(Page& page, std::string_view name, const model::VersionFacts& facts) {
  if (facts.accepted.empty()) return;
  Html& html = page.html;
  html.element("h3", fmt::format("Suites accepted at {}{}", name, order_in_words(facts)));
  const auto list = html.in("ol", {{"class", "suites"}});
  for (const auto code : facts.accepted) {
    const auto item = html.in("li");
    html.element("code", model::code_text(code)).text(" " + model::suite_name(code));
    const auto at = facts.evidence.find(code);
    const auto* place = at == facts.evidence.end() ? nullptr : page.index.evidence(at->second);
    if (place == nullptr) continue;
    html.text(" ");
    link_to(html, place->anchor, fmt::format("E{} under {}", place->number, place->requirement));
  }
}

void write_server_certificate(Html& html, const model::Facts& facts) {
  html.element("h3", "Server certificate");
  if (!facts.certificate) {
    html.element("p", "Not seen.");
    return;
  }
  const auto& leaf = *facts.certificate;
  const auto list = html.in("dl", {{"class", "facts"}});
  row(html, "Subject", clipped(leaf.subject));
  row(html, "Issuer", clipped(leaf.issuer));
  row(html, "Names", clipped(base::join(leaf.names, ", "), 600));
  row(html, "Serial", clipped(leaf.serial, 120));
  row(html, "Valid", fmt::format("{} to {}", day(leaf.not_before), day(leaf.not_after)));
  row(html, "Key", clipped(leaf.key + (leaf.signature.empty() ? "" : ", " + leaf.signature), 200));
  row_code(html, "SHA-256", clipped(leaf.sha256, 120));
  row(html, "Verification", clipped(facts.server_verification));
}

void write_client_auth(Html& html, const model::ClientAuthFacts& facts) {
  html.element("h3", "What it asks of clients");
  const auto list = html.in("dl", {{"class", "facts"}});
  row(html, "Certificate requested", facts.requested ? "yes" : "no");
  row(html, "Required in the handshake",
      !facts.required   ? "not known"
      : *facts.required ? "yes"
                        : "no");
  if (!facts.key_types.empty()) row(html, "Key types", clipped(base::join(facts.key_types, ", "), 300));
  if (!facts.signature_algorithms.empty())
    row(html, "Signature algorithms", clipped(base::join(facts.signature_algorithms, ", "), 900));
  if (facts.ca_names.empty()) return row(html, "CA names sent", facts.requested ? "none" : "");
  html.element("dt", "CA names sent");
  const auto cell = html.in("dd");
  const auto names = html.in("ul");
  constexpr std::size_t at_most = 40;
  for (std::size_t i = 0; i < std::min(facts.ca_names.size(), at_most); ++i)
    html.element("li", clipped(facts.ca_names[i], 300));
  if (facts.ca_names.size() > at_most)
    html.element("li", fmt::format("and {} more", facts.ca_names.size() - at_most));
}

}  // namespace

void write_tls(Page& page) {
  Html& html = page.html;
  const model::Facts& facts = page.report.facts;
  const auto section = html.in("section", {{"id", "tls"}, {"aria-labelledby", "tls-h"}});
  html.element("h2", {{"id", "tls-h"}}, "TLS facts");
  if (!surveyed(facts)) {
    html.element("p", "No TLS survey was made.");
  } else {
    write_protocols(html, *facts.tls);
    for (const auto& [version, name] : model::Words<model::TlsVersion>::table)
      write_suites(page, name, facts.tls->of(version));
    write_handshake(html, *facts.tls);
    write_vulnerabilities(page, *facts.tls);
  }
  write_server_certificate(html, facts);
  if (facts.client_auth) write_client_auth(html, *facts.client_auth);
}

}  // namespace report
