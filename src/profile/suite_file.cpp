// SPDX-License-Identifier: Apache-2.0
#include "profile/suite_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/strict_json.hpp"
#include "base/text.hpp"
#include "profile/check_parameters.hpp"
#include "profile/template.hpp"

namespace profile {

namespace {

using base::Fields;
using base::Json;
using base::Problems;

// One expanded row being read; everything it may refer to.
class CheckReader {
 public:
  CheckReader(const Json& row, std::string pointer, std::string suite, const CheckContext& context,
              Problems& problems)
      : fields_(row, pointer, problems), pointer_(std::move(pointer)), context_(context), problems_(problems) {
    check_.suite = std::move(suite);
  }

  model::Check read() {
    check_.id = fields_.text("id");
    check_.file = problems_.file() + "#" + pointer_;
    check_.title = fields_.text("title");
    check_.slug = fields_.text_or("slug");
    read_id();
    read_cites();
    check_.severity = word_of<model::Severity>("severity", model::Severity::medium);
    check_.risk = word_of<model::Risk>("risk", model::Risk::read);
    read_level();
    check_.exclusive = fields_.boolean_or("exclusive", false);
    check_.why = fields_.text_or("why");
    check_.remedy = fields_.text_or("remedy");
    read_probe();
    read_expectation();
    fields_.finish();
    return check_;
  }

 private:
  template <class E>
  E word_of(const std::string& key, E otherwise) {
    const auto words = model::all_words<E>();
    return model::from_word<E>(fields_.word(key, words)).value_or(otherwise);
  }

  void read_id() {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789-.";
    const auto dot = check_.id.find('.');
    if (check_.id.empty()) return;
    if (dot == std::string::npos || dot == 0 || dot + 1 == check_.id.size() ||
        check_.id.find_first_not_of(allowed) != std::string::npos)
      fields_.wrong("id", fmt::format("\"{}\" is not area.verb-object in small letters", check_.id));
    if (check_.slug.empty() && dot != std::string::npos)
      check_.slug = base::replace_all(check_.id.substr(dot + 1), "-", " ");
  }

  void read_cites() {
    const auto cites = fields_.texts_or("cites");
    if (cites.empty()) fields_.wrong("cites", "a check cites at least one requirement");
    for (std::size_t i = 0; i < cites.size(); ++i) {
      if (!is_known(cites[i])) {
        problems_.add(fmt::format("{}/cites/{}", pointer_, i),
                      fmt::format("requirement {} is in no catalogue", cites[i]),
                      base::did_you_mean(cites[i], known_ids()));
      } else if (context_.profile.requirement(cites[i]) != nullptr) {
        check_.cites.push_back(cites[i]);
      }
    }
  }

  [[nodiscard]] bool is_known(const std::string& id) const {
    const auto ids = known_ids();
    return std::find(ids.begin(), ids.end(), id) != ids.end();
  }

  [[nodiscard]] std::vector<std::string> known_ids() const {
    std::vector<std::string> ids;
    for (const auto& spec : context_.known_specs)
      for (const auto& requirement : spec.requirements) ids.push_back(requirement.id);
    return ids;
  }

  // The highest level cited; a stated one may only be lower.
  void read_level() {
    check_.level = model::Level::may;
    for (const auto& id : check_.cites) check_.level = std::min(check_.level, context_.profile.requirement(id)->level);
    if (!fields_.has("level")) return;
    const auto stated = word_of<model::Level>("level", check_.level);
    if (stated < check_.level && !check_.cites.empty())
      fields_.wrong("level", "is higher than that of every requirement the check cites", "leave it out");
    check_.level = std::max(check_.level, stated);
  }

  void read_probe() {
    std::vector<std::string> names;
    for (const auto& probe : context_.probes) names.emplace_back(probe.name);
    check_.probe = fields_.word("probe", names);
    const auto* probe = model::find_probe(context_.probes, check_.probe);
    static const Json none = Json::object();
    const Json* with = fields_.object("with");
    check_.with = with != nullptr ? *with : none;
    if (probe != nullptr)
      check_parameters(check_.with, fields_.pointer_to("with"), *probe, context_.profile, problems_);
  }

  void read_expectation() {
    const Json* expect = fields_.object("expect");
    if (expect == nullptr) {
      fields_.wrong("expect", "is missing", R"({"refused": {}}, {"accepted": {}}, {"unchanged": {}} or {"noted": {}})");
      return;
    }
    Fields outer(*expect, fields_.pointer_to("expect"), problems_);
    int kinds = 0;
    for (const auto& [kind, spelling] : model::Words<model::Expectation::Kind>::table) {
      const std::string key(spelling);
      if (!outer.has(key)) continue;
      ++kinds;
      check_.expect.kind = kind;
      Fields inner(*outer.raw(key), outer.pointer_to(key), problems_);
      if (kind == model::Expectation::Kind::refused) read_refusal(inner);
      if (kind == model::Expectation::Kind::accepted) check_.expect.resource = inner.text_or("resource");
      read_headers(inner);
      inner.finish();
    }
    for (const auto& [kind, spelling] : model::Words<model::Expectation::Kind>::table)
      (void)outer.raw(std::string(spelling));
    outer.finish();
    if (kinds != 1)
      problems_.add(fields_.pointer_to("expect"), "holds exactly one of refused, accepted, unchanged, noted");
  }

