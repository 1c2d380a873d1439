// SPDX-License-Identifier: Apache-2.0
#include "report/junit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>
#include <set>
#include <sstream>

#include "base/text.hpp"
#include "report/junit_case.hpp"
#include "report/words.hpp"

namespace report {

namespace {

using model::Report;
using Kind = JunitOutcome::Kind;

std::string seconds(std::int64_t ms) {
  const std::int64_t n = std::max<std::int64_t>(ms, 0);
  return fmt::format("{}.{:03}", n / 1000, n % 1000);
}

// Time of the start without zone or fraction: the common schema's pattern allows nothing else.
std::string timestamp(const Report& report) {
  return base::rfc3339(report.run.started).substr(0, 19);
}

std::string part(std::string_view text, std::string_view otherwise) {
  const std::string out = base::slug(base::printable(text));
  return out.empty() ? std::string(otherwise) : out;
}

// pugixml escapes what XML reserves; what XML forbids it must never see.
void set(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name).set_value(base::printable(value).c_str());
}

void set_text(pugi::xml_node node, const std::string& text) {
  node.append_child(pugi::node_pcdata).set_value(base::printable(text, true).c_str());
}

struct Counts {
  int tests = 0, failures = 0, errors = 0, skipped = 0;
  std::int64_t ms = 0;
};

// Hands out (classname, name) pairs no consumer has seen in this file: GitLab keeps only the first
// of two equal ones, so a repeated one gets a number.
class Identities {
 public:
  std::string fresh(const std::string& classname, const std::string& name) {
    std::string candidate = name;
    for (int n = 2; !taken_.insert({classname, candidate}).second; ++n)
      candidate = fmt::format("{}-{}", name, n);
    return candidate;
  }

