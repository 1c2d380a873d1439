// SPDX-License-Identifier: Apache-2.0
// Commands of a few lines: version, help, token, profile, report.
#include <fmt/format.h>

#include <algorithm>

#include "base/files.hpp"
#include "base/strict_json.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/job.hpp"
#include "cli/outputs.hpp"
#include "model/mutation.hpp"
#include "pki/digest.hpp"
#include "pki/sign.hpp"
#include "profile/check_parameters.hpp"
#include "report/result_json.hpp"
#include "report/terminal.hpp"
#include "token/jwt.hpp"
#include "wire/wire.hpp"

namespace cli {

using base::Error;
using base::Trouble;
using model::Exit;

Exit command_version(const Arguments& arguments, Console& console) {
  const auto libraries = wire::library_versions();
  if (arguments.flag("json")) {
    const base::Json json = {{"name", "probity"}, {"version", base::version}, {"openssl", libraries.openssl}, {"curl", libraries.curl}};
    console.say(json.dump(2) + "\n");
  } else {
    console.say(fmt::format("probity {}\nOpenSSL {}\nlibcurl {}\n", base::version, libraries.openssl, libraries.curl));
  }
  return Exit::conformant;
}

Exit command_help(const Arguments& arguments, Console& console) {
  const std::string topic = arguments.positionals.empty() ? "" : arguments.positionals.front();
  if (topic == "exit-codes") {
    console.say(exit_codes_text());
    return Exit::conformant;
  }
  if (!topic.empty() && find_command(topic) == nullptr) {
    std::vector<std::string> topics = {"exit-codes"};
    for (const auto& row : commands()) topics.emplace_back(row.name);
    auto hint = base::did_you_mean(topic, topics);
    if (hint.empty()) hint = "topics: " + base::join(topics, ", ");
    return failed({Trouble::usage, fmt::format("there is no help on \"{}\"", topic), "", hint}, console);
  }
  console.say(help_text(topic));
  return Exit::conformant;
}

namespace {

base::Result<model::TokenRecipe> recipe_from(const Arguments& arguments) {
  model::TokenRecipe recipe;
  recipe.claims = base::Json::object();
  if (const auto text = arguments.one("claims")) {
    const auto claims = base::parse_json(*text, "--claims");
    if (!claims) return claims.error();
    if (!claims->is_object()) return Error{Trouble::usage, "the claims are no JSON object", "--claims", ""};
    recipe.claims = *claims;
  }
  for (const auto& text : arguments.list("mutate")) {
    const auto json = base::parse_json(text, "--mutate");
    if (!json) return json.error();
    base::Problems problems("--mutate");
    const model::Mutation mutation = profile::read_mutation(*json, "", problems);
    if (problems.any()) return problems.first();
    if (!mutation.op.starts_with("token."))
      return Error{Trouble::usage, fmt::format("{} changes no token", mutation.op), "--mutate", "words that begin with token."};
    recipe.mutations.push_back(mutation);
  }
  return recipe;
}

}  // namespace

Exit command_token(const Arguments& arguments, Console& console) {
  auto settings = settings_from(arguments);
  if (!settings) return failed(settings.error(), console);
  const auto recipe = recipe_from(arguments);
  if (!recipe) return failed(recipe.error(), console);
  std::string server_key;
  if (const auto path = arguments.one("server-key")) {
    auto text = base::read_file(*path);
    if (!text) return failed(text.error(), console);
    server_key = std::move(*text);
  }
  for (const auto& mutation : recipe->mutations)
    if (mutation.op == "token.sign" && mutation.value == "hs256-server-key" && server_key.empty())
      return failed({Trouble::usage, "hs256-server-key signs with the target's public key", "", "give it by --server-key FILE (openssl x509 -pubkey)"}, console);
  const auto sign = [&](std::string_view way, std::string_view input) { return pki::untrusted_signature(way, input, server_key); };
  console.say(token::mint(*recipe, present(*settings), sign) + "\n");
  return Exit::conformant;
}

Exit command_profile(const Arguments& arguments, Console& console) {
  const std::string& action = arguments.positionals[0];
  const std::vector<std::string> actions = {"validate", "resolve"};
  if (std::find(actions.begin(), actions.end(), action) == actions.end())
    return failed({Trouble::usage, fmt::format("\"{}\" is not validate or resolve", action), "", base::did_you_mean(action, actions)}, console);
  const auto profile = profile::load_profile(arguments.positionals[1], sources_from(arguments));
  if (!profile) return failed(profile.error(), console);
  const base::Json resolved = profile::resolved_json(*profile);
  if (action == "resolve") {
    console.say(resolved.dump(2) + "\n");
  } else {
    console.say(fmt::format("{} is valid: {}, sha256 {}\n", profile->id, base::counted(profile->checks.size(), "check"),
                            pki::sha256_hex(resolved.dump())));
  }
  return Exit::conformant;
}

Exit command_report(const Arguments& arguments, Console& console) {
  if (arguments.positionals[0] != "render")
    return failed({Trouble::usage, fmt::format("\"{}\" is no action of report", arguments.positionals[0]), "", "render"}, console);
  auto settings = settings_from(arguments);
  if (!settings) return failed(settings.error(), console);
  const std::string& file = arguments.positionals[1];
  const auto text = base::read_file(file);
  if (!text) return failed(text.error(), console);
  const auto json = base::parse_json(*text, file);
  if (!json) return failed(json.error(), console);
  const auto report = report::from_json(*json, file);
  if (!report) return failed(report.error(), console);
  if (settings->reports.empty()) {
    report::Style style;
    style.colour = console.colour();
    style.ascii = console.ascii();
    style.width = console.width();
    console.say(report::summary(*report, style));
    return Exit::conformant;
  }
  if (claims_stdout(*settings)) console.claim_stdout();
  const auto written = write_reports(*report, *settings, {}, console);
  if (!written) return failed(written.error(), console);
  return Exit::conformant;
}

}  // namespace cli
