// SPDX-License-Identifier: Apache-2.0
#include "probes/request_builder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/version.hpp"
#include "model/placeholders.hpp"
#include "probes/request_mutation.hpp"

namespace probes {

namespace {

using model::Cause;
using model::HttpExchange;
using model::Interaction;
using model::Judgement;
using model::Mutation;
using model::Subject;
using model::Verdict;

std::string service_root(const Subject& subject, const std::string& base) {
  if (base.empty()) return subject.target.url;
  const auto at = subject.target.bases.find(base);
  return at == subject.target.bases.end() ? "" : at->second;
}

// What the templates of one interaction may name.
class Filler {
 public:
  Filler(const Subject& subject, const Interaction& interaction, std::string root)
      : subject_(subject), interaction_(interaction), root_(std::move(root)) {}

  [[nodiscard]] std::string text(const std::string& given) const {
    return model::fill(given, [this](const std::string& name) { return lookup(name); });
  }

  // Inside a path each value is percent-encoded.
  [[nodiscard]] std::string path(const std::string& given) const {
    return model::fill(given, [this](const std::string& name) -> std::optional<std::string> {
      const auto value = lookup(name);
      return value ? std::optional(model::url_encoded(*value)) : std::nullopt;
    });
  }

  [[nodiscard]] base::Json json(const base::Json& given) const {
    if (given.is_string()) return text(given.get<std::string>());
    base::Json out = given;
    for (auto& member : out)
      if (given.is_structured()) member = json(member);
    return out;
  }

 private:
  [[nodiscard]] std::optional<std::string> lookup(const std::string& name) const {
    if (name == "interaction-id") return interaction_.id;
    if (name == "scope") return interaction_.scope;
    if (name.starts_with("as.") && !interaction_.as.empty()) return fact(subject_, interaction_.as + name.substr(2));
    if (name == "aud") return fact(subject_, "aud").value_or(root_);
    if (name.starts_with("interaction:")) {
      const auto* other = subject_.profile.interaction(name.substr(12));
      return other == nullptr ? std::nullopt : std::optional(other->id);
    }
    return fact(subject_, name);
  }

