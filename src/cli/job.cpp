// SPDX-License-Identifier: Apache-2.0
#include "cli/job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/assets.hpp"
#include "base/files.hpp"
#include "base/strict_json.hpp"
#include "base/text.hpp"
#include "pki/certificate.hpp"
#include "pki/digest.hpp"
#include "pki/pair_kinds.hpp"
#include "cli/prompt.hpp"
#include "probes/families.hpp"
#include "profile/interactions.hpp"
#include "profile/target_file.hpp"

namespace cli {

namespace {

using base::Error;
using base::Trouble;
namespace fs = std::filesystem;

void override_with(const Arguments& arguments, const char* option, std::string& value) {
  if (const auto given = arguments.one(option)) value = *given;
}

bool matches_any(const base::Json& globs, const std::string& host) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const base::Json& glob) { return base::glob_matches(glob.get<std::string>(), host); });
}

// The valid pair of --client-cert and --client-key, or --client-p12, or the target file's.
base::Result<std::optional<pki::Kit>> pair_kit(const model::Target& target, const pki::Passphrase& passphrase,
                                               base::EpochSeconds now) {
  for (const auto& file : {target.client_cert, target.client_key, target.client_p12})
    if (file.starts_with("pkcs11:"))
      return Error{Trouble::usage, "PKCS#11 tokens are not supported yet", file, "give the credential as PEM or PKCS#12 files"};
  const bool p12 = !target.client_p12.empty();
  if (!p12 && target.client_cert.empty() && target.client_key.empty()) return std::optional<pki::Kit>{};
  if (p12 && !target.client_cert.empty())
    return Error{Trouble::config, "both a PKCS#12 file and a PEM certificate are given for the client", "",
                 "give one of --client-p12 and --client-cert"};
  if (!p12 && target.client_cert.empty())
    return Error{Trouble::config, "a client key is given without its certificate", "", "give --client-cert (client_cert) as well"};
  pki::CredentialFiles files;
  files.p12 = target.client_p12;
  files.cert = target.client_cert;
  files.key = !p12 && target.client_key.empty() ? target.client_cert : target.client_key;
  auto credential = pki::load_credential(files, passphrase, "valid", model::CredentialKind::valid);
  if (!credential) return credential.error();
  return std::optional<pki::Kit>(pki::kit_of_pair(*credential, now));
}

base::Result<std::optional<pki::Kit>> chosen_kit(const model::Target& target, const pki::Passphrase& passphrase,
                                                 base::EpochSeconds now) {
  const bool pair = !target.client_cert.empty() || !target.client_p12.empty();
  if (target.kit.empty() || pair) {
    if (target.kit.empty()) return pair_kit(target, passphrase, now);
    return Error{Trouble::config, "both a kit and a client certificate are given", "",
                 "give one of --kit and --client-cert; a kit holds the valid credential too"};
  }
  auto kit = pki::load_kit(target.kit, passphrase, now);
  if (!kit) return kit.error();
  return std::optional<pki::Kit>(std::move(*kit));
}

void complete_kit(Job& job) {
  std::vector<std::string> words;
  for (const auto kind : pki::complete_from_valid(*job.kit)) words.emplace_back(word(kind));
  if (!words.empty())
    job.notes.push_back("made from the valid certificate for this run, without any CA: " + base::join(words, ", "));
}

}  // namespace

model::Subject Job::subject() const {
  return {profile,       target, credentials, kit ? kit->revocation : model::Revocation::unknown,
          trusted_names, lists,  present(settings)};
}

profile::Sources sources_from(const Arguments& arguments) {
  profile::Sources sources;
  sources.probes = probes::all();
  if (const char* folders = std::getenv("PROBITY_PROFILES"); folders != nullptr)
    for (const auto& folder : base::split(folders, ':'))
      if (!folder.empty()) sources.folders.emplace_back(folder);
  for (const auto& file : arguments.list("checks")) sources.checks.emplace_back(file);
  return sources;
}

base::Result<model::Profile> chosen_profile(const Arguments& arguments) {
  const auto sources = sources_from(arguments);
  const auto name = arguments.one("profile");
  if (!name)
    return Error{Trouble::usage, "no profile is named", "",
                 fmt::format("-p NAME, one of: {}", base::join(profile::profile_names(sources), ", "))};
  return profile::load_profile(*name, sources);
}

base::Result<model::Target> chosen_target(const Arguments& arguments, const std::string& url) {
  model::Target target;
  if (const auto file = arguments.one("target")) {
    auto loaded = profile::load_target(*file);
    if (!loaded) return loaded.error();
    target = std::move(*loaded);
  }
  if (!url.empty()) target.url = url;
  if (target.url.empty())
    return Error{Trouble::usage, "no URL is given", "", "give the service root: https://host[:port]/path"};
  // A credential on the command line replaces the file's, of whichever form.
  if (arguments.has("kit") || arguments.has("client-cert") || arguments.has("client-key") || arguments.has("client-p12")) {
    target.kit.clear();
    target.client_cert.clear();
    target.client_key.clear();
    target.client_p12.clear();
  }
  override_with(arguments, "kit", target.kit);
  override_with(arguments, "client-cert", target.client_cert);
  override_with(arguments, "client-key", target.client_key);
  override_with(arguments, "client-p12", target.client_p12);
  override_with(arguments, "passphrase-file", target.passphrase_file);
  override_with(arguments, "server-ca", target.server_ca);
  override_with(arguments, "via-ssp", target.via_ssp);
  override_with(arguments, "authorisation", target.authorisation);
  while (target.via_ssp.size() > 1 && target.via_ssp.back() == '/') target.via_ssp.pop_back();
  if (!target.via_ssp.empty() && !model::parse_url(target.via_ssp))
    return Error{Trouble::usage, fmt::format("\"{}\" is no URL", target.via_ssp), arguments.origin("via-ssp"), ""};
  if (auto status = profile::complete_target(target); !status) {
    Error error = status.error();
    // What stands in the file is the file's mistake.
    if (url.empty()) error.kind = Trouble::bad_data;
    if (url.empty()) error.where = arguments.one("target").value_or("") + "#/url";
    return error;
  }
  return target;
}

