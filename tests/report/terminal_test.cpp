// SPDX-License-Identifier: Apache-2.0
#include "report/terminal.hpp"

#include "base/text.hpp"
#include "tests/catch.hpp"
#include "tests/report/each_text.hpp"
#include "tests/report/golden.hpp"
#include "tests/report/noise.hpp"
#include "tests/report/sample_report.hpp"

namespace {

std::string last_line(const std::string& text) {
  const auto lines = base::split(base::trim(text), '\n');
  return lines.back();
}

std::string without_colour(std::string text) {
  for (auto at = text.find('\x1b'); at != std::string::npos; at = text.find('\x1b'))
    text.erase(at, text.find('m', at) - at + 1);
  return text;
}

report::Style with_pointers() {
  report::Style style;
  style.html = "out/report.html";
  return style;
}

}  // namespace

TEST_CASE("the summary is as the samples show it") {
  auto style = with_pointers();
  CHECK(golden::matches("summary.txt", report::summary(sample::report(), style)));
  style.colour = true;
  CHECK(golden::matches("summary-colour.txt", report::summary(sample::report(), style)));
  style.colour = false;
  style.ascii = true;
  style.width = 72;
  CHECK(golden::matches("summary-ascii.txt", report::summary(sample::report(), style)));
}

TEST_CASE("colour adds nothing but colour") {
  auto style = with_pointers();
  const auto plain = report::summary(sample::report(), style);
  style.colour = true;
  CHECK(without_colour(report::summary(sample::report(), style)) == plain);
}

TEST_CASE("plain letters only, when asked") {
  auto style = with_pointers();
  style.ascii = true;
  for (const auto& made : {sample::report(), sample::blocked(), sample::unreachable()})
    for (const char c : report::summary(made, style)) CHECK(static_cast<unsigned char>(c) < 0x7F);
}

TEST_CASE("the verdict is the last line, what stopped the run the first") {
  for (const bool quiet : {false, true}) {
    report::Style style;
    style.quiet = quiet;
    CHECK(last_line(report::summary(sample::report(), style)) ==
          "Not conformant. 3 of 21 MUST requirements are not met, 6 could not be determined.");
    const auto blocked = report::summary(sample::blocked(), style);
    CHECK(blocked.starts_with("BLOCKED   the control metadata was not accepted: HTTP 403"));
    CHECK_THAT(last_line(blocked), ContainsSubstring("Incomplete. Nothing failed"));
    const auto unreachable = report::summary(sample::unreachable(), style);
    CHECK(
        unreachable.starts_with("STOPPED   gp.example.net:8443: connection refused by 192.0.2.17"));
    CHECK(last_line(unreachable) == "Nothing was run. gp.example.net:8443 could not be reached.");
  }
}

TEST_CASE("one cause that opens a hundred checks does not fill a hundred lines") {
  const auto text = report::summary(sample::blocked(), {});
  CHECK_THAT(text, ContainsSubstring("and 26 more: blocked by another failure"));
  CHECK(base::split(text, '\n').size() < 40);
}

TEST_CASE("prose keeps to the width") {
  auto style = with_pointers();
  style.width = 60;
  for (const auto& line : base::split(report::summary(sample::blocked(), style), '\n'))
    if (!line.starts_with("  ?") && line.find("probity doctor") == std::string::npos &&
        line.find("https://") == std::string::npos)
      CHECK(line.size() <= 66);  // symbols of three bytes
}

TEST_CASE("no target acts on the terminal, or on the pipeline that reads it") {
  auto report = sample::one_of_everything();
  for (std::uint32_t round = 0; round < 1000; ++round) {
    sample::Noise noise(round);
    sample::each_text(report, [&](std::string& text) { text = noise.text(); });
    const auto text = report::summary(report, with_pointers());
    INFO("round " << round);
    if (base::printable(text, true) != text) FAIL("a control character");
    if (text.find("##") != std::string::npos) FAIL("a command for Azure or TeamCity");
    for (const auto& line : base::split(text, '\n'))
      if (base::trim(line).starts_with("::")) FAIL("a command for GitHub: " << line);
  }
}
