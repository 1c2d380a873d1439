// SPDX-License-Identifier: Apache-2.0
#include "demo/faults.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/assets.hpp"
#include "base/strict_json.hpp"
#include "base/text.hpp"
#include "demo/provider.hpp"

namespace demo {

namespace {

using base::Error;
using base::Trouble;

void read_table(std::string_view text, const std::string& name, std::vector<Fault>& faults, base::Problems& problems) {
  const auto json = base::parse_json(text, name);
  if (!json) return problems.add("", json.error().what);
  base::Fields table(*json, "", problems);
  table.schema("probity.faults/1");
  const std::string service = table.text("service");
  const auto* rows = table.array("faults");
  for (std::size_t i = 0; rows != nullptr && i < rows->size(); ++i) {
    base::Fields row((*rows)[i], fmt::format("/faults/{}", i), problems);
    Fault fault;
    fault.service = service;
    fault.id = row.text("id");
    fault.title = row.text("title");
    fault.checks = row.texts_or("checks");
    fault.requirements = row.texts_or("requirements");
    fault.needs = row.text_or("needs");
    row.finish();
    faults.push_back(std::move(fault));
  }
  table.finish();
}

}  // namespace

base::Result<std::vector<Fault>> all_faults() {
  std::vector<Fault> faults;
  for (const auto& asset : base::assets()) {
    if (!asset.path.starts_with("profiles/faults/")) continue;
    base::Problems problems{std::string(asset.path)};
    read_table(asset.content, std::string(asset.path), faults, problems);
    if (problems.any()) return problems.first();
  }
  return faults;
}

base::Status check_faults(const std::vector<std::string>& ids, const std::string& service) {
  const auto faults = all_faults();
  if (!faults) return faults.error();
  for (const auto& id : ids) {
    const auto same = [&](const Fault& fault) { return fault.id == id && fault.service == service; };
    if (std::any_of(faults->begin(), faults->end(), same)) continue;
    std::vector<std::string> words, owners;
    for (const auto& fault : *faults) {
      if (fault.id == id) owners.push_back(fmt::format("-p {}", profile_for(fault.service)));
      words.push_back(fault.id);
    }
    if (!owners.empty())
      return Error{Trouble::usage, fmt::format("the service {} has no fault {}", service, id), "",
                   fmt::format("{} {} it", base::join(owners, " and "), owners.size() == 1 ? "has" : "have")};
    auto hint = base::did_you_mean(id, words);
    if (hint.empty()) hint = "see `probity list faults`";
    return Error{Trouble::usage, fmt::format("there is no fault {}", id), "", hint};
  }
  return base::Nothing{};
}

}  // namespace demo
