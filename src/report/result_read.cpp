// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "report/exchange_json.hpp"
#include "report/result_json.hpp"
#include "report/result_parts.hpp"
#include "report/words.hpp"

namespace report {

using base::Fields;
using base::Json;
using base::Problems;

namespace {

using Pointer = std::string;

// The object at `key`, which result.json always has; an empty one when it is missing, after saying
// so.
const Json& part(Fields& fields, const std::string& key) {
  static const Json nothing = Json::object();
  const Json* found = fields.object(key);
  if (found != nullptr) return *found;
  fields.wrong(key, "is missing");
  return nothing;
}

int count(Fields& fields, const std::string& key) {
  return static_cast<int>(fields.integer(key));
}

base::EpochSeconds time_of(Fields& fields, const std::string& key) {
  const auto time = base::parse_rfc3339(fields.text(key));
  if (!time) fields.wrong(key, "must be a time such as 2026-11-23T14:05:10Z");
  return time.value_or(0);
}

model::ToolInfo tool_from(const Json& json, const Pointer& at, Problems& problems) {
  Fields fields(json, at, problems);
  model::ToolInfo tool{fields.text_or("name"), fields.text_or("version"), fields.text_or("openssl"),
                       fields.text_or("curl")};
  fields.finish();
  return tool;
}

// The numbers of probity-judging(7), EXIT CODES.
model::Exit exit_of(Fields& fields) {
  using E = model::Exit;
  constexpr E known[] = {E::conformant, E::non_conformant, E::incomplete, E::nothing_run,
                         E::usage,      E::bad_data,       E::no_input,   E::unreachable,
                         E::internal,   E::cannot_create,  E::io,         E::not_authorised,
                         E::config,     E::interrupted,    E::terminated};
  const auto number = fields.integer("exit");
  for (const E exit : known)
    if (static_cast<std::int64_t>(exit) == number) return exit;
  fields.wrong("exit", fmt::format("{} is no exit code of probity", number));
  return E::internal;
}

model::RunInfo run_from(const Json& json, const Pointer& at, Problems& problems) {
  Fields fields(json, at, problems);
  model::RunInfo run;
  run.id = fields.text_or("id");
  run.started = time_of(fields, "started");
  run.finished = time_of(fields, "finished");
  run.complete = fields.boolean_or("complete", false);
  run.argv = fields.texts_or("argv");
  run.exit = exit_of(fields);
  run.authorisation = fields.text_or("authorisation");
  run.notes = fields.texts_or("notes");
  run.settings = each<model::Setting>(fields, "settings", [&](const Json& entry, const Pointer& p) {
    Fields setting(entry, p, problems);
    model::Setting out{setting.text_or("name"), setting.text_or("value")};
    setting.finish();
    return out;
  });
  fields.finish();
  return run;
}

model::ProfileInfo profile_from(const Json& json, const Pointer& at, Problems& problems) {
  Fields fields(json, at, problems);
  model::ProfileInfo profile;
  profile.id = fields.text_or("id");
  profile.version = fields.text_or("version");
  profile.digest = fields.text_or("digest");
  profile.specs = fields.texts_or("specs");
  if (const Json* parameters = fields.object("parameters"); parameters != nullptr)
    profile.parameters = *parameters;
  profile.title = fields.text_or("title");
  profile.lineage = fields.texts_or("extends");
  fields.finish();
  return profile;
}

model::TargetInfo target_from(const Json& json, const Pointer& at, Problems& problems) {
  Fields fields(json, at, problems);
  model::TargetInfo target;
  target.alias = fields.text_or("alias");
  target.url = fields.text_or("url");
  target.addresses = fields.texts_or("addresses");
  Fields about(part(fields, "about"), at + "/about", problems);
  target.about = {about.text_or("supplier"), about.text_or("product"),
                  about.text_or("version"),  about.text_or("environment"),
                  about.text_or("tester"),   about.text_or("reference")};
  about.finish();
  fields.finish();
  return target;
}

model::Summary summary_from(const Json& json, const Pointer& at, Problems& problems) {
  Fields fields(json, at, problems);
  model::Summary summary{count(fields, "pass"),    count(fields, "fail"),
                         count(fields, "warn"),    count(fields, "inconclusive"),
                         count(fields, "skipped"), count(fields, "waived")};
  fields.finish();
  return summary;
}

model::Coverage coverage_from(const Json& json, const Pointer& at, Problems& problems) {
  Fields fields(json, at, problems);
  Fields must(part(fields, "must"), at + "/must", problems);
  model::Coverage coverage;
  coverage.met = count(must, "met");
  coverage.partly = count(must, "partly");
  coverage.not_tested = count(must, "not_tested");
  coverage.not_applicable = count(must, "not_applicable");
  coverage.not_met = count(must, "not_met");
  coverage.undetermined = count(must, "undetermined");
  coverage.waived = count(must, "waived");
  must.finish();
  fields.finish();
  return coverage;
}

base::Error preflight_from(const Json& json, const Pointer& at, Problems& problems) {
  Fields fields(json, at, problems);
  base::Error error{word_of<base::Trouble>(fields, "trouble"), fields.text_or("what"),
                    fields.text_or("where"), fields.text_or("hint")};
  fields.finish();
  return error;
}

model::Created created_from(const Json& json, const Pointer& at, Problems& problems) {
  Fields fields(json, at, problems);
  model::Created created{fields.text_or("identifier"), fields.text_or("location"), fields.text_or("check"),  fields.text_or("owner"),
                         fields.text_or("ods_code"),   fields.text_or("state"),    fields.text_or("because")};
  fields.finish();
  return created;
}

}  // namespace

base::Result<model::Report> from_json(const Json& json, const std::string& file) {
  Problems problems(file);
  Fields fields(json, "", problems);
  fields.schema("probity.result/1");
  model::Report report;
  report.tool = tool_from(part(fields, "tool"), "/tool", problems);
  report.run = run_from(part(fields, "run"), "/run", problems);
  report.profile = profile_from(part(fields, "profile"), "/profile", problems);
  report.target = target_from(part(fields, "target"), "/target", problems);
  report.verdict = word_of<model::RunVerdict>(fields, "verdict");
  report.sentence = fields.text_or("sentence");
  if (const Json* line = fields.object("preflight"); line != nullptr)
    report.preflight = preflight_from(*line, "/preflight", problems);
  report.blocked_by = fields.text_or("blocked_by");
  report.blocked_red = fields.boolean_or("blocked_red", false);
  report.summary = summary_from(part(fields, "summary"), "/summary", problems);
  report.coverage = coverage_from(part(fields, "coverage"), "/coverage", problems);
  report.facts = facts_from(part(fields, "facts"), "/facts", problems);
  const auto read = [&](auto reader) {
    return [reader, &problems](const Json& entry, const Pointer& at) {
      return reader(entry, at, problems);
    };
  };
  report.specs = each<model::Specification>(fields, "specifications", read(specification_from));
  report.requirements =
      each<model::RequirementResult>(fields, "requirements", read(requirement_from));
  report.findings = each<model::Finding>(fields, "checks", read(finding_from));
  report.credentials = each<model::CredentialResult>(fields, "credentials", read(credential_from));
  report.waivers = each<model::WaiverResult>(fields, "waivers", read(waiver_from));
  report.observations =
      each<model::Observation>(fields, "observations", [&](const Json& entry, const Pointer& at) {
        return observation_from(entry, at, report.facts, problems);
      });
  report.created = each<model::Created>(fields, "created", read(created_from));
  report.journal = fields.text_or("journal");
  report.requests_sent = count(fields, "requests_sent");
  report.connections_opened = count(fields, "connections_opened");
  fields.finish();
  if (problems.any()) return problems.first();
  for (auto& spec : report.specs)
    for (const auto& result : report.requirements)
      if (result.requirement.spec == spec.id) spec.requirements.push_back(result.requirement);
  return report;
}

}  // namespace report
