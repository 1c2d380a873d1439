// SPDX-License-Identifier: Apache-2.0
#include "cli/journal_head.hpp"

#include <fmt/format.h>

#include "base/redact.hpp"
#include "base/strict_json.hpp"
#include "base/time.hpp"
#include "base/version.hpp"
#include "pki/digest.hpp"

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

// What decides where a pointer is made and looked for. Of the patient's number only as much as shows a change: the
// whole digest would give the number away to whoever tries them all.
std::string patient_mark(const Job& job) {
  const auto at = job.target.facts.find("nrl.patient.nhs_number");
  return at == job.target.facts.end() ? "" : pki::sha256_hex(at->second).substr(0, 3);
}

std::string facts_mark(const Job& job) {
  std::string text = job.target.url;
  for (const char* name : {"nrl.to_asid", "nrl.consumer.asid", "nrl.provider_a.asid", "nrl.provider_b.asid", "nrl.consumer.ods_code",
                           "nrl.provider_a.ods_code", "nrl.provider_b.ods_code"}) {
    const auto at = job.target.facts.find(name);
    text += "\n" + (at == job.target.facts.end() ? "" : at->second);
  }
  return pki::sha256_hex(text).substr(0, 16);
}

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
              {"facts", facts_mark(job)},
              {"patient", patient_mark(job)},
              {"options", options}};
}

base::Status same_facts(const Json& head, const Job& job, const std::string& where) {
  const auto differs = [&](const char* key, const std::string& now) { return head.contains(key) && head[key] != now; };
  const bool patient = differs("patient", patient_mark(job));
  if (!patient && !differs("facts", facts_mark(job))) return base::Nothing{};
  return base::Error{base::Trouble::bad_data,
                     fmt::format("the run had {} than the target file has now, and what it made would be looked for where it is not",
                                 patient ? "another patient" : "another URL, or other ASIDs or ODS codes,"),
                     where, "give the run's target file with --target"};
}

base::Status take_from_head(const Json& head, const std::string& where, Arguments& arguments) {
  base::Problems problems(where);
  base::Fields fields(head, "", problems);
  fields.schema("probity.journal/1");
  (void)fields.text_or("tool");
  fields.text("run");
  (void)fields.text_or("started");
  (void)fields.text_or("facts");
  (void)fields.text_or("patient");
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
