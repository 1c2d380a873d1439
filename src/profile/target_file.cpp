// SPDX-License-Identifier: Apache-2.0
#include "profile/target_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/files.hpp"
#include "base/strict_json.hpp"
#include "base/text.hpp"
#include "model/placeholders.hpp"

namespace profile {

namespace {

using base::Fields;
using base::Json;
using base::Problems;
namespace fs = std::filesystem;

class TargetReader {
 public:
  TargetReader(const Json& json, Problems& problems, fs::path folder)
      : fields_(json, "", problems), problems_(problems), folder_(std::move(folder)) {}

  model::Target read() {
    fields_.schema("probity.target/1");
    target_.alias = fields_.text_or("alias");
    target_.url = url("url");
    target_.via_ssp = url("via_ssp");
    target_.plain_url = url("plain_url");
    target_.server_ca = file("server_ca");
    target_.server_name = fields_.text_or("server_name");
    target_.kit = file("kit");
    target_.client_cert = file("client_cert");
    target_.client_key = file("client_key");
    target_.client_p12 = file("client_p12");
    target_.passphrase_file = file("passphrase_file");
    target_.authorisation = fields_.text_or("authorisation");
    target_.scope_enforced = fields_.maybe_boolean("scope_enforced");
    read_bases();
    read_facts(fields_, "");
    read_interactions();
    read_about();
    fields_.finish();
    hold_unknown_asid();
    return std::move(target_);
  }

 private:
  // A refusal of an ASID that is known shows nothing.
  void hold_unknown_asid() {
    const auto unknown = target_.facts.find("nrl.unknown_asid");
    if (unknown == target_.facts.end()) return;
    for (const auto& [name, value] : target_.facts)
      if (name.starts_with("nrl.") && name.ends_with("asid") && name != unknown->first && value == unknown->second)
        problems_.add("/nrl/unknown_asid", fmt::format("is {}: give one that the registry does not know", name));
  }

  std::string url(const std::string& key) {
    std::string text = fields_.text_or(key);
    while (text.size() > 1 && text.back() == '/') text.pop_back();
    if (!text.empty() && !model::parse_url(text))
      fields_.wrong(key, fmt::format("\"{}\" is no service root", text), "https://host[:port]/path");
    return text;
  }

  std::string file(const std::string& key) {
    const std::string text = fields_.text_or(key);
    return text.empty() ? text : (folder_ / text).lexically_normal().string();
  }

  void read_bases() {
    const Json* bases = fields_.object("bases");
    if (bases == nullptr) return;
    Fields roots(*bases, "/bases", problems_);
    for (const char* name : {"structured", "documents"}) {
      std::string root = roots.text_or(name);
      while (root.size() > 1 && root.back() == '/') root.pop_back();
      if (root.empty()) continue;
      if (!model::parse_url(root)) roots.wrong(name, fmt::format("\"{}\" is no service root", root));
      target_.bases[name] = root;
    }
    roots.finish();
  }

  // Facts are named by their path: patient.nhs_number is "nhs_number" inside "patient".
  void read_facts(Fields& fields, const std::string& prefix) {
    std::set<std::string> groups;
    for (const auto& fact : model::target_facts()) {
      std::string_view name = fact.name;
      if (!name.starts_with(prefix)) continue;
      name.remove_prefix(prefix.size());
      const auto dot = name.find('.');
      if (dot != std::string_view::npos) {
        groups.emplace(name.substr(0, dot));
      } else if (auto value = fields.maybe_text(std::string(name))) {
        const bool number = fact.name.ends_with("nhs_number");
        if (number && (value->size() != 10 || value->find_first_not_of("0123456789") != std::string::npos))
          fields.wrong(std::string(name), "an NHS number has ten digits and nothing else");
        target_.facts[std::string(fact.name)] = *value;
      }
    }
    for (const auto& group : groups) {
      const Json* inner = fields.object(group);
      if (inner == nullptr) continue;
      Fields members(*inner, fields.pointer_to(group), problems_);
      read_facts(members, prefix + group + ".");
      members.finish();
    }
  }

  void read_interactions() {
    const Json* entries = fields_.object("interactions");
    if (entries == nullptr) return;
    for (const auto& [name, json] : entries->items()) {
      Fields entry(json, fields_.pointer_to("interactions") + "/" + name, problems_);
      model::OwnInteraction own;
      own.name = name;
      own.method = entry.text_or("method", "GET");
      own.path = entry.text("path");
      own.body = entry.text_or("body");
      if (!own.path.starts_with('/')) entry.wrong("path", "begins with / and is relative to the service root");
      check_placeholders(own.path, entry.pointer_to("path"));
      entry.finish();
      target_.interactions.push_back(std::move(own));
    }
  }

  void check_placeholders(const std::string& path, const std::string& pointer) {
    std::vector<std::string> known;
    for (const auto& fact : model::target_facts()) known.emplace_back(fact.name);
    for (const auto& name : model::placeholders_in(path))
      if (!model::is_filled_when_sent(name) && std::find(known.begin(), known.end(), name) == known.end())
        problems_.add(pointer, fmt::format("nothing fills the placeholder {{{}}}", name),
                      base::did_you_mean(name, known));
  }

  void read_about() {
    const Json* json = fields_.object("about");
    if (json == nullptr) return;
    Fields about(*json, "/about", problems_);
    target_.about.supplier = about.text_or("supplier");
    target_.about.product = about.text_or("product");
    target_.about.version = about.text_or("version");
    target_.about.environment = about.text_or("environment");
    target_.about.tester = about.text_or("tester");
    target_.about.reference = about.text_or("reference");
    about.finish();
  }

  Fields fields_;
  Problems& problems_;
  fs::path folder_;
  model::Target target_;
};

}  // namespace

base::Result<model::Target> target_from_text(std::string_view text, const std::string& name,
                                             const fs::path& folder) {
  const auto json = base::parse_json(text, name);
  if (!json) return json.error();
  Problems problems(name);
  model::Target target = TargetReader(*json, problems, folder).read();
  if (problems.any()) return problems.first();
  return target;
}

base::Result<model::Target> load_target(const fs::path& path) {
  const auto text = base::read_file(path);
  if (!text) return text.error();
  return target_from_text(*text, path.string(), path.parent_path());
}

base::Status complete_target(model::Target& target) {
  while (target.url.size() > 1 && target.url.back() == '/') target.url.pop_back();
  const auto url = model::parse_url(target.url);
  if (!url)
    return base::Error{base::Trouble::usage, fmt::format("\"{}\" is no service root", target.url), "",
                       "give it as https://host[:port]/path"};
  if (!url->origin.tls)
    return base::Error{base::Trouble::usage, fmt::format("\"{}\" is not https", target.url), "",
                       "the plain port goes into the target file as plain_url"};
  if (!target.alias.empty()) return base::Nothing{};
  target.alias = base::slug(url->origin.host);
  if (url->origin.port != 443) target.alias += fmt::format("-{}", url->origin.port);
  return base::Nothing{};
}

}  // namespace profile
