// SPDX-License-Identifier: Apache-2.0
#include "profile/profile_file.hpp"

namespace profile {

namespace {

using base::Json;

Json expectation_json(const model::Expectation& expect) {
  Json inner = Json::object();
  if (!expect.status.empty()) inner["status"] = expect.status;
  if (!expect.codes.empty()) inner["code"] = expect.codes;
  if (!expect.lists.empty()) inner["lists"] = expect.lists;
  if (expect.closes) inner["closes"] = true;
  if (expect.complete) inner["complete"] = true;
  if (!expect.resource.empty()) inner["resource"] = expect.resource;
  for (const auto& wish : expect.headers) {
    Json row = {{"name", wish.name}};
    const bool valued = wish.is == model::HeaderWish::Is::equals || wish.is == model::HeaderWish::Is::contains;
    row[std::string(model::word(wish.is))] = valued ? Json(wish.value) : Json(true);
    inner["headers"].push_back(row);
  }
  return Json{{std::string(model::word(expect.kind)), inner}};
}

Json check_json(const model::Check& check) {
  Json out = {{"id", check.id},
              {"title", check.title},
              {"suite", check.suite},
              {"cites", check.cites},
              {"probe", check.probe},
              {"with", check.with},
              {"expect", expectation_json(check.expect)},
              {"severity", model::word(check.severity)},
              {"risk", model::word(check.risk)},
              {"level", model::word(check.level)}};
  if (!check.left_out.empty()) out["left_out"] = check.left_out;
  return out;
}

Json interaction_json(const model::Interaction& interaction) {
  Json out = {{"name", interaction.id},      {"base", interaction.base},   {"method", interaction.method},
              {"path", interaction.path},    {"scope", interaction.scope}, {"resource", interaction.resource},
              {"area", interaction.area},    {"needs", interaction.needs}};
  if (!interaction.as.empty()) out["as"] = interaction.as;
  if (interaction.writes) out["writes"] = true;
  return out;
}

}  // namespace

Json resolved_json(const model::Profile& profile) {
  Json specs = Json::array();
  for (const auto& spec : profile.specs) specs.push_back(spec.id);
  Json interactions = Json::object();
  for (const auto& interaction : profile.interactions)
    interactions[interaction.alias] = interaction_json(interaction);
  Json headers = Json::array();
  for (const auto& header : profile.headers)
    headers.push_back(Json{{"name", header.name}, {"value", header.value}});
  Json checks = Json::array();
  for (const auto& check : profile.checks) checks.push_back(check_json(check));
  return Json{{"id", profile.id},
              {"title", profile.title},
              {"version", profile.version},
              {"extends", profile.lineage},
              {"specs", specs},
              {"parameters", Json(profile.parameters)},
              {"base_control", profile.base_control},
              {"interactions", interactions},
              {"request", Json{{"headers", headers}, {"token", profile.token_claims}, {"defaults", Json(profile.defaults)}}},
              {"checks", checks}};
}

}  // namespace profile
