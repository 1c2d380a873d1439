// SPDX-License-Identifier: Apache-2.0
#include "cli/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/text.hpp"
#include "model/target.hpp"

namespace cli {

namespace {

using base::Error;
using base::Trouble;

// Reads options one by one; the first mistake is kept.
class Reader {
 public:
  explicit Reader(const Arguments& arguments) : arguments_(arguments) {}

  void wrong(const std::string& name, const std::string& what, const std::string& hint) {
    if (mistake_) return;
    const std::string origin = arguments_.origin(name);
    // A value in a file is the file's mistake, one on the command line the user's.
    const Trouble kind = origin.find('#') != std::string::npos ? Trouble::bad_data : Trouble::usage;
    mistake_ = Error{kind, what, origin, hint};
  }

  std::optional<std::string> word(const std::string& name, const std::vector<std::string>& words) {
    const auto value = arguments_.one(name);
    if (!value) return std::nullopt;
    if (std::find(words.begin(), words.end(), base::lower(*value)) != words.end()) return base::lower(*value);
    auto hint = base::did_you_mean(*value, words);
    if (hint.empty()) hint = "one of: " + base::join(words, ", ");
    wrong(name, fmt::format("\"{}\" is no word for this", *value), hint);
    return std::nullopt;
  }

  void number(const std::string& name, int least, int most, int& into) {
    const auto value = arguments_.one(name);
    if (!value) return;
    const auto number = base::whole_number(*value);
    if (!number || *number < static_cast<std::uint64_t>(least) || *number > static_cast<std::uint64_t>(most))
      return wrong(name, fmt::format("\"{}\" is not a whole number from {} to {}", *value, least, most), "");
    into = static_cast<int>(*number);
  }

  void duration(const std::string& name, base::Milliseconds& into) {
    const auto value = arguments_.one(name);
    if (!value) return;
    const auto time = base::parse_duration(*value);
    if (!time || time->count() == 0) return wrong(name, fmt::format("\"{}\" is no time", *value), "seconds (2, 0.5), or 500ms, 2s, 1m");
    into = *time;
  }

  // "100/s", "100", "0.5/s"
  bool rate(const std::string& name, double& into) {
    const auto value = arguments_.one(name);
    if (!value) return false;
    std::string digits = *value;
    if (digits.ends_with("/s")) digits.resize(digits.size() - 2);
    char* end = nullptr;
    const double rate = std::strtod(digits.c_str(), &end);
    if (digits.empty() || *end != '\0' || !std::isfinite(rate) || rate <= 0 || rate > 100000) {
      wrong(name, fmt::format("\"{}\" is no rate", *value), "exchanges a second, for instance 10/s");
      return false;
    }
    into = rate;
    return true;
  }

  [[nodiscard]] const std::optional<Error>& mistake() const { return mistake_; }

