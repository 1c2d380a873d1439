// SPDX-License-Identifier: Apache-2.0
#include "report/html.hpp"

#include <algorithm>
#include <set>

#include "base/assets.hpp"
#include "base/text.hpp"
#include "report/html_writer.hpp"
#include "report/result_json.hpp"
#include "tests/catch.hpp"
#include "tests/report/each_text.hpp"
#include "tests/report/golden.hpp"
#include "tests/report/markup.hpp"
#include "tests/report/noise.hpp"
#include "tests/report/sample_report.hpp"

namespace {

constexpr const char* digest = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::size_t count(const std::vector<std::string>& structure, std::string_view tag) {
  return static_cast<std::size_t>(std::count(structure.begin(), structure.end(), tag));
}

}  // namespace

TEST_CASE("the HTML report is as the sample shows it") {
  CHECK(golden::matches("report.html", report::report_html(sample::report(), {digest})));
}

TEST_CASE("the page is well-formed, and its links lead somewhere") {
  model::Report writing = sample::report();
  writing.created = {{"urn:uuid:1", "https://r/<1>", "pointers.x", "nrl.provider_a", "MHT01", "left", "HTTP 403"}};
  for (const auto& made : {writing, sample::report(), sample::large_report(40), sample::unreachable(),
                           sample::blocked(), model::Report{}}) {
    const auto page = markup::read(report::report_html(made));
    CHECK(page.mistake.empty());
    const std::set<std::string> ids(page.ids.begin(), page.ids.end());
    CHECK(ids.size() == page.ids.size());
    for (const auto& link : page.links) {
      if (link.starts_with("https://")) continue;
      INFO(link);
      CHECK((link.starts_with("#") && ids.contains(link.substr(1))));
    }
    CHECK(count(page.structure, "<h1") == 1);
  }
}

TEST_CASE("a report read from result.json renders to the same page") {
  for (const auto& made : {sample::report(), sample::unreachable(), sample::blocked()}) {
    const auto read = report::from_json(report::to_json(made), "result.json");
    REQUIRE(read);
    CHECK(report::report_html(*read, {digest}) == report::report_html(made, {digest}));
  }
}

TEST_CASE("what stopped the run stands in the head") {
  CHECK(contains(report::report_html(sample::unreachable()),
                 "gp.example.net:8443: connection refused by 192.0.2.17"));
  CHECK(contains(report::report_html(sample::blocked()), "the control metadata was not accepted"));
}

TEST_CASE("what no run can show is said in every report") {
  for (const auto& made : {sample::report(), sample::unreachable(), model::Report{}}) {
    const auto html = report::report_html(made);
    CHECK(contains(html, "The consumer half of th"));
    CHECK(contains(html, "The external policy documents"));
    CHECK(contains(html, "No baseline was given"));
  }
}

TEST_CASE("waivers have a section only when there are any") {
  CHECK(contains(report::report_html(sample::report()), "id=\"waivers\""));
  CHECK_FALSE(contains(report::report_html(sample::blocked()), "id=\"waivers\""));
}

TEST_CASE("the size stays within its budget") {
  const std::size_t shell = report::report_html(model::Report{}).size();
  const std::size_t hundred = report::report_html(sample::large_report(100)).size();
  const std::size_t many = report::report_html(sample::large_report(500)).size();
  UNSCOPED_INFO("shell " << shell << ", 100 checks " << hundred << ", 500 checks " << many);
  CHECK(shell <= 40U << 10U);
  CHECK(hundred <= 400U << 10U);
  CHECK(many <= 2U << 20U);
}

TEST_CASE("style and script cannot end their own element") {
  for (const auto* path : {"reports/report.css", "reports/report.js"}) {
    const auto file = base::asset(path);
    REQUIRE(file);
    CHECK(file->find("</") == std::string_view::npos);
    CHECK(file->find("<!--") == std::string_view::npos);
    CHECK(file->find("http") == std::string_view::npos);
  }
}

TEST_CASE("text is escaped on its way in") {
  report::Html html;
  {
    const auto scope = html.in("p", {{"title", "\"<&>'\n"}});
    html.text("<b>&\"'\x01");
  }
  CHECK(html.take() ==
        "<!DOCTYPE html>\n<p "
        "title=\"&quot;&lt;&amp;&gt;&#39;\\x0a\">&lt;b&gt;&amp;\"'\\x01</p>\n");
}

// The page with noise in every text must have, tag by tag and attribute by attribute, the structure
// of the page with plain words there: then no text became markup, whatever it was.
TEST_CASE("no text becomes markup") {
  auto report = sample::one_of_everything();
  int words = 0;
  sample::each_text(report, [&](std::string& text) { text = "word" + std::to_string(++words); });
  const auto plain = markup::read(report::report_html(report));
  REQUIRE(plain.mistake.empty());
  constexpr std::uint32_t rounds = 1000;  // each fills every field anew
  for (std::uint32_t round = 0; round < rounds; ++round) {
    sample::Noise noise(round);
    sample::each_text(report, [&](std::string& text) { text = noise.text(); });
    const auto page = markup::read(report::report_html(report));
    const bool links_stay_here =
        std::all_of(page.links.begin(), page.links.end(),
                    [](const std::string& link) { return link.starts_with("#"); });
    if (page.mistake.empty() && page.structure == plain.structure && links_stay_here) continue;
    INFO("round " << round << ": " << page.mistake);
    const auto differ = std::mismatch(page.structure.begin(), page.structure.end(),
                                      plain.structure.begin(), plain.structure.end());
    if (differ.first != page.structure.end() && differ.second != plain.structure.end())
      UNSCOPED_INFO(*differ.first << " instead of " << *differ.second << " as element "
                                  << differ.first - page.structure.begin());
    FAIL("noise became markup");
  }
}
