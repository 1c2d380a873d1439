// SPDX-License-Identifier: Apache-2.0
#include "report/words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace report {

namespace {

// How much of the sentence is the verdict and what qualifies it, up to a colon; 0 when it begins
// with something else.
std::size_t length_of_lead(std::string_view sentence, std::string_view lead) {
  if (!base::starts_with_ignoring_case(sentence, lead)) return 0;
  const auto rest = sentence.substr(lead.size());
  if (rest.empty() || rest == ".") return lead.size();
  constexpr std::size_t at_most = 40;
  const auto colon = rest.find(':');
  const bool apart = rest.front() == ':' || rest.front() == ' ';
  return apart && colon < at_most ? lead.size() + colon : 0;
}

// A word of letters may get a capital; a host name or a check id may not.
bool begins_with_a_word(std::string_view text) {
  const auto end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz");
  return end != 0 && !text.empty() &&
         (end == std::string_view::npos || text[end] == ' ' || text[end] == ',');
}

std::string capitalised(std::string_view text) {
  std::string out(text);
  if (begins_with_a_word(text)) out.front() = static_cast<char>(out.front() - 'a' + 'A');
  return out;
}

std::string mutation_in_words(const base::Json& entry) {
  model::Mutation mutation;
  mutation.op = entry["op"].get<std::string>();
  if (entry.contains("name") && entry["name"].is_string()) mutation.name = entry["name"];
  if (entry.contains("value")) mutation.value = entry["value"];
  return model::in_words(mutation);
}

bool is_mutation(const base::Json& entry) {
  return entry.is_object() && entry.contains("op") && entry["op"].is_string();
}

}  // namespace

std::string sentence(std::string_view text) {
  std::string out = capitalised(base::trim(text));
  if (!out.empty() && std::string_view(".!?").find(out.back()) == std::string_view::npos)
    out += '.';
  return out;
}

VerdictSentence verdict_sentence(const model::Report& report) {
  const std::string whole = base::printable(report.sentence);
  const std::size_t known = length_of_lead(whole, label(report.verdict));
  if (known == 0) return {std::string(label(report.verdict)), sentence(whole)};
  std::string_view rest = std::string_view(whole).substr(known);
  if (!rest.empty()) rest.remove_prefix(1);  // the colon or full stop
  return {capitalised(whole.substr(0, known)), sentence(rest)};
}

std::string library(std::string_view name, std::string_view version) {
  const bool bare = !version.empty() && version.front() >= '0' && version.front() <= '9';
  return bare ? fmt::format("{} {}", name, version) : std::string(version);
}

std::string reason(const model::Report& report, const model::Finding& finding) {
  if (finding.verdict == model::Verdict::waived)
    if (const auto* waiver = waiver_of(report, finding.check.id); waiver != nullptr)
      return in_words(*waiver);
  if (!finding.because.empty()) return finding.because;
  if (finding.cause == model::Cause::blocked_by && !report.blocked_by.empty())
    return report.blocked_by;
  if (!finding.observed.empty()) return finding.observed;
  return std::string(meaning(finding.cause));
}

std::string seen_and_why(const model::Report& report, const model::Finding& finding) {
  if (finding.observed.empty()) return reason(report, finding);
  const bool telling = finding.verdict == model::Verdict::warn && !finding.because.empty() && finding.because != finding.observed;
  return telling ? finding.observed + ": " + finding.because : finding.observed;
}

std::string control_in_words(const model::Finding& finding) {
  if (finding.control.empty()) return {};
  const auto state = [](const std::optional<bool>& accepted) {
    return !accepted ? "not asked" : *accepted ? "accepted" : "not accepted";
  };
  return fmt::format("{}: {} before, {} after", finding.control, state(finding.control_before),
                     state(finding.control_after));
}

const model::WaiverResult* waiver_of(const model::Report& report, std::string_view check) {
  for (const auto& waiver : report.waivers)
    if (waiver.check == check && waiver.state == model::WaiverState::applied) return &waiver;
  return nullptr;
}

std::string in_words(const model::WaiverResult& waiver) {
  return fmt::format("waived until {}: {} (was {})", waiver.expires, waiver.reason,
                     word(waiver.was));
}

long days_left(const model::Report& report, const model::WaiverResult& waiver) {
  const auto end = base::parse_rfc3339(waiver.expires + "T23:59:59Z");
  if (!end) return 0;
  constexpr base::EpochSeconds day = 24L * 3600;
  const base::EpochSeconds left = *end - report.run.started;
  return left >= 0 ? left / day : -((-left + day - 1) / day);
}

std::string duration_in_words(std::int64_t milliseconds) {
  if (milliseconds < 1000) return fmt::format("{} ms", milliseconds);
  const std::int64_t seconds = (milliseconds + 500) / 1000;
  if (seconds < 60) return fmt::format("{} s", seconds);
  return fmt::format("{} min {} s", seconds / 60, seconds % 60);
}

std::string clock_in_words(std::int64_t offset) {
  if (offset == 0) return "our clock and the target's agree to the second";
  return fmt::format("the target's clock is {} s {} ours", offset < 0 ? -offset : offset,
                     offset < 0 ? "behind" : "ahead of");
}

std::vector<std::string> short_lines(const std::vector<std::string>& lines) {
  constexpr std::size_t long_line = 300;
  std::vector<std::string> out;
  for (const auto& line : lines)
    if (line.size() <= long_line) out.push_back(line);
  if (out.empty() && !lines.empty()) out.push_back(lines.front());
  return out;
}

std::string fragment(std::string_view prefix, std::string_view id) {
  std::string out(prefix);
  for (const char c : id) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '-' || c == '_';
    out += plain ? c : '-';
  }
  return out;
}

// The author of a profile may put anything JSON can hold here: bad UTF-8 must not throw.
std::string in_words(const base::Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', false, base::Json::error_handler_t::replace);
}

std::vector<std::string> parameters_in_words(const base::Json& with) {
  std::vector<std::string> lines;
  if (!with.is_object()) return lines;
  for (const auto& [name, value] : with.items()) {
    const bool mutations = value.is_array() && !value.empty() && is_mutation(value[0]);
    if (!mutations) {
      lines.push_back(fmt::format("{}: {}", name, in_words(value)));
      continue;
    }
    for (const auto& entry : value)
      if (is_mutation(entry)) lines.push_back(mutation_in_words(entry));
  }
  return lines;
}

std::string state_in_words(const model::Created& created) {
  if (created.state == "removed") return "removed";
  if (created.state == "never-there") return "never made";
  return created.state == "left" ? "still there" : "may still be there";
}

std::string created_in_words(const model::Report& report) {
  if (report.created.empty()) return "";
  const auto count = [&](std::string_view state) {
    return std::count_if(report.created.begin(), report.created.end(), [&](const model::Created& created) { return created.state == state; });
  };
  std::string out = fmt::format("{} asked for: {} made and removed, {} never made", base::counted(report.created.size(), "pointer"),
                                count("removed"), count("never-there"));
  const auto left = report.created.size() - static_cast<std::size_t>(count("removed") + count("never-there"));
  if (left > 0) out += fmt::format(", {} LEFT or not seen to be gone: probity cleanup {}", left, report.journal);
  return out;
}

}  // namespace report
