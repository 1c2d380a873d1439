// SPDX-License-Identifier: Apache-2.0
#include "profile/profile_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/assets.hpp"
#include "base/files.hpp"
#include "base/strict_json.hpp"
#include "base/text.hpp"
#include "profile/catalogue.hpp"
#include "profile/interactions.hpp"
#include "profile/suite_file.hpp"

namespace profile {

namespace {

using base::Error;
using base::Fields;
using base::Json;
using base::Problems;
using base::Trouble;
namespace fs = std::filesystem;

// A file as found: its text, the name messages call it, and its folder ("" when compiled in).
struct Found {
  std::string text;
  std::string name;
  fs::path folder;
};

bool looks_like_a_file(const std::string& name) {
  return name.ends_with(".json") || name.find('/') != std::string::npos;
}

base::Result<Found> from_disk(const fs::path& path) {
  auto text = base::read_file(path);
  if (!text) return text.error();
  const fs::path folder = path.parent_path();
  return Found{std::move(*text), path.string(), folder.empty() ? "." : folder};
}

std::vector<std::string> shipped_names(const std::string& kind) {
  std::vector<std::string> names;
  const std::string prefix = "profiles/" + kind + "/";
  for (const auto& asset : base::assets())
    if (asset.path.starts_with(prefix))
      names.emplace_back(asset.path.substr(prefix.size(), asset.path.size() - prefix.size() - 5));
  return names;
}

// `kind` is profiles, suites or specs; `beside` the folder of the file that names it.
base::Result<Found> find_file(const std::string& name, const std::string& kind, const fs::path& beside,
                              const Sources& sources) {
  if (looks_like_a_file(name)) return from_disk(beside.empty() ? fs::path(name) : beside / name);
  std::vector<fs::path> folders = sources.folders;
  if (!beside.empty()) folders.insert(folders.begin(), beside);
  for (const auto& folder : folders) {
    std::error_code ignored;
    const fs::path path = folder / (name + ".json");
    if (fs::is_regular_file(path, ignored)) return from_disk(path);
  }
  const std::string path = fmt::format("profiles/{}/{}.json", kind, name);
  if (const auto text = base::asset(path)) return Found{std::string(*text), path, {}};
  const auto known = shipped_names(kind);
  auto hint = base::did_you_mean(name, known);
  if (hint.empty()) hint = "known: " + base::join(known, ", ");
  const std::string what = kind == "profiles" ? "profile" : kind == "suites" ? "suite" : "specification";
  return Error{Trouble::no_input, fmt::format("there is no {} \"{}\"", what, name), "", hint};
}

struct Filter {
  std::string glob;
  std::string because;   // why it is excluded
  bool shipped = false;
  std::string file;      // for the message when it matches nothing
  std::string pointer;
};

struct SuiteName {
  std::string name;
  fs::path beside;
};

// Everything the chain of `extends` has said so far.
class Resolver {
 public:
  explicit Resolver(const Sources& sources) : sources_(sources) {}

  base::Result<model::Profile> resolve(const std::string& name) {
    auto done = add(name, {});
    if (!done) return done.error();
    settle_needs(profile_);
    auto specs = shipped_specifications();
    if (!specs) return specs.error();
    known_specs_ = std::move(*specs);
    if (auto status = gather_specs(); !status) return status.error();
    if (auto status = gather_checks(); !status) return status.error();
    if (auto status = apply_filters(); !status) return status.error();
    return std::move(profile_);
  }

 private:
  base::Status add(const std::string& name, const fs::path& beside) {
    auto found = find_file(name, "profiles", beside, sources_);
    if (!found) return found.error();
    if (std::find(open_.begin(), open_.end(), found->name) != open_.end())
      return Error{Trouble::bad_data, fmt::format("\"extends\" comes back to {}", found->name), open_.back(),
                   "a profile cannot extend itself"};
    open_.push_back(found->name);
    auto json = base::parse_json(found->text, found->name);
    if (!json) return json.error();
    Problems problems(found->name);
    Fields fields(*json, "", problems);
    for (const auto& parent : fields.text_or_texts("extends"))
      if (auto status = add(parent, found->folder); !status) return status;
    read(fields, found->folder, problems);
    if (problems.any()) return problems.first();
    const auto shipped = shipped_names("profiles");
    if (!found->folder.empty() && std::find(shipped.begin(), shipped.end(), profile_.id) != shipped.end())
      return Error{Trouble::bad_data, fmt::format("\"{}\" is the id of a shipped profile", profile_.id), found->name + "#/id",
                   "give yours a name of its own"};
    open_.pop_back();
    return base::Nothing{};
  }

