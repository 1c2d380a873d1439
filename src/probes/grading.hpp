// SPDX-License-Identifier: Apache-2.0
// probity-judging(7), GRADING as a table: what an answer to a mutation is worth when the controls are good.
#pragma once

#include <span>

#include "model/check.hpp"
#include "model/observation.hpp"
#include "model/probe.hpp"

namespace probes {

// The rows of the table. An answer belongs to the first that fits.
enum class Answer {
  alert,            // a TLS alert
  closed,           // closed or reset without an HTTP octet
  as_specified,     // the status and code the check expects, or a status it lists
  refusal,          // 400, 401, 403, 495, 496 in another shape
  other_client_error,
  ambiguous_status, // 405, 406, 408, 413, 414, 415, 431: refused for another reason, perhaps
  not_implemented,  // 501 with NOT_IMPLEMENTED
  intermediary,     // 429, 502, 503, 504, or a body made by an SSP or gateway
  server_error,
  redirect,
  success,
  silence,
  not_sent,
  unreachable,
  not_http,
};

// Its columns.
enum class Column { http, identity };

struct Grade {
  model::Verdict verdict;
  model::Cause cause;
  const char* because;
};

struct GradeRow {
  Answer answer;
  Grade http;
  Grade identity;
};

std::span<const GradeRow> grading_table();
Answer classify(const model::Observation& seen, const model::Expectation& expect, Column column = Column::http);
const Grade& grade(Answer answer, Column column);

// "HTTP 400 with an OperationOutcome BAD_REQUEST": what a check expects, in words.
std::string in_words(const model::Expectation& expect);

// The judgement of one answer to a mutation that should be refused.
model::Judgement judge_refusal(const model::Observation& seen, const model::Expectation& expect, Column column);

// The judgement of one answer to a legal variant that must be accepted like the control.
model::Judgement judge_acceptance(const model::Observation& seen, const model::Control& control);

// The judgement of one answer to a variant that the specification says nothing of, or contradicts
// itself about: the answer is a fact, and only an unhandled one is a flaw.
model::Judgement judge_noted(const model::Observation& seen, const model::Expectation& expect);

// What the expectation asks of the answer besides: headers, resource, the shape of the error. Only a
// judgement that passes can get worse by it.
void judge_details(model::Judgement& judgement, const model::Observation& seen, const model::Expectation& expect);

}  // namespace probes

namespace model {
template <>
struct Words<probes::Answer> {
  using A = probes::Answer;
  static constexpr std::pair<A, std::string_view> table[] = {
      {A::alert, "alert"},
      {A::closed, "closed"},
      {A::as_specified, "as-specified"},
      {A::refusal, "refusal"},
      {A::other_client_error, "other-client-error"},
      {A::ambiguous_status, "ambiguous-status"},
      {A::not_implemented, "not-implemented"},
      {A::intermediary, "intermediary"},
      {A::server_error, "server-error"},
      {A::redirect, "redirect"},
      {A::success, "success"},
      {A::silence, "silence"},
      {A::not_sent, "not-sent"},
      {A::unreachable, "unreachable"},
      {A::not_http, "not-http"}};
};
}  // namespace model
