// SPDX-License-Identifier: Apache-2.0
#include "report/survey.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "base/time.hpp"
#include "model/tls_names.hpp"
#include "report/exchange_json.hpp"
#include "report/result_json.hpp"

namespace report {

namespace {

using model::HelloState;
using model::Preference;
using model::TlsVersion;

constexpr std::size_t label_width = 24;

std::string line(const std::string& label, const std::string& text) {
  return fmt::format("  {:<{}}{}\n", label, label_width, text);
}

std::string order_in_words(const model::VersionFacts& facts) {
  switch (facts.preference) {
    case Preference::server: return facts.ordered ? ", the server's order" : ", the server's order (not known in full)";
    case Preference::client: return ", the client's order";
    case Preference::unclear: return ", order unclear";
    case Preference::not_tested: return "";
  }
  return "";
}

std::string protocol_line(std::string_view name, const model::VersionFacts& facts) {
  std::string text(model::word(facts.state));
  if (!facts.accepted.empty()) text = "accepted, " + base::counted(facts.accepted.size(), "suite") + order_in_words(facts);
  if (!facts.unanswered.empty() && !facts.accepted.empty())
    text += fmt::format("; {} not decided", base::counted(facts.unanswered.size(), "suite"));
  return line(std::string(name), text);
}

// Every accepted suite once: those of the highest version first, in its order.
std::vector<std::uint32_t> matrix_rows(const model::TlsFacts& tls) {
  std::vector<std::uint32_t> rows;
  for (auto at = tls.versions.rbegin(); at != tls.versions.rend(); ++at)
    for (const auto code : at->second.accepted)
      if (std::find(rows.begin(), rows.end(), code) == rows.end()) rows.push_back(code);
  return rows;
}

std::string matrix_cell(const model::VersionFacts& facts, std::uint32_t code) {
  const auto at = std::find(facts.accepted.begin(), facts.accepted.end(), code);
  if (at != facts.accepted.end()) return facts.ordered ? std::to_string(at - facts.accepted.begin() + 1) : "yes";
  if (facts.unanswered.contains(code)) return "?";
  return facts.refused.contains(code) ? "-" : "";
}

// Suites down, versions across; a number is the place in the server's order.
std::string matrix(const model::TlsFacts& tls) {
  std::vector<TlsVersion> columns;
  for (const auto& [version, facts] : tls.versions)
    if (!facts.accepted.empty()) columns.push_back(version);
  std::string out = "\nSuites";
  out += std::string(54, ' ');
  for (const auto version : columns) out += fmt::format("{:>8}", model::word(version));
  out += "\n";
  for (const auto code : matrix_rows(tls)) {
    const auto* suite = model::find_suite(code);
    std::string row = fmt::format("  {:<9}{:<49}", model::code_text(code), model::suite_name(code));
    for (const auto version : columns) row += fmt::format("{:>8}", matrix_cell(tls.of(version), code));
    const std::string weakness = suite == nullptr ? "" : model::weakness_in_words(*suite);
    if (!weakness.empty()) row += "  " + weakness;
    out += row + "\n";
  }
  return out;
}

std::string vulnerability_lines(const model::TlsFacts& tls) {
  if (tls.vulnerabilities.empty()) return "";
  std::string out = "\nKnown flaws\n";
  for (const auto& [name, feature] : tls.vulnerabilities)
    out += line(base::replace_all(name, "-", " "), std::string(model::word(feature.state)) + (feature.detail.empty() ? "" : " (" + base::printable(feature.detail) + ")"));
  return out;
}

std::string handshake_lines(const SurveyedAddress& seen) {
  std::string out = "\nHandshake\n";
  const auto& tls = seen.tls;
  std::vector<std::string> groups;
  for (const auto code : tls.groups) groups.push_back(model::group_name(code));
  if (!groups.empty()) out += line("groups", base::join(groups, ", "));
  if (tls.dh) out += line("finite-field prime", fmt::format("{} bits, {}", tls.dh->bits, tls.dh->prime.size() == 64 ? "a prime of its own" : tls.dh->prime));
  for (const auto& [name, feature] : tls.features)
    out += line(base::replace_all(name, "-", " "), std::string(model::word(feature.state)) + (feature.detail.empty() ? "" : " (" + feature.detail + ")"));
  std::string asked = !seen.certificate_requested ? "not known" : *seen.certificate_requested ? "requested" : "not requested";
  if (!seen.ca_names.empty()) asked += fmt::format(", {} named", base::counted(seen.ca_names.size(), "CA"));
  if (!tls.features.empty()) out += line("client certificate", asked);
  for (const auto& name : seen.ca_names) out += line("", base::printable(name));
  out += vulnerability_lines(tls);
  if (!seen.certificate) return out;
  const auto& leaf = *seen.certificate;
  out += "\nCertificate\n";
  out += line("subject", base::printable(leaf.subject));
  out += line("issuer", base::printable(leaf.issuer));
  out += line("names", base::printable(base::join(leaf.names, ", ")));
  out += line("valid", fmt::format("{} to {}", base::rfc3339(leaf.not_before), base::rfc3339(leaf.not_after)));
  out += line("key, signature", base::printable(leaf.key + ", " + leaf.signature));
  return out + line("chain", base::counted(static_cast<std::size_t>(seen.certificates), "certificate"));
}

std::string address_text(const SurveyView& view, const SurveyedAddress& seen) {
  std::string out = fmt::format("{}{}\n", view.target, seen.address.empty() ? "" : " at " + seen.address);
  if (!seen.problem.empty()) return out + line("not surveyed", base::printable(seen.problem));
  out += "\nProtocols\n";
  for (const auto& [version, name] : model::Words<TlsVersion>::table) out += protocol_line(name, seen.tls.of(version));
  if (!matrix_rows(seen.tls).empty()) out += matrix(seen.tls);
  out += handshake_lines(seen);
  for (const auto& one : seen.tls.contradictions) out += line("contradiction", one);
  return out + fmt::format("\n{}, {} ms\n", base::counted(static_cast<std::size_t>(seen.connections), "connection"), seen.ms);
}

// What can be compared between two machines, as a set of phrases.
std::set<std::string> phrases(const SurveyedAddress& seen) {
  std::set<std::string> out;
  for (const auto& [version, facts] : seen.tls.versions) {
    for (const auto code : facts.accepted) out.insert(fmt::format("{} {}", model::word(version), model::suite_name(code)));
    if (facts.preference != Preference::not_tested)
      out.insert(fmt::format("{} order: {}", model::word(version), model::word(facts.preference)));
  }
  for (const auto code : seen.tls.groups) out.insert("group " + model::group_name(code));
  for (const auto* features : {&seen.tls.features, &seen.tls.vulnerabilities})
    for (const auto& [name, feature] : *features) out.insert(fmt::format("{}: {}", name, model::word(feature.state)));
  if (seen.certificate) out.insert("certificate SHA-256 " + seen.certificate->sha256);
  if (seen.certificate_requested) out.insert(*seen.certificate_requested ? "client certificate requested" : "client certificate not requested");
  return out;
}

base::Json address_json(const SurveyedAddress& seen) {
  base::Json out = {{"address", seen.address}, {"problem", shown(seen.problem)}, {"complete", seen.complete},
                    {"tls", tls_facts_json(seen.tls)}, {"connections", seen.connections}, {"ms", seen.ms}};
  out["certificate"] = seen.certificate ? to_json(*seen.certificate) : base::Json::object();
  out["chain_length"] = seen.certificates;
  base::Json names = base::Json::array();
  for (const auto& name : seen.ca_names) names.push_back(shown(name));
  out["client_auth"] = {{"requested", seen.certificate_requested ? base::Json(*seen.certificate_requested) : base::Json()}, {"ca_names", names}};
  return out;
}

}  // namespace

std::vector<std::string> differences(const SurveyView& view) {
  std::vector<std::string> out;
  const SurveyedAddress* first = nullptr;
  for (const auto& seen : view.addresses) {
    if (!seen.problem.empty()) {
      if (view.addresses.size() > 1) out.push_back(fmt::format("{}: {}", seen.address, seen.problem));
      continue;
    }
    if (first == nullptr) {
      first = &seen;
      continue;
    }
    const auto there = phrases(*first);
    const auto here = phrases(seen);
    for (const auto& phrase : there)
      if (!here.contains(phrase)) out.push_back(fmt::format("{} has, {} has not: {}", first->address, seen.address, phrase));
    for (const auto& phrase : here)
      if (!there.contains(phrase)) out.push_back(fmt::format("{} has, {} has not: {}", seen.address, first->address, phrase));
  }
  return out;
}

std::string survey_text(const SurveyView& view) {
  std::string out;
  for (const auto& seen : view.addresses) out += (out.empty() ? "" : "\n") + address_text(view, seen);
  if (view.addresses.size() < 2) return out;
  const auto found = differences(view);
  out += found.empty() ? fmt::format("\nAll {} addresses answer alike.\n", view.addresses.size()) : "\nDifferences between the addresses\n";
  for (const auto& one : found) out += "  " + base::printable(one) + "\n";
  return out;
}

base::Json survey_json(const SurveyView& view) {
  base::Json addresses = base::Json::array();
  for (const auto& seen : view.addresses) addresses.push_back(address_json(seen));
  return {{"schema", "probity.survey/1"}, {"target", view.target}, {"mode", model::word(view.mode)},
          {"addresses", addresses}, {"differences", differences(view)}};
}

}  // namespace report