 private:
  const Arguments& arguments_;
  std::optional<Error> mistake_;
};

void read_selection(const Arguments& arguments, Reader& reader, Settings& settings) {
  settings.selection.suites = arguments.list("suite");
  settings.selection.only = arguments.list("only");
  settings.selection.skip = arguments.list("skip");
  if (const auto level = reader.word("level", {"must", "should", "may"}))
    settings.selection.level = *level == "must"     ? model::Level::must
                               : *level == "should" ? model::Level::should
                                                    : model::Level::may;
  for (const auto& permission : arguments.list("allow")) {
    if (permission == "intrusive") {
      settings.permissions.intrusive = true;
    } else if (permission == "dos") {
      settings.permissions.dos = true;
    } else {
      reader.wrong("allow", fmt::format("\"{}\" cannot be allowed", permission), "intrusive, dos");
    }
  }
  settings.authorisation = arguments.one("authorisation").value_or("");
}

void read_pace(Reader& reader, Settings& settings) {
  if (const auto mode = reader.word("survey", model::all_words<model::SurveyMode>())) settings.survey = model::from_word<model::SurveyMode>(*mode);
  reader.number("jobs", 1, 64, settings.pace.jobs);
  settings.rate_given = reader.rate("rate", settings.pace.rate);
  reader.number("max-requests", 1, 1000000, settings.pace.max_requests);
  reader.duration("connect-timeout", settings.limits.connect);
  reader.duration("timeout", settings.limits.exchange);
  reader.duration("deadline", settings.pace.deadline);
}

void read_gate(const Arguments& arguments, Reader& reader, Settings& settings) {
  if (const auto word = reader.word("fail-on", {"must", "should", "never"}))
    settings.gate.fail_on = *word == "should" ? run::FailOn::should
                            : *word == "never" ? run::FailOn::never
                                               : run::FailOn::must;
  settings.gate.tolerate_inconclusive = reader.word("inconclusive", {"fail", "tolerate"}) == "tolerate";
  settings.gate.require_complete = arguments.flag("require-complete");
}

void read_output(const Arguments& arguments, Reader& reader, Settings& settings) {
  settings.out_dir = arguments.one("out-dir").value_or("");
  const std::vector<std::string> formats = {"json", "html", "junit", "text"};
  for (const auto& wish : arguments.list("report")) {
    const auto equals = wish.find('=');
    ReportWish report{base::lower(wish.substr(0, equals)), equals == std::string::npos ? "" : wish.substr(equals + 1)};
    if (std::find(formats.begin(), formats.end(), report.format) == formats.end()) {
      auto hint = base::did_you_mean(report.format, formats);
      if (hint.empty()) hint = "one of: " + base::join(formats, ", ");
      reader.wrong("report", fmt::format("\"{}\" is no report format", report.format), hint);
    }
    if (equals != std::string::npos && report.path.empty()) reader.wrong("report", "no path after =", "FORMAT=PATH");
    settings.reports.push_back(std::move(report));
  }
  if (const auto word = reader.word("evidence", {"none", "headers", "snippet", "full"}))
    settings.evidence = *word == "none"      ? wire::Evidence::none
                        : *word == "headers" ? wire::Evidence::headers
                        : *word == "full"    ? wire::Evidence::full
                                             : wire::Evidence::snippet;
  (void)reader.word("color", {"auto", "always", "never"});
  if (const auto text = arguments.one("now")) {
    settings.now = base::parse_rfc3339(*text);
    if (!settings.now) reader.wrong("now", fmt::format("\"{}\" is no time", *text), "RFC 3339: 2026-11-23T14:05:10Z");
  }
}

// HOST:PORT:ADDR, as curl writes it; the address may be IPv6, in brackets or not.
void read_pins(const Arguments& arguments, Reader& reader, Settings& settings) {
  for (const auto& pin : arguments.list("resolve")) {
    const auto first = pin.find(':');
    const auto second = first == std::string::npos ? first : pin.find(':', first + 1);
    const auto port = second == std::string::npos ? std::nullopt : base::whole_number(pin.substr(first + 1, second - first - 1));
    std::string address = second == std::string::npos ? "" : pin.substr(second + 1);
    if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
    if (!port || *port == 0 || *port > 65535 || address.empty() || first == 0)
      return reader.wrong("resolve", fmt::format("\"{}\" is not HOST:PORT:ADDRESS", pin), "");
    settings.pins.emplace_back(pin.substr(0, second), address);
  }
}

const char* environment(const char* lower_name, const char* upper_name) {
  const char* value = std::getenv(lower_name);
  if (value == nullptr || *value == '\0') value = std::getenv(upper_name);
  return value == nullptr ? "" : value;
}

bool excepted(const std::string& host) {
  for (const auto& part : base::split(environment("no_proxy", "NO_PROXY"), ',')) {
    std::string_view suffix = base::trim(part);
    if (suffix == "*") return true;
    if (suffix.starts_with('.')) suffix.remove_prefix(1);
    if (suffix.empty()) continue;
    if (base::same_ignoring_case(host, suffix)) return true;
    if (base::lower(host).ends_with("." + base::lower(suffix))) return true;
  }
  return false;
}

}  // namespace

base::Result<Settings> settings_from(const Arguments& arguments) {
  Settings settings;
  Reader reader(arguments);
  read_selection(arguments, reader, settings);
  read_pace(reader, settings);
  read_gate(arguments, reader, settings);
  read_output(arguments, reader, settings);
  read_pins(arguments, reader, settings);
  if (const auto proxy = arguments.one("proxy")) settings.proxy = *proxy == "none" ? "" : *proxy;
  if (reader.mistake()) return *reader.mistake();
  return settings;
}

base::EpochSeconds present(const Settings& settings) { return settings.now.value_or(base::now_seconds()); }

std::string proxy_for(const Settings& settings, const std::string& host) {
  if (settings.proxy) return *settings.proxy;
  if (base::is_loopback(host)) return "";
  std::string proxy = environment("https_proxy", "HTTPS_PROXY");
  if (proxy.empty()) proxy = environment("all_proxy", "ALL_PROXY");
  return proxy.empty() || excepted(host) ? "" : proxy;
}

std::vector<model::Setting> in_words(const Settings& settings) {
  std::vector<model::Setting> out = {
      {"jobs", fmt::format("{} exchanges in flight at most", settings.pace.jobs)},
      {"rate", settings.pace.rate > 0 ? fmt::format("{:g} exchanges a second", settings.pace.rate) : "unlimited (loopback)"},
      {"timeouts", fmt::format("{} ms to connect, {} ms for an exchange, {} s for the run", settings.limits.connect.count(),
                               settings.limits.exchange.count(), settings.pace.deadline.count() / 1000)},
      {"evidence", settings.evidence == wire::Evidence::none      ? "none"
                   : settings.evidence == wire::Evidence::headers ? "headers"
                   : settings.evidence == wire::Evidence::full    ? "full"
                                                                  : "snippet"},
  };
  if (!settings.selection.suites.empty()) out.push_back({"suites", base::join(settings.selection.suites, ", ")});
  if (!settings.selection.only.empty()) out.push_back({"only", base::join(settings.selection.only, ", ")});
  if (!settings.selection.skip.empty()) out.push_back({"skip", base::join(settings.selection.skip, ", ")});
  return out;
}

}  // namespace cli
