// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/text.hpp"
#include "report/changes.hpp"
#include "report/html_parts.hpp"
#include "report/words.hpp"

namespace report {

namespace {

using model::Finding;
using model::HttpExchange;
using model::Observation;

// A pass needs less of the answer on paper than a failure; result.json holds what was kept.
std::size_t excerpt_limit(const Finding& finding) {
  return finding.verdict == model::Verdict::pass ? 400 : 4096;
}

std::string header_lines(const std::vector<model::Header>& headers) {
  std::string out;
  for (const auto& header : headers)
    out += fmt::format("{}: {}\n", clipped(header.name, 120), clipped(header.value, 500));
  return out;
}

std::string answer_line(const Observation& seen) {
  return clipped(model::in_words(seen), 240);
}

void write_block(Html& html, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  html.element("p", {{"class", "k"}}, name);
  const auto block = html.in("pre");
  html.lines(text);
}

// What the good request, or its answer, has otherwise: marked line by line, and what it lacks besides.
void write_compared(Html& html, std::string_view name, const std::string& text, const std::string& control) {
  if (text.empty()) return;
  html.element("p", {{"class", "k"}}, name);
  const auto block = html.in("pre");
  bool first = true;
  for (const auto& line : marked_lines(text, control)) {
    if (!first) html.lines("\n");
    first = false;
    if (line.differs && !line.text.empty()) {
      html.element("mark", line.text);
    } else {
      html.lines(line.text);
    }
  }
}

std::string token_lines(const model::TokenRecipe& token, bool whole) {
  std::string out;
  for (const auto& mutation : token.mutations)
    out += "changed: " + clipped(model::in_words(mutation), 300) + "\n";
  if (whole || token.mutations.empty())
    out += base::shortened(token.claims->dump(2, ' ', false, base::Json::error_handler_t::replace),
                           1500) +
           "\n";
  return out;
}

std::string request_text(const HttpExchange& http) {
  std::string text =
      fmt::format("{} {} HTTP/1.1\n", clipped(http.method, 80), clipped(http.path, 600));
  text += header_lines(http.headers);
  if (!http.body.empty()) text += "\n" + base::shortened(base::printable(http.body, true), 800);
  return text;
}

void write_changes(Html& html, const HttpExchange& good, const HttpExchange& sent) {
  const auto all = changes(good, sent);
  if (all.empty()) return;
  html.element("p", {{"class", "k"}}, "Differs from the good request by");
  const auto list = html.in("ul");
  for (const auto& change : all) html.element("li", clipped(change, 300));
}

void write_request(Html& html, const HttpExchange& http, const Finding& finding, const Observation* control) {
  const auto* good = control == nullptr ? nullptr : std::get_if<HttpExchange>(&control->exchange);
  const std::string name = fmt::format("Request to {}", in_words(http.origin));
  if (good == nullptr) {
    write_block(html, name, request_text(http));
  } else {
    write_changes(html, *good, http);
    write_compared(html, name, request_text(http), request_text(*good));
  }
  const bool whole = finding.verdict == model::Verdict::fail;
  if (http.token && (whole || !http.token->mutations.empty()))
    write_block(html, "Token, as a recipe", token_lines(*http.token, whole));
}

void write_hello(Html& html, const model::HelloExchange& hello) {
  std::string names;
  for (const auto code : hello.suites) {
    if (names.size() > 300) break;
    names += (names.empty() ? "" : ", ") + model::suite_name(code);
  }
  const std::string offered =
      hello.suites.size() == 1 ? names
                               : fmt::format("{} suites offered: {} …", hello.suites.size(), names);
  write_block(html, fmt::format("ClientHello to {}", in_words(hello.origin)), offered);
}

std::string answer_text(const Observation& seen, std::size_t limit) {
  std::string text = header_lines(seen.headers);
  if (seen.status != 0) text = fmt::format("HTTP/1.1 {}\n", seen.status) + text;
  if (!seen.excerpt.empty()) text += "\n" + base::shortened(base::printable(seen.excerpt, true), limit);
  return text;
}

void write_answer(Html& html, const Observation& seen, const Finding& finding, const Observation* control) {
  const std::size_t limit = excerpt_limit(finding);
  if (control == nullptr) return write_block(html, "Answer", answer_text(seen, limit));
  write_compared(html, "Answer; what the good request's has not is marked", answer_text(seen, limit), answer_text(*control, limit));
}

void write_particulars(Html& html, const Observation& seen) {
  const auto list = html.in("dl", {{"class", "terms"}});
  if (seen.side != model::Side::none && seen.outcome != model::Outcome::answered)
    row(html, "Ended by", seen.side == model::Side::target ? "target" : "our side");
  if (seen.layer != model::Layer::none && seen.outcome != model::Outcome::answered)
    row(html, "At layer", model::word(seen.layer));
  row(html, "Alert", clipped(seen.alert, 120));
  if (seen.tls.version)
    row(html, "TLS",
        seen.status != 0 ? std::string(model::word(*seen.tls.version))
                         : fmt::format("{}, {}", model::word(*seen.tls.version),
                                       model::suite_name(seen.tls.suite)));
  row(html, "Certificate sent",
      clipped(seen.tls.leaf_sent, 16).substr(0, 16) + (seen.tls.leaf_sent.empty() ? "" : "…"));
  row(html, "Detail", clipped(seen.detail, 300));
  if (!seen.body_digest.empty())
    row(html, "Body",
        fmt::format("{} bytes{}, sha256 {}", seen.body_bytes, seen.truncated ? " (cut)" : "",
                    clipped(seen.body_digest, 80)));
  row(html, "Trace id", clipped(seen.trace_id, 60));
  if (!seen.believed)
    row(html, "Not believed", "known-good hellos went unanswered at the same time");
}

void write_same(Html& html, const Index::Evidence& first) {
  const auto line = html.in("p");
  html.text("Request and answer as in ");
  link_to(html, first.anchor, fmt::format("E{} under {}", first.number, first.requirement));
  html.text(".");
}

void write_item(Page& page, const Finding& finding, const Observation& seen,
                const Index::Evidence& place) {
  Html& html = page.html;
  const auto item = html.in("details", {{"class", "ev"}, {"id", place.anchor}});
  {
    const auto summary = html.in("summary");
    html.element("b", fmt::format("E{}", place.number));
    html.text(" ").text(clipped(model::in_words(seen.exchange), 200));
    html.text(" → ").element("b", answer_line(seen));
    html.text(" ").element("small", duration_in_words(seen.ms));
  }
  if (const auto* first = page.index.evidence(place.same_as); first != nullptr) {
    write_same(html, *first);
    return write_particulars(html, seen);
  }
  const auto* control = control_beside(page.report, finding, seen);
  if (const auto* http = std::get_if<HttpExchange>(&seen.exchange); http != nullptr)
    write_request(html, *http, finding, control);
  if (const auto* hello = std::get_if<model::HelloExchange>(&seen.exchange); hello != nullptr)
    write_hello(html, *hello);
  write_answer(html, seen, finding, control);
  write_particulars(html, seen);
}

// What another finding shows: the controls, mostly.
void write_elsewhere(Page& page, const std::vector<const Observation*>& observations) {
  Html& html = page.html;
  const auto line = html.in("p", {{"class", "ev ref"}});
  html.text("See also");
  for (const auto* seen : observations) {
    const auto* place = page.index.evidence(seen->id);
    html.text(seen == observations.front() ? " " : ", ");
    link_to(html, place->anchor, fmt::format("E{} under {}", place->number, place->requirement));
    html.text(" (" + clipped(model::in_words(*seen), 80) + ")");
  }
}

}  // namespace

void write_evidence(Page& page, const Finding& finding) {
  if (finding.observations.empty()) return;
  Html& html = page.html;
  std::vector<const Observation*> elsewhere;
  std::vector<std::string> unshown;
  html.element("p", {{"class", "k"}}, "Evidence");
  for (const auto& id : finding.observations) {
    const auto* place = page.index.evidence(id);
    const auto* seen = find_observation(page.report, id);
    if (place == nullptr || seen == nullptr) {
      unshown.push_back(id);
    } else if (place->check == finding.check.id) {
      write_item(page, finding, *seen, *place);
    } else {
      elsewhere.push_back(seen);
    }
  }
  if (!elsewhere.empty()) write_elsewhere(page, elsewhere);
  if (unshown.empty()) return;
  html.element("p", {{"class", "more"}},
               fmt::format("{} more in {}: {}", unshown.size(), page.options.result_name,
                           clipped(base::join(unshown, ", "), 300)));
}

}  // namespace report
