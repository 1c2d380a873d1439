// SPDX-License-Identifier: Apache-2.0
#include "report/junit.hpp"

#include <pugixml.hpp>
#include <set>

#include "base/text.hpp"
#include "report/junit_case.hpp"
#include "report/result_json.hpp"
#include "tests/catch.hpp"
#include "tests/report/each_text.hpp"
#include "tests/report/golden.hpp"
#include "tests/report/noise.hpp"
#include "tests/report/sample_report.hpp"

using model::Cause;
using model::Verdict;
using Kind = report::JunitOutcome::Kind;

namespace {

std::string one(const model::Report& made) {
  return report::junit_xml(std::span(&made, 1));
}

// Legal characters and references only; pugixml itself is lenient here.
std::string mistake(const std::string& xml) {
  if (base::printable(xml, true) != xml) return "a character XML forbids";
  for (std::size_t at = xml.find("&#"); at != std::string::npos; at = xml.find("&#", at + 1))
    if (const auto end = xml.find(';', at);
        xml.substr(at, end - at) != "&#9" && xml.substr(at, end - at) != "&#10")
      return "a reference to a character XML forbids: " + xml.substr(at, 8);
  if (xml.find("<!") != std::string::npos) return "CDATA, a comment or a doctype";
  pugi::xml_document document;
  const auto parsed = document.load_string(xml.c_str(), pugi::parse_full);
  return parsed ? "" : parsed.description();
}

// Element names by depth: "testsuites/testsuite/testcase/failure".
void paths(const pugi::xml_node& node, const std::string& above, std::vector<std::string>& out) {
  for (const auto& child : node.children()) {
    if (child.type() != pugi::node_element) continue;
    const std::string path = above + "/" + child.name();
    out.push_back(path);
    paths(child, path, out);
  }
}

std::vector<std::string> structure(const std::string& xml) {
  pugi::xml_document document;
  document.load_string(xml.c_str());
  std::vector<std::string> out;
  paths(document, "", out);
  return out;
}

model::Finding finding(Verdict verdict, Cause cause, bool red) {
  model::Finding f;
  f.check.id = "token.rejects-expired";
  f.verdict = verdict;
  f.cause = cause;
  f.expected = "400";
  f.observed = "200";
  f.red = red;
  return f;
}

}  // namespace

TEST_CASE("junit.xml is as the sample shows it") {
  const std::string xml = one(sample::report());
  CHECK(golden::matches("junit.xml", xml));
  CHECK(mistake(xml).empty());
}

TEST_CASE("what each verdict becomes in JUnit") {
  struct Row {
    Verdict verdict;
    Cause cause;
    bool red;
    Kind kind;
    const char* type;
    const char* message;
  };
  const Row rows[] = {
      {Verdict::pass, Cause::none, false, Kind::green, "", ""},
      {Verdict::fail, Cause::assertion, true, Kind::failure, "conformance.fail",
       "expected 400; observed 200"},
      {Verdict::warn, Cause::assertion, true, Kind::failure, "conformance.fail",
       "expected 400; observed 200"},
      {Verdict::warn, Cause::deviation, false, Kind::green, "", ""},
      {Verdict::fail, Cause::assertion, false, Kind::skipped, "",
       "FAIL, not counted: expected 400; observed 200"},
      {Verdict::inconclusive, Cause::timeout, true, Kind::error, "conformance.inconclusive.timeout",
       "timeout: 200"},
      {Verdict::inconclusive, Cause::timeout, false, Kind::skipped, "",
       "INCONCLUSIVE, timeout: 200"},
      {Verdict::inconclusive, Cause::blocked_by, false, Kind::skipped, "",
       "blocked-by: the metadata control"},
      {Verdict::inconclusive, Cause::blocked_by, true, Kind::skipped, "",
       "blocked-by: the metadata control"},
      {Verdict::skipped, Cause::needs_input, false, Kind::skipped, "", "SKIPPED, needs-input: 200"},
      {Verdict::skipped, Cause::needs_input, true, Kind::error, "conformance.skipped.needs-input",
       "needs-input: 200"},
      {Verdict::waived, Cause::waiver, false, Kind::skipped, "",
       "waived until 2027-01-31: because (was fail)"},
  };
  model::Report report;
  report.blocked_by = "the metadata control";
  report.waivers = {{"token.rejects-expired", model::WaiverState::applied, Verdict::fail, "because",
                     "", "", "", "2027-01-31"}};
  for (const auto& row : rows) {
    auto made = finding(row.verdict, row.cause, row.red);
    if (row.cause == Cause::blocked_by) made.observed.clear();
    const auto outcome = report::junit_outcome(report, made);
    INFO(row.message);
    CHECK(outcome.kind == row.kind);
    CHECK(outcome.type == row.type);
    CHECK(outcome.message == row.message);
    CHECK((row.kind == Kind::green) == outcome.text.empty());
    if (!outcome.text.empty()) CHECK(outcome.text.starts_with(outcome.message + "\n"));
    CHECK((row.verdict == Verdict::warn && !row.red) == outcome.out.starts_with("WARN "));
  }
}

