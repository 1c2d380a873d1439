// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/job.hpp"
#include "cli/prompt.hpp"
#include "pki/inspect.hpp"
#include "pki/mint.hpp"

namespace cli {

namespace {

using base::Json;

model::Exit mint(const Arguments& arguments, const Settings& settings, Console& console) {
  pki::MintRequest request;
  request.folder = arguments.positionals[1];
  request.now = present(settings);
  request.force = arguments.flag("force");
  request.ca_cert = arguments.one("ca").value_or("");
  request.ca_key = arguments.one("ca-key").value_or("");
  request.ca_p12 = arguments.one("ca-p12").value_or("");
  if (const auto names = arguments.list("server-name"); !names.empty()) request.server_names = names;
  const auto type = arguments.one("key-type").value_or("rsa");
  if (type != "rsa" && type != "ecdsa")
    return failed({base::Trouble::usage, fmt::format("\"{}\" is no key type", base::printable(type)), "--key-type", "rsa or ecdsa"}, console);
  request.key_type = type == "rsa" ? pki::KeyType::rsa : pki::KeyType::ecdsa;
  const auto fqdn = arguments.one("fqdn");
  if (!fqdn)
    return failed({base::Trouble::usage, "--fqdn NAME is missing", "", "the name in the valid certificate: the SSP's"}, console);
  request.fqdn = *fqdn;
  model::Target passphrase_of;
  passphrase_of.passphrase_file = arguments.one("passphrase-file").value_or("");
  const auto passphrase = chosen_passphrase(arguments, passphrase_of);
  if (!passphrase) return failed(passphrase.error(), console);
  const auto minted = with_passphrase<pki::Minted>(*passphrase, [&](const pki::Passphrase& known) {
    request.ca_passphrase = known;
    return pki::mint_kit(request);
  });
  if (!minted) return failed(minted.error(), console);
  if (arguments.flag("json")) {
    console.say(Json{{"folder", minted->folder.string()}, {"files", minted->files}, {"install", minted->install}}.dump(2) + "\n");
    return model::Exit::conformant;
  }
  console.say(fmt::format("A kit for {} in {}: {}, kit.json names them.\nThe valid certificate ends on {}.\n", *fqdn,
                          minted->folder.string(), base::counted(minted->files.size(), "file"), base::rfc3339(minted->ends)));
  for (const auto& line : minted->left_out) console.say("left out: " + line + "\n");
  console.say("\nOn the target:\n");
  for (const auto& line : minted->install) console.say("  " + line + "\n");
  return model::Exit::conformant;
}

std::string inspected_text(const pki::Inspected& credential) {
  const auto& leaf = credential.leaf;
  std::string out = fmt::format("{}  (kind {})\n  {}\n", credential.label, word(credential.kind), credential.in_words);
  out += fmt::format("  subject  {}\n  issuer   {}\n", leaf.subject, leaf.issuer);
  if (!leaf.names.empty()) out += fmt::format("  names    {}\n", base::join(leaf.names, ", "));
  out += fmt::format("  dates    {} to {}\n", base::rfc3339(leaf.not_before), base::rfc3339(leaf.not_after));
  out += fmt::format("  key      {}, {}; {}\n", leaf.key, leaf.signature, credential.key_matches ? "matches the certificate" : "does not match the certificate");
  if (!credential.chain.empty()) out += fmt::format("  chain    {}\n", base::join(credential.chain, "; "));
  if (!credential.unusable.empty()) out += fmt::format("  UNUSABLE {}\n", credential.unusable);
  return base::printable(out, true) + "\n";
}

Json inspected_json(const pki::Inspected& credential) {
  const auto& leaf = credential.leaf;
  return {{"label", credential.label},        {"kind", word(credential.kind)},
          {"in_words", credential.in_words},  {"subject", leaf.subject},
          {"issuer", leaf.issuer},            {"names", leaf.names},
          {"not_before", base::rfc3339(leaf.not_before)}, {"not_after", base::rfc3339(leaf.not_after)},
          {"key", leaf.key},                  {"signature", leaf.signature},
          {"sha256", leaf.sha256},            {"key_matches", credential.key_matches},
          {"unusable", credential.unusable}};
}

model::Exit inspect(const Arguments& arguments, const Settings& settings, Console& console) {
  model::Target passphrase_of;
  passphrase_of.passphrase_file = arguments.one("passphrase-file").value_or("");
  const auto passphrase = chosen_passphrase(arguments, passphrase_of);
  if (!passphrase) return failed(passphrase.error(), console);
  const auto kit = with_passphrase<pki::Kit>(*passphrase, [&](const pki::Passphrase& known) {
    return pki::load_kit(arguments.positionals[1], known, present(settings));
  });
  if (!kit) return failed(kit.error(), console);
  for (const auto& warning : kit->warnings) console.note("note: " + warning);
  Json rows = Json::array();
  for (const auto& credential : pki::inspect(*kit)) {
    if (arguments.flag("json")) {
      rows.push_back(inspected_json(credential));
    } else {
      console.say(inspected_text(credential));
    }
  }
  if (arguments.flag("json")) console.say(rows.dump(2) + "\n");
  return model::Exit::conformant;
}

}  // namespace

model::Exit command_credentials(const Arguments& arguments, Console& console) {
  auto settings = settings_from(arguments);
  if (!settings) return failed(settings.error(), console);
  const std::string& action = arguments.positionals.front();
  if (action == "mint") return mint(arguments, *settings, console);
  if (action == "inspect") return inspect(arguments, *settings, console);
  const std::vector<std::string> actions = {"mint", "inspect"};
  auto hint = base::did_you_mean(action, actions);
  if (hint.empty()) hint = "mint or inspect";
  return failed({base::Trouble::usage, fmt::format("\"{}\" is no action of credentials", action), "", hint}, console);
}

}  // namespace cli
