// SPDX-License-Identifier: Apache-2.0
#include "demo/target_entry.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace demo {

namespace {

using base::Json;

std::string root_url(const Practice& practice, const std::string& root) { return "https://" + practice.authority + root_path(practice, root); }

// What both editions have.
Json common(const Practice& practice, std::uint16_t plain_port) {
  const std::string url = root_url(practice, "");
  return {{"schema", "probity.target/1"},
          {"alias", "reference-provider"},
          {"url", url},
          {"other_url", base::replace_all(url, practice.ods_code, practice.other_ods_code)},
          {"plain_url", fmt::format("http://127.0.0.1:{}{}", plain_port, root_path(practice, ""))},
          {"server_name", "localhost"},
          {"kit", "."},
          {"asid", {{"from", "200000000115"}, {"to", practice.asid}, {"other", "123456789123"}}},
          {"ods_code", practice.ods_code},
          {"patient", {{"nhs_number", practice.nhs_number}}},
          {"about", {{"supplier", "probity"}, {"product", "reference provider"}, {"environment", "loopback"}}}};
}

// 0.x knows metadata and the care record of a patient; 1.x has everything.
void add_stu3(Json& target, const Practice& practice) {
  target["bases"] = {{"structured", root_url(practice, "structured")}, {"documents", root_url(practice, "documents")}};
  target["patient"]["id"] = "2";
  target["practitioner"] = {{"id", "1"}, {"sds_user_id", "G13579135"}};
  target["organization"] = {{"id", "7"}, {"ods_code", practice.ods_code}};
  target["location"] = {{"id", "17"}};
  target["slot"] = {{"start", "2030-01-07"}, {"end", "2030-01-08"}};
  target["appointment"] = {{"id", "9"}};
  target["task"] = {{"id", "5"}};
  target["interactions"] = {{"rest:read:task-1", {{"method", "GET"}, {"path", "/Task/{task.id}"}}}};
}

}  // namespace

Json target_of(const Practice& practice, std::uint16_t plain_port, const std::string& ca, bool writes) {
  Json target = common(practice, plain_port);
  if (practice.service == "gp-connect-0.x") {
    target["alias"] = "reference-provider-0.x";
    target["about"]["version"] = "0.x";
  } else {
    add_stu3(target, practice);
    if (writes) target["interactions"]["rest:create:task-1"] = {{"method", "POST"}, {"path", "/Task"}, {"body", R"({"resourceType":"Task"})"}};
  }
  if (!ca.empty()) target["server_ca"] = ca;
  return target;
}

}  // namespace demo