base::Result<pki::Passphrase> chosen_passphrase(const Arguments& arguments, const model::Target& target) {
  if (const auto fd = arguments.one("passphrase-fd")) {
    if (arguments.has("passphrase-file"))
      return Error{Trouble::usage, "both --passphrase-file and --passphrase-fd are given", "", "give one"};
    const auto number = base::whole_number(*fd);
    if (!number || *number > 1024) return Error{Trouble::usage, fmt::format("\"{}\" is no file descriptor", *fd), "--passphrase-fd", ""};
    return pki::read_passphrase(fmt::format("/dev/fd/{}", *number));
  }
  if (target.passphrase_file.empty()) return pki::Passphrase{};
  return pki::read_passphrase(target.passphrase_file);
}

base::Status guard_live_service(const model::Target& target, const std::string& authorisation) {
  const auto text = base::asset("profiles/data/live-hosts.json").value_or("{}");
  const auto list = base::parse_json(text, "profiles/data/live-hosts.json");
  if (!list) return list.error();
  std::vector<std::string> urls = {target.url, target.via_ssp, target.plain_url};
  for (const auto& [name, root] : target.bases) urls.push_back(root);
  for (const auto& text_url : urls) {
    const auto url = model::parse_url(text_url);
    if (!url || !authorisation.empty()) continue;
    std::string host = base::lower(url->origin.host);
    while (host.ends_with('.')) host.pop_back();   // the same name, written absolutely
    if (!matches_any((*list)["live"], host) || matches_any((*list)["test"], host)) continue;
    return Error{Trouble::not_authorised, "this is the name of a live national service", host,
                 "a run against it needs --authorisation TEXT"};
  }
  return base::Nothing{};
}

base::Status load_job(const Arguments& arguments, Job& job) {
  const auto passphrase = chosen_passphrase(arguments, job.target);
  if (!passphrase) return passphrase.error();
  const base::EpochSeconds now = present(job.settings);
  auto kit = with_passphrase<std::optional<pki::Kit>>(
      *passphrase, [&](const pki::Passphrase& known) { return chosen_kit(job.target, known, now); });
  if (!kit) return kit.error();
  job.kit = std::move(*kit);
  if (job.kit) {
    complete_kit(job);
    job.credentials = job.kit->infos();
    job.trusted_names = pki::trusted_names(*job.kit);
    job.lists = pki::lists_in_words(*job.kit);
    job.notes.insert(job.notes.end(), job.kit->warnings.begin(), job.kit->warnings.end());
    for (const auto& credential : job.credentials)
      if (!credential.unusable.empty())
        job.notes.push_back(fmt::format("credential {} is not what its kind says: {}", credential.label, credential.unusable));
    if (!job.target.facts.contains("ssp_fqdn") && !job.kit->fqdn.empty()) job.target.facts["ssp_fqdn"] = job.kit->fqdn;
  } else {
    job.credential_hint =
        "no valid client credential was given: give --client-cert FILE and --client-key FILE, --client-p12 FILE, or --kit DIR "
        "(--suite transport,ciphers needs none)";
  }
  if (job.settings.authorisation.empty()) job.settings.authorisation = job.target.authorisation;
  if (base::trim(job.settings.authorisation).empty()) job.settings.authorisation.clear();
  const auto& permissions = job.settings.permissions;
  if ((permissions.intrusive || permissions.dos) && job.settings.authorisation.empty())
    return Error{Trouble::not_authorised, "--allow needs --authorisation TEXT", "",
                 "say who allowed it; the text is recorded in the report"};
  if (auto status = guard_live_service(job.target, job.settings.authorisation); !status) return status;
  if (!job.target.server_ca.empty()) {
    const auto readable = pki::read_certificates(job.target.server_ca);
    if (!readable) return readable.error();
  }
  job.profile.digest = pki::sha256_hex(profile::resolved_json(job.profile).dump());
  profile::add_own_interactions(job.profile, job.target);
  auto chosen = run::selected(job.profile, job.settings.selection);
  if (!chosen) return chosen.error();
  job.selected = std::move(*chosen);
  set_usual_rate(job);
  return base::Nothing{};
}

void set_usual_rate(Job& job) {
  const auto url = model::parse_url(job.target.via_ssp.empty() ? job.target.url : job.target.via_ssp);
  if (!job.settings.rate_given) job.settings.pace.rate = url && base::is_loopback(url->origin.host) ? 0 : 100;
}

}  // namespace cli
