// SPDX-License-Identifier: Apache-2.0
#include "cli/outputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/files.hpp"
#include "base/text.hpp"
#include "pki/digest.hpp"
#include "report/html.hpp"
#include "report/junit.hpp"
#include "report/result_json.hpp"
#include "report/terminal.hpp"

namespace cli {

namespace {

namespace fs = std::filesystem;

struct Format {
  const char* name;
  const char* file;
};
constexpr Format formats[] = {{"json", "result.json"}, {"junit", "junit.xml"}, {"html", "report.html"}, {"text", "summary.txt"}};

std::string rendered(const std::string& format, const model::Report& report, const std::string& json) {
  if (format == "json") return json;
  if (format == "junit") return report::junit_xml(std::span(&report, 1));
  if (format == "html") return report::report_html(report, {pki::sha256_hex(json), "result.json"});
  report::Style plain;
  plain.ascii = true;
  return report::summary(report, plain);
}

std::string file_for(const std::string& format) {
  for (const auto& row : formats)
    if (format == row.name) return row.file;
  return format;
}

}  // namespace

base::Result<fs::path> made_out_dir(const Settings& settings, const std::string& run_id) {
  if (settings.out_dir.empty()) return fs::path{};
  const fs::path folder = base::replace_all(settings.out_dir.string(), "{run}", run_id);
  if (auto status = base::make_folder(folder); !status) return status.error();
  return folder;
}

bool claims_stdout(const Settings& settings) {
  return std::any_of(settings.reports.begin(), settings.reports.end(), [](const ReportWish& wish) { return wish.path == "-"; });
}

base::Result<Written> write_reports(const model::Report& report, const Settings& settings, const fs::path& folder,
                                    Console& console) {
  const std::string json = report::result_text(report);
  Written written;
  std::optional<base::Error> failed;
  const auto write = [&](const std::string& format, const fs::path& path) {
    const auto status = base::write_file(path, rendered(format, report, json));
    if (!status) {
      if (!failed) failed = status.error();
      return;
    }
    written.paths.push_back(path.string());
    if (format == "html" && written.html.empty()) written.html = path.string();
  };
  if (!folder.empty()) {
    write("json", folder / "result.json");
    write("junit", folder / "junit.xml");
    if (!report.findings.empty()) write("html", folder / "report.html");
  }
  for (const auto& wish : settings.reports) {
    if (wish.path == "-") {
      console.emit(rendered(wish.format, report, json));
    } else {
      write(wish.format, wish.path.empty() ? folder / file_for(wish.format) : fs::path(wish.path));
    }
  }
  if (failed) return *failed;
  return written;
}

}  // namespace cli
