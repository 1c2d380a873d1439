// SPDX-License-Identifier: Apache-2.0
// How verdicts, causes and levels read on paper and on screen: one shape, one label and one
// definition for each, the same in every format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/report.hpp"

template <>
struct model::Words<base::Trouble> {
  using T = base::Trouble;
  static constexpr std::pair<T, std::string_view> table[] = {{T::usage, "usage"},
                                                             {T::bad_data, "bad-data"},
                                                             {T::no_input, "no-input"},
                                                             {T::unreachable, "unreachable"},
                                                             {T::internal, "internal"},
                                                             {T::cannot_create, "cannot-create"},
                                                             {T::io, "io"},
                                                             {T::not_authorised, "not-authorised"},
                                                             {T::config, "config"}};
};

namespace report {

// A verdict is never told by colour alone: each has a shape and a word.
std::string_view shape(model::Verdict verdict);  // ✓ ✕ ! ? – ⊘
std::string_view shape(model::RequirementVerdict verdict);
std::string_view shape(model::RunVerdict verdict);

std::string_view label(model::RequirementVerdict verdict);  // "not met"
std::string_view label(model::RunVerdict verdict);          // "Not conformant"
std::string_view label(model::Cause cause);                 // "not given what it needs"
std::string_view label(model::WaiverState state);           // "no longer needed"

// One sentence each, as the definitions of the report and the manual print them.
std::string_view meaning(model::Verdict verdict);
std::string_view meaning(model::RequirementVerdict verdict);
std::string_view meaning(model::Cause cause);
std::string_view meaning(model::Severity severity);

// Who has to move before the finding can change: supplier, environment or tester.
std::string_view who_acts(const model::Finding& finding);

// The sentence of the run, cut so that its first word or two, the verdict, can stand out:
// {"Not conformant", "1 of 3 MUST requirements is not met."}. What qualifies the verdict stays with
// it: {"Conformant as far as tested", "Nothing ..."}.
struct VerdictSentence {
  std::string lead;
  std::string rest;
};
VerdictSentence verdict_sentence(const model::Report& report);

// With a capital, unless it begins with a name, and a full stop.
std::string sentence(std::string_view text);

// "OpenSSL 3.0.19", whether the version names its library or not.
std::string library(std::string_view name, std::string_view version);

// Why a finding is not a pass, in one line: its own reason, else the meaning of its cause.
std::string reason(const model::Report& report, const model::Finding& finding);

// What was observed; of a warning also what is the matter with it, which the answer alone does not show.
std::string seen_and_why(const model::Report& report, const model::Finding& finding);

// "(control, before: accepted, after: refused)" in words; "" without a control.
std::string control_in_words(const model::Finding& finding);

// The waiver that covers a check, or nullptr.
const model::WaiverResult* waiver_of(const model::Report& report, std::string_view check);

// "waived until 2027-01-31: reason (was fail)".
std::string in_words(const model::WaiverResult& waiver);

// Whole days from the start of the run to the end of the waiver's last day; negative when past.
long days_left(const model::Report& report, const model::WaiverResult& waiver);

// "1 min 52 s", "840 ms".
std::string duration_in_words(std::int64_t milliseconds);

// "our clock and the target's agree", "the target's clock is 12 s ahead of ours".
std::string clock_in_words(std::int64_t offset);

// Fit for the id of an HTML element and the fragment of a link: "c-token.rejects-expired".
std::string fragment(std::string_view prefix, std::string_view id);

// A JSON value for people: text without quotes, everything else as it is written.
std::string in_words(const base::Json& value);

// Of the lines that reproduce a finding those a reader takes in at a glance; the first when all are
// long. A whole request as a curl command, token and all, is no such line.
std::vector<std::string> short_lines(const std::vector<std::string>& lines);

// The mutations of a check or the parameters of its probe, one line each.
std::vector<std::string> parameters_in_words(const base::Json& with);

// What became of something created: "removed", "still there".
std::string state_in_words(const model::Created& created);
// "30 pointers were asked for: 24 created and removed, 6 never made"; "" when none was.
std::string created_in_words(const model::Report& report);

}  // namespace report