  void read_refusal(Fields& inner) {
    for (const auto status : inner.integers_or("status")) {
      if (status < 300 || status > 599) inner.wrong("status", fmt::format("{} is no status of a refusal", status));
      check_.expect.status.push_back(static_cast<int>(status));
    }
    check_.expect.codes = inner.texts_or("code");
    for (const auto status : inner.integers_or("lists")) check_.expect.lists.push_back(static_cast<int>(status));
    check_.expect.closes = inner.boolean_or("closes", false);
    check_.expect.complete = inner.boolean_or("complete", false);
  }

  // [{"name": "Content-Type", "contains": "application/fhir+json"}, {"name": "Location", "absent": true}]
  void read_headers(Fields& inner) {
    if (!inner.has("headers")) return (void)inner.raw("headers");
    const Json* rows = inner.array("headers");
    for (std::size_t i = 0; rows != nullptr && i < rows->size(); ++i) {
      Fields row((*rows)[i], fmt::format("{}/{}", inner.pointer_to("headers"), i), problems_);
      model::HeaderWish wish;
      wish.name = row.text("name");
      int wishes = 0;
      for (const auto& [is, spelling] : model::Words<model::HeaderWish::Is>::table) {
        const std::string key(spelling);
        if (!row.has(key)) {
          (void)row.raw(key);
          continue;
        }
        ++wishes;
        wish.is = is;
        const bool valued = is == model::HeaderWish::Is::equals || is == model::HeaderWish::Is::contains;
        if (valued) {
          wish.value = row.text(key);
        } else if (!row.boolean_or(key, true)) {
          row.wrong(key, "is true or left out");
        }
      }
      row.finish();
      if (wishes != 1) problems_.add(row.pointer_to("name"), "a header is one of present, absent, equals, contains");
      check_.expect.headers.push_back(std::move(wish));
    }
  }

  Fields fields_;
  std::string pointer_;
  const CheckContext& context_;
  Problems& problems_;
  model::Check check_;
};

// A row may be of another specification's only: then it is not read further, for the parameters it names
// are the other's as well.
bool is_of_others(const Json& row, const CheckContext& context) {
  if (!row.is_object() || !row.contains("cites") || !row["cites"].is_array()) return false;
  const auto of_others = [&](const Json& id) {
    if (!id.is_string() || context.profile.requirement(id.get<std::string>()) != nullptr) return false;
    return std::any_of(context.known_specs.begin(), context.known_specs.end(), [&](const model::Specification& spec) {
      return std::any_of(spec.requirements.begin(), spec.requirements.end(), [&](const auto& known) { return known.id == id.get<std::string>(); });
    });
  };
  return !row["cites"].empty() && std::all_of(row["cites"].begin(), row["cites"].end(), of_others);
}

}  // namespace

std::span<const std::string> suite_words() {
  static const std::vector<std::string> words = {"transport", "ciphers",      "identity", "headers",
                                                 "token",     "scope",        "caching",  "interactions",
                                                 "pointers",  "owasp",        "dos"};
  return words;
}

base::Result<std::vector<model::Check>> load_suite(std::string_view text, const std::string& name,
                                                   const CheckContext& context) {
  const auto json = base::parse_json(text, name);
  if (!json) return json.error();
  Problems problems(name);
  Fields file(*json, "", problems);
  file.schema("probity.suite/1");
  const std::string suite = file.word("suite", suite_words());
  file.text("title");
  // The suite's own values for parameters that the profile does not give.
  std::map<std::string, Json> parameters = context.profile.parameters;
  if (const Json* own = file.has("parameters") ? file.object("parameters") : file.raw("parameters"); own != nullptr && own->is_object())
    for (const auto& [key, value] : own->items()) parameters.try_emplace(key, value);
  std::vector<model::Check> checks;
  std::set<std::string> ids;
  const Json* rows = file.array("checks");
  for (std::size_t i = 0; rows != nullptr && i < rows->size(); ++i) {
    const std::string pointer = fmt::format("/checks/{}", i);
    Json row = (*rows)[i];
    if (is_of_others(row, context)) continue;
    std::vector<Bindings> bindings = {{}};
    if (row.is_object() && row.contains("for")) {
      // A profile that shares this suite gives the rows it needs as a parameter.
      const Json matrix = expanded(row["for"], {}, parameters, pointer + "/for", problems);
      bindings = matrix_rows(matrix, pointer + "/for", problems);
      row.erase("for");
    }
    for (const auto& binding : bindings) {
      const Json filled = expanded(row, binding, parameters, pointer, problems);
      model::Check check = CheckReader(filled, pointer, suite, context, problems).read();
      if (!check.id.empty() && !ids.insert(check.id).second)
        problems.add(pointer + "/id", fmt::format("check {} stands twice", check.id));
      if (!check.cites.empty()) checks.push_back(std::move(check));
    }
  }
  file.finish();
  if (problems.any()) return problems.first();
  return checks;
}

}  // namespace profile