TEST_CASE("the preflight case is always there and says what stopped the run") {
  CHECK(report::junit_preflight(sample::report()).kind == Kind::green);
  const auto unreachable = report::junit_preflight(sample::unreachable());
  CHECK(unreachable.kind == Kind::error);
  CHECK(unreachable.type == "preflight.unreachable");
  CHECK_THAT(unreachable.text, ContainsSubstring("connection refused by 192.0.2.17"));
  auto blocked = sample::blocked();
  CHECK(report::junit_preflight(blocked).kind == Kind::error);
  CHECK(report::junit_preflight(blocked).message.size() <= 200);
  blocked.blocked_red = false;
  CHECK(report::junit_preflight(blocked).kind == Kind::skipped);
  CHECK(structure(report::junit_xml({})) ==
        std::vector<std::string>{"/testsuites", "/testsuites/testsuite"});
}

TEST_CASE("a case is red exactly when its finding is, or the run was stopped") {
  for (const auto& made :
       {sample::report(), sample::unreachable(), sample::blocked(), sample::large_report(30)}) {
    int red = made.preflight || made.blocked_red ? 1 : 0;
    for (const auto& f : made.findings) red += f.red && (f.cause != Cause::blocked_by || made.blocked_by.empty()) ? 1 : 0;
    pugi::xml_document document;
    REQUIRE(document.load_string(one(made).c_str()));
    const auto root = document.child("testsuites");
    CHECK(root.attribute("failures").as_int() + root.attribute("errors").as_int() == red);
    CHECK(root.select_nodes("//failure | //error").size() == static_cast<std::size_t>(red));
    CHECK((red > 0) == (made.run.exit != model::Exit::conformant ||
                        made.verdict == model::RunVerdict::non_conformant));
  }
}

TEST_CASE("the totals are those of the children") {
  const std::vector<model::Report> reports = {sample::report(), sample::blocked(),
                                              sample::unreachable()};
  pugi::xml_document document;
  REQUIRE(document.load_string(report::junit_xml(reports).c_str()));
  int tests = 0;
  for (const auto& suite : document.child("testsuites").children("testsuite")) {
    CHECK(suite.attribute("tests").as_uint() == suite.select_nodes("testcase").size());
    CHECK(suite.attribute("failures").as_uint() == suite.select_nodes("testcase/failure").size());
    CHECK(suite.attribute("errors").as_uint() == suite.select_nodes("testcase/error").size());
    CHECK(suite.attribute("skipped").as_uint() == suite.select_nodes("testcase/skipped").size());
    CHECK(std::string(suite.attribute("hostname").value()) == "localhost");
    tests += suite.attribute("tests").as_int();
  }
  CHECK(document.child("testsuites").attribute("tests").as_int() == tests);
  CHECK(document.child("testsuites").select_nodes("testsuite").size() == 4);
}

TEST_CASE("no two cases of a file have the same name") {
  auto twin = sample::report();
  twin.target.alias = "example.int";  // reads the same once it is a classname
  twin.findings.push_back(twin.findings.front());
  const std::vector<model::Report> reports = {sample::report(), twin, twin};
  pugi::xml_document document;
  REQUIRE(document.load_string(report::junit_xml(reports).c_str()));
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& found : document.select_nodes("//testcase"))
    CHECK(seen.insert({found.node().attribute("classname").value(),
                       found.node().attribute("name").value()})
              .second);
}

TEST_CASE("names outlive verdicts, severities and titles") {
  auto check = sample::report().findings[1].check;
  CHECK(report::junit_name(check) == "transport.refuses-tls-1.0 tls-1-0-is-refused");
  check.title = "Another title";
  check.severity = model::Severity::low;
  CHECK(report::junit_name(check) == "transport.refuses-tls-1.0 tls-1-0-is-refused");
  check.slug = std::string(300, 'a');
  CHECK(report::junit_name(check).size() == 120);
}

TEST_CASE("texts keep to their limits") {
  model::Report report;
  auto f = finding(Verdict::fail, Cause::assertion, true);
  f.expected = std::string(5000, 'e');
  f.observed = std::string(100000, 'o');
  const auto outcome = report::junit_outcome(report, f);
  CHECK(outcome.message.size() <= 200);
  CHECK_THAT(outcome.message, ContainsSubstring("observed ooo"));
  CHECK(outcome.text.size() <= 16U << 10U);
  CHECK_THAT(outcome.text, ContainsSubstring("more bytes"));
}

TEST_CASE("a report read from result.json gives the same file") {
  const auto read = report::from_json(report::to_json(sample::report()), "result.json");
  REQUIRE(read);
  CHECK(one(*read) == one(sample::report()));
}

TEST_CASE("the XML is legal whatever bytes the target sent") {
  auto report = sample::one_of_everything();
  const auto plain = structure(one(report));
  for (std::uint32_t round = 0; round < 10000; ++round) {
    sample::Noise noise(round);
    sample::each_text(report, [&](std::string& text) { text = noise.text(); });
    const std::string xml = one(report);
    const std::string wrong = mistake(xml);
    if (wrong.empty() && structure(xml) == plain) continue;
    INFO("round " << round << ": " << wrong);
    FAIL("noise broke the file");
  }
}
