// SPDX-License-Identifier: Apache-2.0
#include "cli/journal_head.hpp"

#include <fmt/format.h>

#include "base/redact.hpp"
#include "base/strict_json.hpp"
#include "base/time.hpp"
#include "base/version.hpp"

namespace cli {

namespace {

using base::Json;
namespace fs = std::filesystem;

// Options of the run that cleanup needs again. Paths are made absolute: it may be called elsewhere.
struct Kept {
  const char* option;
  bool path;
};
constexpr Kept kept[] = {{"target", true},     {"kit", true},       {"client-cert", true}, {"client-key", true}, {"client-p12", true},
                         {"passphrase-file", true}, {"server-ca", true}, {"via-ssp", false},    {"resolve", false},   {"proxy", false}};

std::string absolute(const std::string& path) { return fs::absolute(path).lexically_normal().string(); }

}  // namespace

fs::path journal_path(const fs::path& folder, const std::string& run_id) {
  return folder.empty() ? fs::path(fmt::format("probity-journal-{}.jsonl", run_id.substr(0, 8))) : folder / "journal.jsonl";
}

Json journal_head(const Job& job, const Arguments& arguments, const std::string& run_id) {
  const std::string profile = arguments.one("profile").value_or(job.profile.id);
  const bool file = profile.ends_with(".json") || profile.find('/') != std::string::npos;
  Json options = Json::object();
  for (const auto& row : kept) {
    const auto at = arguments.given.find(row.option);
    if (at == arguments.given.end()) continue;
    Json values = Json::array();
    for (const auto& value : at->second.values) values.push_back(row.path ? absolute(value) : base::mask_proxy(value));
    options[row.option] = std::move(values);
  }
  // The reference provider's target file is named by no option.
  if (!job.target_file.empty()) options["target"] = Json::array({absolute(job.target_file)});
  return Json{{"schema", "probity.journal/1"},
              {"tool", base::version},
              {"run", run_id},
              {"started", base::rfc3339(base::now_seconds())},
              {"profile", file ? absolute(profile) : profile},
              {"url", job.target.url},
              {"authorisation", job.settings.authorisation},
              {"options", options}};
}

base::Status take_from_head(const Json& head, const std::string& where, Arguments& arguments) {
  base::Problems problems(where);
  base::Fields fields(head, "", problems);
  fields.schema("probity.journal/1");
  (void)fields.text_or("tool");
  fields.text("run");
  (void)fields.text_or("started");
  const auto take = [&](const std::string& name, std::vector<std::string> values) {
    if (!arguments.has(name)) arguments.given[name] = {std::move(values), where};
  };
  // A credential given now replaces the run's, of whichever form.
  const bool own_credential = arguments.has("kit") || arguments.has("client-cert") || arguments.has("client-p12");
  take("profile", {fields.text("profile")});
  take("authorisation", {fields.text_or("authorisation")});
  if (arguments.positionals.size() < 2) arguments.positionals.push_back(fields.text("url"));
  if (const Json* options = fields.object("options"); options != nullptr) {
    base::Fields rows(*options, "/options", problems);
    for (const auto& row : kept) {
      const std::string name = row.option;
      auto values = rows.texts_or(name);
      const bool credential = name == "kit" || name.starts_with("client-");
      if (!values.empty() && !(credential && own_credential)) take(name, std::move(values));
    }
    rows.finish();
  }
  fields.finish();
  if (problems.any()) return problems.first();
  return base::Nothing{};
}

}  // namespace cli
