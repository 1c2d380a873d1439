// SPDX-License-Identifier: Apache-2.0
#include "profile/catalogue.hpp"

#include <fmt/format.h>

#include <set>

#include "base/assets.hpp"
#include "base/strict_json.hpp"

namespace profile {

namespace {

model::Requirement read_requirement(const base::Json& json, const std::string& pointer,
                                    const std::string& spec, base::Problems& problems) {
  base::Fields fields(json, pointer, problems);
  model::Requirement requirement;
  requirement.spec = spec;
  requirement.id = fields.text("id");
  const auto levels = model::all_words<model::Level>();
  requirement.level = model::from_word<model::Level>(fields.word("level", levels)).value_or(model::Level::must);
  requirement.derived = fields.boolean_or("derived", false);
  requirement.derivation = fields.text_or("derivation");
  requirement.title = fields.text("title");
  requirement.text = fields.text("text");
  requirement.quote = fields.text_or("quote");
  requirement.section = fields.text("section");
  requirement.condition = fields.text_or("condition");
  requirement.half = fields.text_or("half");
  requirement.manual = fields.boolean_or("manual", false);
  if (requirement.derived && requirement.derivation.empty())
    fields.wrong("derived", "a derived requirement says why", "add \"derivation\"");
  fields.finish();
  return requirement;
}

}  // namespace

base::Result<model::Specification> load_specification(std::string_view text, const std::string& name) {
  const auto json = base::parse_json(text, name);
  if (!json) return json.error();
  base::Problems problems(name);
  base::Fields fields(*json, "", problems);
  fields.schema("probity.specification/1");
  model::Specification spec;
  spec.id = fields.text("id");
  spec.title = fields.text("title");
  spec.publisher = fields.text_or("publisher");
  spec.source = fields.text("source");
  spec.licence = fields.text_or("licence");
  spec.read_on = fields.text_or("read_on");
  std::set<std::string> ids;
  if (const auto* rows = fields.array("requirements"); rows != nullptr) {
    for (std::size_t i = 0; i < rows->size(); ++i) {
      const std::string pointer = fmt::format("/requirements/{}", i);
      spec.requirements.push_back(read_requirement((*rows)[i], pointer, spec.id, problems));
      const auto& id = spec.requirements.back().id;
      if (!ids.insert(id).second)
        problems.add(pointer + "/id", fmt::format("requirement {} stands twice", id));
    }
  }
  for (const auto& requirement : spec.requirements)
    if (!requirement.condition.empty() && !ids.contains(requirement.condition))
      problems.add("/requirements", fmt::format("{} depends on {}, which is not in this catalogue",
                                                requirement.id, requirement.condition));
  fields.finish();
  if (problems.any()) return problems.first();
  return spec;
}

base::Result<std::vector<model::Specification>> shipped_specifications() {
  std::vector<model::Specification> specs;
  for (const auto& asset : base::assets()) {
    if (!asset.path.starts_with("profiles/specs/")) continue;
    auto spec = load_specification(asset.content, std::string(asset.path));
    if (!spec) return spec.error();
    specs.push_back(std::move(*spec));
  }
  return specs;
}

}  // namespace profile