  void read(Fields& fields, const fs::path& folder, Problems& problems) {
    const bool is_root = profile_.id.empty();
    if (!is_root) profile_.lineage.insert(profile_.lineage.begin(), profile_.id);
    fields.schema("probity.profile/1");
    profile_.id = fields.text("id");
    profile_.title = fields.text("title");
    profile_.version = fields.text_or("version", profile_.version.empty() ? "1.0" : profile_.version);
    profile_.about = fields.text_or("about", profile_.about);
    for (const auto& spec : fields.texts_or("specs"))
      if (std::none_of(specs_.begin(), specs_.end(), [&](const auto& s) { return s.name == spec; }))
        specs_.push_back({spec, folder});
    for (const auto& suite : fields.texts_or("suites"))
      if (std::none_of(suites_.begin(), suites_.end(), [&](const auto& s) { return s.name == suite; }))
        suites_.push_back({suite, folder});
    read_parameters(fields, is_root, problems);
    read_interactions(fields, profile_, problems);
    for (std::size_t n = 0; const auto& glob : fields.texts_or("requirements"))
      requirements_.push_back({glob, "", false, problems.file(), fmt::format("/requirements/{}", n++)});
    profile_.base_control = fields.text_or("base_control", profile_.base_control);
    read_filters(fields, folder.empty(), problems);
    fields.finish();
    if (!problems.any() && !profile_.base_control.empty() &&
        profile_.interaction(profile_.base_control) == nullptr)
      fields.wrong("base_control", fmt::format("there is no interaction \"{}\"", profile_.base_control));
  }

  void read_parameters(Fields& fields, bool is_root, Problems& problems) {
    const Json* given = fields.object("parameters");
    if (given == nullptr) return;
    std::vector<std::string> known;
    for (const auto& [name, value] : profile_.parameters) known.push_back(name);
    for (const auto& [name, value] : given->items()) {
      if (!is_root && !profile_.parameters.contains(name)) {
        problems.add(fields.pointer_to("parameters") + "/" + name,
                     fmt::format("the extended profile has no parameter \"{}\"", name), base::did_you_mean(name, known));
        return;
      }
      profile_.parameters[name] = value;
    }
  }

  void read_filters(Fields& fields, bool shipped, Problems& problems) {
    std::size_t n = 0;
    for (const auto& glob : fields.texts_or("include"))
      includes_.push_back({glob, "", shipped, problems.file(), fmt::format("/include/{}", n++)});
    const Json* rows = fields.array("exclude");
    for (std::size_t i = 0; rows != nullptr && i < rows->size(); ++i) {
      const std::string pointer = fmt::format("/exclude/{}", i);
      Fields row((*rows)[i], pointer, problems);
      std::string glob = row.text("checks");
      excludes_.push_back({std::move(glob), row.text("because"), shipped, problems.file(), pointer + "/checks"});
      row.finish();
    }
  }

  base::Status gather_specs() {
    for (const auto& wanted : specs_) {
      auto found = find_file(wanted.name, "specs", wanted.beside, sources_);
      if (!found) return found.error();
      auto spec = load_specification(found->text, found->name);
      if (!spec) return spec.error();
      const auto same = [&](const auto& known) { return known.id == spec->id; };
      if (std::none_of(known_specs_.begin(), known_specs_.end(), same)) known_specs_.push_back(*spec);
      profile_.specs.push_back(std::move(*spec));
    }
    return narrow_specs();
  }

  // A profile may be about some rows of its specifications only.
  base::Status narrow_specs() {
    const auto hits = [](const Filter& filter) {
      return [&](const model::Requirement& row) { return base::glob_matches(filter.glob, row.id); };
    };
    for (const auto& filter : requirements_)
      if (std::none_of(profile_.specs.begin(), profile_.specs.end(), [&](const auto& spec) {
            return std::any_of(spec.requirements.begin(), spec.requirements.end(), hits(filter));
          }))
        return Error{Trouble::bad_data, fmt::format("\"{}\" matches no requirement", filter.glob), filter.file + "#" + filter.pointer, ""};
    if (requirements_.empty()) return base::Nothing{};
    for (auto& spec : profile_.specs)
      std::erase_if(spec.requirements, [&](const model::Requirement& row) {
        return std::none_of(requirements_.begin(), requirements_.end(), [&](const Filter& filter) { return hits(filter)(row); });
      });
    return base::Nothing{};
  }