  const Subject& subject_;
  const Interaction& interaction_;
  std::string root_;
};

struct Route {
  model::Origin origin;
  std::string path;   // of the service root, as the request line writes it
};

// Directly, or through the SSP, which takes the provider's whole URL behind its own (GP Connect, General API guidance).
std::optional<Route> route_to(const Subject& subject, const std::string& root) {
  const auto direct = model::parse_url(root);
  if (!direct) return std::nullopt;
  if (subject.target.via_ssp.empty()) return Route{direct->origin, direct->path};
  const auto proxy = model::parse_url(subject.target.via_ssp);
  if (!proxy) return std::nullopt;
  // GP Connect writes the provider's URL as it is, NRL percent-encoded (NRL, Retrieval through the SSP).
  const bool encoded = subject.profile.text_parameter("ssp_url") == "encoded";
  return Route{proxy->origin, proxy->path + "/" + (encoded ? model::url_encoded(root) : root)};
}

std::string host_header(const model::Origin& origin) {
  const std::string url = model::in_words(origin);
  return url.substr(url.find("://") + 3);
}

// Where a role's credential is not in the kit, the requests of the role cannot be made.
std::optional<Judgement> missing_credential(const Subject& subject, const Interaction& interaction) {
  if (!valid_credential(subject))
    return settled(Verdict::inconclusive, Cause::control,
                   "no valid client credential was given, so the known-good request cannot be made");
  if (credential_of(subject, interaction)) return std::nullopt;
  return settled(Verdict::skipped, Cause::needs_input,
                 fmt::format("the kit has no credential {}, which the target file names for {}",
                             fact(subject, interaction.as + ".credential").value_or(""), interaction.as));
}

std::optional<Judgement> missing_input(const Subject& subject, const Interaction& interaction,
                                       const std::string& root) {
  if (root.empty())
    return settled(Verdict::skipped, Cause::needs_input,
                   fmt::format("the target file names no {} service root (bases.{})", interaction.base,
                               interaction.base));
  std::vector<std::string> missing;
  if (subject.target.via_ssp.empty() && subject.profile.text_parameter("ssp_url") == "encoded") missing.emplace_back("via_ssp");
  for (const auto& need : interaction.needs)
    if (!fact(subject, need)) missing.push_back(need);
  if (!missing.empty())
    return settled(Verdict::skipped, Cause::needs_input,
                   fmt::format("the target file does not give {}", base::join(missing, ", ")));
  return missing_credential(subject, interaction);
}

bool uses_token(const HttpExchange& http) {
  const auto mentions = [](const std::string& text) { return text.find("{token}") != std::string::npos; };
  return mentions(http.path) || mentions(http.body) ||
         std::any_of(http.headers.begin(), http.headers.end(), [&](const auto& header) { return mentions(header.value); });
}

}  // namespace

Judgement settled(Verdict verdict, Cause cause, std::string because) {
  Judgement judgement;
  judgement.verdict = verdict;
  judgement.cause = cause;
  judgement.because = std::move(because);
  return judgement;
}

std::optional<std::string> fact(const Subject& subject, const std::string& name) {
  const auto given = subject.target.facts.find(name);
  if (given != subject.target.facts.end()) return given->second;
  const auto assumed = subject.profile.defaults.find(name);
  if (assumed != subject.profile.defaults.end()) return assumed->second;
  // An organisation to search for is the practice itself unless the file says otherwise.
  if (name == "organization.ods_code") return fact(subject, "ods_code");
  return std::nullopt;
}

std::optional<std::string> valid_credential(const Subject& subject) {
  for (const auto& credential : subject.credentials)
    if (credential.kind == model::CredentialKind::valid) return credential.label;
  return std::nullopt;
}

std::optional<std::string> credential_of(const Subject& subject, const Interaction& interaction) {
  const auto named = interaction.as.empty() ? std::nullopt : fact(subject, interaction.as + ".credential");
  if (!named) return valid_credential(subject);
  for (const auto& credential : subject.credentials)
    if (credential.label == *named) return named;
  return std::nullopt;
}

const Interaction& base_interaction(const Subject& subject) {
  static const Interaction none;
  const auto* found = subject.profile.interaction(subject.profile.base_control);
  return found == nullptr ? none : *found;
}

std::variant<model::Control, Judgement> good_request(const Subject& subject, const Interaction& interaction) {
  const std::string root = service_root(subject, interaction.base);
  if (auto missing = missing_input(subject, interaction, root)) return *missing;
  const auto route = route_to(subject, root);
  if (!route) return settled(Verdict::inconclusive, Cause::tool, fmt::format("\"{}\" is no service root", root));
  const Filler filler(subject, interaction, root);
  HttpExchange http;
  http.origin = route->origin;
  http.server_name = subject.target.server_name;
  http.method = interaction.method;
  http.path = route->path + filler.path(interaction.path);
  if (http.path.empty()) http.path = "/";
  http.headers = {{"Host", host_header(route->origin)}, {"User-Agent", fmt::format("probity/{}", base::version)}};
  for (const auto& header : subject.profile.headers) http.headers.push_back({header.name, filler.text(header.value)});
  http.body = filler.text(interaction.body);
  if (!http.body.empty()) {
    http.headers.push_back({"Content-Type", subject.profile.text_parameter("media_type", "application/fhir+json")});
    http.headers.push_back({"Content-Length", std::to_string(http.body.size())});
  }
  if (uses_token(http)) {
    base::Json claims = subject.profile.token_claims;
    for (const auto& [name, value] : interaction.claims.items()) claims[name] = value;
    if (const auto role = subject.profile.role_claims.find(interaction.as); role != subject.profile.role_claims.end())
      for (const auto& [name, value] : role->second.items()) claims[name] = value;
    http.token = model::TokenRecipe{filler.json(claims), {}};
  }
  http.credential = *credential_of(subject, interaction);
  return model::Control{interaction.alias, std::move(http), interaction.resource};
}

std::variant<HttpExchange, std::string> mutated(const Subject& subject, const model::Control& control,
                                                const std::vector<Mutation>& mutations) {
  HttpExchange http = control.exchange;
  const Interaction* interaction = subject.profile.interaction(control.id);
  const Interaction none;
  const Interaction& context = interaction == nullptr ? none : *interaction;
  const std::string root = service_root(subject, context.base);
  const Filler filler(subject, context, root);
  const auto route = route_to(subject, root);
  for (const auto& mutation : mutations) {
    Mutation own = mutation;
    own.value = filler.json(mutation.value);
    const std::string wrong = apply(http, own, {subject, route ? route->path : ""});
    if (!wrong.empty()) return wrong;
  }
  keep_length_right(http);
  if (!uses_token(http)) http.token.reset();
  if (!mutations.empty() && http == control.exchange) return std::string("the mutation changes nothing for this target");
  return http;
}

std::vector<std::string> missing_facts(const Subject& subject, const std::vector<Mutation>& mutations) {
  std::vector<std::string> missing;
  for (const auto& mutation : mutations)
    for (const auto& name : model::placeholders_in(mutation.value.dump())) {
      const bool is_fact = std::any_of(model::target_facts().begin(), model::target_facts().end(),
                                       [&](const auto& known) { return known.name == name; });
      if (is_fact && name != "aud" && !fact(subject, name)) missing.push_back(name);
    }
  return missing;
}

std::vector<Mutation> mutations_in(const base::Json& list) {
  std::vector<Mutation> mutations;
  for (const auto& entry : list) {
    Mutation mutation;
    mutation.op = entry.value("op", "");
    mutation.name = entry.value("name", "");
    if (entry.contains("value")) mutation.value = entry["value"];
    mutations.push_back(std::move(mutation));
  }
  return mutations;
}

}  // namespace probes
