// SPDX-License-Identifier: Apache-2.0
#include "report/html_index.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/exchange_json.hpp"
#include "report/words.hpp"

namespace report {

namespace {

// Controls are asked before and after every batch, and a sound target answers them alike: what
// reads the same is shown once.
std::string request_and_answer(const model::Observation& seen) {
  std::string out = to_json(seen.exchange).dump();
  out += fmt::format("\n{} {} {} {}\n{}\n{}", model::word(seen.outcome), seen.alert, seen.status,
                     seen.detail, seen.body_digest, seen.excerpt);
  for (const auto& header : seen.headers) out += "\n" + header.name + ": " + header.value;
  return out;
}

}  // namespace

Index::Index(const model::Report& report) {
  group(report);
  for (const auto& finding : report.findings) settle(finding);
  number(report);
}

void Index::group(const model::Report& report) {
  for (const auto& result : report.requirements) {
    const auto& requirement = result.requirement;
    citing_[requirement.id];
    const auto same = [&](const Section& s) {
      return s.spec == requirement.spec && s.name == requirement.section;
    };
    auto at = std::find_if(sections_.begin(), sections_.end(), same);
    if (at == sections_.end())
      at = sections_.insert(at, Section{requirement.spec, requirement.section, {}});
    at->requirements.push_back(&result);
  }
}

void Index::settle(const model::Finding& finding) {
  std::string& home = home_[finding.check.id];
  for (const auto& cited : finding.check.cites) {
    const auto at = citing_.find(cited);
    if (at == citing_.end()) continue;
    if (home.empty()) home = cited;
    at->second.push_back(&finding);
  }
  if (home.empty()) homeless_.push_back(&finding);
}

void Index::number(const model::Report& report) {
  for (const auto& section : sections_)
    for (const auto* result : section.requirements) {
      int next = 1;
      for (const auto* finding : citing(result->requirement.id))
        if (home(finding->check.id) == result->requirement.id)
          number(result->requirement.id, *finding, report, next);
    }
  int next = 1;
  for (const auto* finding : homeless_) number("other", *finding, report, next);
}

void Index::number(const std::string& requirement, const model::Finding& finding,
                   const model::Report& report, int& next) {
  std::size_t shown = 0;
  for (const auto& id : finding.observations) {
    const auto* seen = find_observation(report, id);
    if (seen == nullptr || evidence_.contains(id)) continue;
    if (++shown > shown_of_a_finding) return;
    const auto first = told_.try_emplace(request_and_answer(*seen), id).first;
    evidence_[id] = {requirement, finding.check.id,
                     fragment("r-", fmt::format("{}-e{}", requirement, next)), next,
                     first->second == id ? "" : first->second};
    ++next;
  }
}

const std::vector<const model::Finding*>& Index::citing(std::string_view requirement) const {
  static const std::vector<const model::Finding*> none;
  const auto at = citing_.find(requirement);
  return at == citing_.end() ? none : at->second;
}

const std::string& Index::home(std::string_view check) const {
  static const std::string none;
  const auto at = home_.find(check);
  return at == home_.end() ? none : at->second;
}

const Index::Evidence* Index::evidence(std::string_view observation) const {
  const auto at = evidence_.find(observation);
  return at == evidence_.end() ? nullptr : &at->second;
}

}  // namespace report
