// SPDX-License-Identifier: Apache-2.0
#include "report/changes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace report {

namespace {

using model::Header;
using model::HttpExchange;

std::string shown(const std::string& value) {
  if (value.empty()) return "(empty)";
  if (base::trim(value).empty()) return "(blank)";
  return base::shortened(base::printable(value), 120);
}

std::vector<std::string> values_of(const HttpExchange& http, const std::string& name) {
  std::vector<std::string> values;
  for (const auto& header : http.headers)
    if (base::same_ignoring_case(header.name, name)) values.push_back(header.name == name ? header.value : header.name + ": " + header.value);
  return values;
}

std::string joined(const std::vector<std::string>& values) {
  std::vector<std::string> each;
  for (const auto& value : values) each.push_back(shown(value));
  return base::join(each, " and ");
}

void note_header(const HttpExchange& good, const HttpExchange& sent, const std::string& name, std::vector<std::string>& out) {
  const auto before = values_of(good, name);
  const auto after = values_of(sent, name);
  if (before == after) return;
  if (after.empty()) {
    out.push_back("without " + name);
  } else if (before.empty()) {
    out.push_back(fmt::format("{}: {} (added)", name, joined(after)));
  } else {
    out.push_back(fmt::format("{}: {} (in the good request: {})", name, joined(after), joined(before)));
  }
}

void note(const char* what, const std::string& before, const std::string& after, std::vector<std::string>& out) {
  if (before != after) out.push_back(fmt::format("{} {} (in the good request: {})", what, shown(after), shown(before)));
}

}  // namespace

const model::Observation* control_beside(const model::Report& report, const model::Finding& finding, const model::Observation& seen) {
  const auto* http = std::get_if<HttpExchange>(&seen.exchange);
  if (http == nullptr || seen.id.starts_with("control-")) return nullptr;
  for (auto id = finding.observations.rbegin(); id != finding.observations.rend(); ++id) {
    const auto* control = id->starts_with("control-") ? model::find_observation(report, *id) : nullptr;
    if (control != nullptr && std::holds_alternative<HttpExchange>(control->exchange)) return control;
  }
  return nullptr;
}

std::vector<std::string> changes(const HttpExchange& good, const HttpExchange& sent) {
  std::vector<std::string> out;
  note("method", good.method, sent.method, out);
  note("path", good.path, sent.path, out);
  std::vector<std::string> names;
  for (const auto* headers : {&good.headers, &sent.headers})
    for (const auto& header : *headers) {
      const auto known = [&](const std::string& name) { return base::same_ignoring_case(name, header.name); };
      if (!base::same_ignoring_case(header.name, "Content-Length") && std::none_of(names.begin(), names.end(), known)) names.push_back(header.name);
    }
  for (const auto& name : names) note_header(good, sent, name, out);
  note("body", good.body, sent.body, out);
  note("client certificate", good.credential.empty() ? "none" : good.credential, sent.credential.empty() ? "none" : sent.credential, out);
  if (sent.token)
    for (const auto& mutation : sent.token->mutations) out.push_back(base::shortened(model::in_words(mutation), 200));
  return out;
}

std::string changes_in_words(const model::Report& report, const model::Finding& finding) {
  for (const auto& id : finding.observations) {
    const auto* seen = model::find_observation(report, id);
    const auto* control = seen == nullptr ? nullptr : control_beside(report, finding, *seen);
    if (control == nullptr) continue;
    return base::join(changes(std::get<HttpExchange>(control->exchange), std::get<HttpExchange>(seen->exchange)), "; ");
  }
  return "";
}

std::vector<MarkedLine> marked_lines(const std::string& text, const std::string& other) {
  const auto others = base::split(other, '\n');
  std::vector<MarkedLine> out;
  for (auto& line : base::split(text, '\n')) {
    const bool there = std::find(others.begin(), others.end(), line) != others.end();
    out.push_back({std::move(line), !there});
  }
  return out;
}

}  // namespace report