 private:
  std::set<std::pair<std::string, std::string>> taken_;
};

// Counts as it writes, so that the totals are those of the children.
void write_case(pugi::xml_node suite, const std::string& classname, const std::string& name,
                std::int64_t ms, const JunitOutcome& outcome, Counts& counts) {
  auto node = suite.append_child("testcase");
  set(node, "classname", classname);
  set(node, "name", name);
  set(node, "time", seconds(ms));
  ++counts.tests;
  counts.ms += std::max<std::int64_t>(ms, 0);
  if (outcome.kind == Kind::failure || outcome.kind == Kind::error) {
    const bool failure = outcome.kind == Kind::failure;
    ++(failure ? counts.failures : counts.errors);
    auto child = node.append_child(failure ? "failure" : "error");
    set(child, "type", outcome.type);
    set(child, "message", outcome.message);
    set_text(child, outcome.text);
  } else if (outcome.kind == Kind::skipped) {
    ++counts.skipped;
    auto child = node.append_child("skipped");
    set(child, "message", outcome.message);
    set_text(child, outcome.text);
  }
  if (!outcome.out.empty()) set_text(node.append_child("system-out"), outcome.out);
}

// Attributes come first in the file and are known last: they are made empty and filled in here.
pugi::xml_node begin_suite(pugi::xml_node root, int id, const std::string& name,
                           const Report& report) {
  auto suite = root.append_child("testsuite");
  set(suite, "id", std::to_string(id));
  set(suite, "name", name);
  for (const auto* later : {"tests", "failures", "errors", "skipped", "time"})
    suite.append_attribute(later);
  set(suite, "timestamp", timestamp(report));
  set(suite, "hostname", "localhost");  // where the tests ran, never the target
  return suite;
}

void end_suite(pugi::xml_node suite, const Counts& counts, Counts& all) {
  suite.attribute("tests").set_value(counts.tests);
  suite.attribute("failures").set_value(counts.failures);
  suite.attribute("errors").set_value(counts.errors);
  suite.attribute("skipped").set_value(counts.skipped);
  suite.attribute("time").set_value(seconds(counts.ms).c_str());
  all.tests += counts.tests;
  all.failures += counts.failures;
  all.errors += counts.errors;
  all.ms += counts.ms;
}

void write_properties(pugi::xml_node suite, const Report& report) {
  auto properties = suite.append_child("properties");
  const auto add = [&](const char* name, std::string_view value) {
    if (value.empty()) return;
    auto property = properties.append_child("property");
    set(property, "name", name);
    set(property, "value", base::shortened(base::printable(value), 500));
  };
  add("tool.name", report.tool.name);
  add("tool.version", report.tool.version);
  add("tool.openssl", report.tool.openssl);
  add("tool.curl", report.tool.curl);
  add("profile.id", report.profile.id);
  add("profile.version", report.profile.version);
  add("profile.digest", report.profile.digest);
  add("target.alias", report.target.alias);
  add("run.id", report.run.id);
  add("run.started", base::rfc3339(report.run.started));
  add("run.finished", base::rfc3339(report.run.finished));
  add("run.wall_seconds", std::to_string(report.run.finished - report.run.started));
  add("run.complete", report.run.complete ? "true" : "false");
  add("run.exit", std::to_string(static_cast<int>(report.run.exit)));
  add("verdict", model::word(report.verdict));
  add("sentence", report.sentence);
  add("count.warn", std::to_string(report.summary.warn));
  add("count.waived", std::to_string(report.summary.waived));
  add("count.inconclusive", std::to_string(report.summary.inconclusive));
  add("about.supplier", report.target.about.supplier);
  add("about.product", report.target.about.product);
  add("about.version", report.target.about.version);
  add("about.environment", report.target.about.environment);
  add("about.tester", report.target.about.tester);
  add("about.reference", report.target.about.reference);
}

// Two targets whose aliases read the same must not share their cases.
std::vector<std::string> prefixes_of(std::span<const Report> reports) {
  Identities identities;
  std::vector<std::string> out;
  for (const auto& report : reports) {
    const std::string profile = part(report.profile.id, "no-profile");
    out.push_back(profile + "." +
                  identities.fresh(profile, part(report.target.alias, "no-target")));
  }
  return out;
}

void write_preflight(pugi::xml_node root, std::span<const Report> reports,
                     const std::vector<std::string>& prefixes, Counts& all) {
  static const Report nothing;
  auto suite = begin_suite(root, 0, "preflight", reports.empty() ? nothing : reports.front());
  Counts counts;
  for (std::size_t i = 0; i < reports.size(); ++i)
    write_case(suite, prefixes[i] + ".preflight", "preflight", 0, junit_preflight(reports[i]),
               counts);
  end_suite(suite, counts, all);
}

void write_report(pugi::xml_node root, int id, const Report& report, const std::string& prefix,
                  Identities& identities, Counts& all) {
  auto suite = begin_suite(root, id, base::replace_all(prefix, ".", " on "), report);
  write_properties(suite, report);
  Counts counts;
  for (const auto& finding : report.findings) {
    const std::string classname = prefix + "." + part(finding.check.suite, "no-suite");
    write_case(suite, classname, identities.fresh(classname, junit_name(finding.check)), finding.ms,
               junit_outcome(report, finding), counts);
  }
  end_suite(suite, counts, all);
}

}  // namespace

std::string junit_xml(std::span<const Report> reports) {
  pugi::xml_document document;
  auto declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  auto root = document.append_child("testsuites");
  set(root, "name", "probity");
  for (const auto* later : {"tests", "failures", "errors", "time"}) root.append_attribute(later);
  const auto prefixes = prefixes_of(reports);
  Identities identities;
  Counts all;
  write_preflight(root, reports, prefixes, all);
  for (std::size_t i = 0; i < reports.size(); ++i)
    write_report(root, static_cast<int>(i) + 1, reports[i], prefixes[i], identities, all);
  root.attribute("tests").set_value(all.tests);
  root.attribute("failures").set_value(all.failures);
  root.attribute("errors").set_value(all.errors);
  root.attribute("time").set_value(seconds(all.ms).c_str());
  std::ostringstream out;
  document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
  return out.str();
}

}  // namespace report