  base::Status gather_checks() {
    std::vector<SuiteName> files = suites_;
    for (const auto& path : sources_.checks) {
      const auto absolute = fs::absolute(path);
      files.push_back({absolute.string(), absolute.parent_path()});
    }
    std::set<std::string> ids;
    for (const auto& file : files) {
      auto found = find_file(file.name, "suites", fs::path(file.name).is_absolute() ? fs::path{} : file.beside,
                             sources_);
      if (!found) return found.error();
      auto checks = load_suite(found->text, found->name, {sources_.probes, known_specs_, profile_});
      if (!checks) return checks.error();
      for (auto& check : *checks) {
        if (!ids.insert(check.id).second)
          return Error{Trouble::bad_data, fmt::format("check {} is already defined elsewhere", check.id),
                       check.file, "give it another id"};
        profile_.checks.push_back(std::move(check));
      }
    }
    return base::Nothing{};
  }

  // What keeps a check out: an exclude that names it, else the includes, when none of them does.
  [[nodiscard]] const Filter* excluding(const std::string& id) const {
    const auto names_it = [&](const Filter& filter) { return base::glob_matches(filter.glob, id); };
    const auto exclude = std::find_if(excludes_.begin(), excludes_.end(), names_it);
    if (exclude != excludes_.end()) return &*exclude;
    const bool included = includes_.empty() || std::any_of(includes_.begin(), includes_.end(), names_it);
    return included ? nullptr : &includes_.front();
  }

  base::Status apply_filters() {
    for (const auto* filters : {&includes_, &excludes_}) {
      for (const auto& filter : *filters) {
        const auto hits = [&](const model::Check& check) { return base::glob_matches(filter.glob, check.id); };
        if (std::any_of(profile_.checks.begin(), profile_.checks.end(), hits)) continue;
        std::vector<std::string> ids;
        for (const auto& check : profile_.checks) ids.push_back(check.id);
        return Error{Trouble::bad_data, fmt::format("\"{}\" matches no check", filter.glob),
                     filter.file + "#" + filter.pointer, base::did_you_mean(filter.glob, ids)};
      }
    }
    // A shipped profile says what an edition has; a user's leaves checks out, and the report says so.
    std::erase_if(profile_.checks, [&](model::Check& check) {
      const Filter* leaves_out = excluding(check.id);
      if (leaves_out == nullptr) return false;
      check.left_out = leaves_out->because.empty() ? "its includes do not name it" : leaves_out->because;
      return leaves_out->shipped;
    });
    if (profile_.checks.empty())
      return Error{Trouble::bad_data, fmt::format("profile {} holds no checks", profile_.id), "", "name suites"};
    return base::Nothing{};
  }

  const Sources& sources_;
  model::Profile profile_;
  std::vector<std::string> open_;
  std::vector<SuiteName> specs_;
  std::vector<SuiteName> suites_;
  std::vector<Filter> includes_;
  std::vector<Filter> excludes_;
  std::vector<Filter> requirements_;   // which rows of the specifications; none: all
  std::vector<model::Specification> known_specs_;
};

}  // namespace

base::Result<model::Profile> load_profile(const std::string& name, const Sources& sources) {
  return Resolver(sources).resolve(name);
}

std::vector<std::string> profile_names(const Sources& sources) {
  std::set<std::string> names;
  for (const auto& name : shipped_names("profiles")) names.insert(name);
  for (const auto& folder : sources.folders) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      // A folder of profiles may also hold suites and target files; only profiles are offered.
      const auto text = entry.path().extension() == ".json" ? base::read_file(entry.path())
                                                            : base::Result<std::string>(Error{});
      if (!text) continue;
      const auto json = base::parse_json(*text, entry.path().string());
      if (json && json->is_object() && json->value("schema", "") == "probity.profile/1")
        names.insert(entry.path().stem().string());
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace profile
