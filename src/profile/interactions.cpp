// SPDX-License-Identifier: Apache-2.0
#include "profile/interactions.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "model/placeholders.hpp"

namespace profile {

namespace {

using base::Fields;
using base::Json;

// The seven resources of the scope table (GP Connect, Authorisation of access to endpoints) with
// the class of scope each takes.
struct ScopeRow {
  std::string_view area;
  std::string_view scope_class;
};
constexpr std::array<ScopeRow, 7> scope_rows = {{{"Patient", "patient"},
                                                 {"Organization", "organization"},
                                                 {"Appointment", "patient"},
                                                 {"Task", "organization"},
                                                 {"Practitioner", "organization"},
                                                 {"Location", "organization"},
                                                 {"Slot", "organization"}}};

const ScopeRow* scope_row(std::string_view area) {
  for (const auto& row : scope_rows)
    if (row.area == area) return &row;
  return nullptr;
}

bool is_fact(const std::string& name) {
  return std::any_of(model::target_facts().begin(), model::target_facts().end(), [&](const auto& fact) { return fact.name == name; });
}

// Which target facts a good request needs, in headers, token, path and body: those without a default. The
// audience has one anyway, the service root.
std::vector<std::string> needs_of(const model::Profile& profile, const model::Interaction& interaction) {
  std::string text = interaction.path + " " + interaction.body;
  for (const auto& header : profile.headers) text += " " + header.value;
  text += profile.token_claims.dump() + interaction.claims.dump();
  if (const auto role = profile.role_claims.find(interaction.as); role != profile.role_claims.end()) text += role->second.dump();
  std::vector<std::string> needs;
  for (std::string name : model::placeholders_in(text)) {
    if (name.starts_with("as.")) name = interaction.as + name.substr(2);
    if (!is_fact(name) || name == "aud" || profile.defaults.contains(name)) continue;
    if (std::find(needs.begin(), needs.end(), name) == needs.end()) needs.push_back(name);
  }
  return needs;
}

std::string full_id(const std::string& name, const std::string& prefix) {
  return name.starts_with("urn:") ? name : prefix + name;
}

void read_request(const Json& json, model::Profile& profile, base::Problems& problems) {
  Fields request(json, "/request", problems);
  if (const Json* headers = request.array("headers"); headers != nullptr) {
    profile.headers.clear();
    for (std::size_t i = 0; i < headers->size(); ++i) {
      Fields header((*headers)[i], "/request/headers/" + std::to_string(i), problems);
      std::string name = header.text("name");
      profile.headers.push_back({std::move(name), header.text("value")});
      header.finish();
    }
  }
  if (const Json* token = request.object("token"); token != nullptr) profile.token_claims = *token;
  if (const Json* defaults = request.object("defaults"); defaults != nullptr) {
    Fields facts(*defaults, "/request/defaults", problems);
    for (const auto& fact : model::target_facts())
      if (auto value = facts.maybe_text(std::string(fact.name))) profile.defaults[std::string(fact.name)] = *value;
    facts.finish();
  }
  if (const Json* roles = request.object("as"); roles != nullptr)
    for (const auto& [group, claims] : roles->items()) {
      if (!is_fact(group + ".asid")) problems.add("/request/as/" + group, "is no group of target facts that has an asid");
      profile.role_claims[group] = claims;
    }
  request.finish();
}

model::Interaction read_interaction(const std::string& alias, const Json& json, const std::string& prefix,
                                    base::Problems& problems) {
  Fields fields(json, "/interactions/" + alias, problems);
  const std::vector<std::string> roots = {"structured", "documents"};
  model::Interaction interaction;
  interaction.alias = alias;
  interaction.id = full_id(fields.text("name"), prefix);
  interaction.base = fields.word_or("base", roots, "");
  interaction.method = fields.text_or("method", "GET");
  if (!fields.has("path")) fields.wrong("path", "is missing", "relative to the service root; \"\" is the root itself");
  interaction.path = fields.text_or("path");
  interaction.body = fields.text_or("body");
  interaction.scope = fields.text("scope");
  if (const Json* claims = fields.object("claims"); claims != nullptr) interaction.claims = *claims;
  interaction.resource = fields.text_or("resource");
  interaction.area = fields.text_or("area");
  interaction.as = fields.text_or("as");
  if (!interaction.as.empty() && !is_fact(interaction.as + ".asid")) fields.wrong("as", "is no group of target facts that has an asid");
  interaction.writes = fields.boolean_or("writes", false);
  fields.finish();
  return interaction;
}

}  // namespace

void read_interactions(Fields& fields, model::Profile& profile, base::Problems& problems) {
  const std::string prefix = fields.text_or("interaction_prefix", profile.interaction_prefix);
  profile.interaction_prefix = prefix;
  if (const Json* request = fields.object("request"); request != nullptr)
    read_request(*request, profile, problems);
  const Json* entries = fields.object("interactions");
  if (entries == nullptr) return;
  for (const auto& [alias, json] : entries->items()) {
    // null takes an interaction of the extended profile away.
    if (json.is_null()) {
      if (profile.interaction(alias) == nullptr) problems.add("/interactions/" + alias, "there is no such interaction to take away");
      std::erase_if(profile.interactions, [&, name = alias](const auto& known) { return known.alias == name; });
      continue;
    }
    model::Interaction interaction = read_interaction(alias, json, prefix, problems);
    std::erase_if(profile.interactions, [&](const auto& known) { return known.alias == interaction.alias; });
    profile.interactions.push_back(std::move(interaction));
  }
}

void settle_needs(model::Profile& profile) {
  for (auto& interaction : profile.interactions) interaction.needs = needs_of(profile, interaction);
}

void add_own_interactions(model::Profile& profile, const model::Target& target) {
  for (const auto& own : target.interactions) {
    const std::string id = full_id(own.name, profile.interaction_prefix);
    const auto same = [&](const auto& known) { return known.id == id; };
    const auto at = std::find_if(profile.interactions.begin(), profile.interactions.end(), same);
    model::Interaction interaction;
    if (at != profile.interactions.end()) {
      interaction = *at;
    } else {
      const auto segments = base::split(own.path.substr(0, own.path.find('?')), '/');
      interaction.alias = own.name;
      interaction.id = id;
      interaction.area = segments.size() > 1 ? segments[1] : "";
      // Patient/{id}/Appointment is a row of Appointment.
      if (segments.size() > 3 && scope_row(segments[3]) != nullptr) interaction.area = segments[3];
      const auto* row = scope_row(interaction.area);
      const std::string verb = own.method == "GET" || own.method == "HEAD" ? "read" : "write";
      interaction.scope = std::string(row != nullptr ? row->scope_class : "organization") + "/*." + verb;
    }
    interaction.of_target = true;
    interaction.method = own.method;
    interaction.path = own.path;
    interaction.body = own.body;
    interaction.needs = needs_of(profile, interaction);
    if (at != profile.interactions.end()) {
      *at = std::move(interaction);
    } else {
      profile.interactions.push_back(std::move(interaction));
    }
  }
}

}  // namespace profile
