// SPDX-License-Identifier: Apache-2.0
#include "probes/grading.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace probes {

namespace {

using model::Cause;
using model::Layer;
using model::Observation;
using model::Outcome;
using model::Verdict;

constexpr Grade passes{Verdict::pass, Cause::none, ""};
constexpr Grade fails{Verdict::fail, Cause::assertion, "the request was served"};
constexpr Grade unhandled{Verdict::fail, Cause::assertion, "unhandled, not refused"};
constexpr Grade deviates{Verdict::warn, Cause::deviation, "refused, but not as specified"};
constexpr Grade elsewhere{Verdict::inconclusive, Cause::network, "the provider was not reached: an SSP, a gateway or an overload answered instead"};
constexpr Grade unclear{Verdict::inconclusive, Cause::ambiguous, "this answer may have another reason"};
constexpr Grade hung_up{Verdict::inconclusive, Cause::ambiguous, "the connection ended instead of an answer"};
constexpr Grade redirected{Verdict::inconclusive, Cause::ambiguous, "redirected; redirects are never followed"};
constexpr Grade silent{Verdict::inconclusive, Cause::timeout, "no answer"};
constexpr Grade incapable{Verdict::inconclusive, Cause::capability, "our own side did not send it"};
constexpr Grade lost{Verdict::inconclusive, Cause::network, "no connection for this request"};

constexpr GradeRow table[] = {
    {Answer::alert, hung_up, passes},
    {Answer::closed, hung_up, passes},
    {Answer::as_specified, passes, passes},
    {Answer::refusal, deviates, passes},
    {Answer::other_client_error, deviates, deviates},
    {Answer::ambiguous_status, unclear, unclear},
    {Answer::not_implemented, deviates, deviates},
    {Answer::intermediary, elsewhere, elsewhere},
    {Answer::server_error, unhandled, unhandled},
    {Answer::redirect, redirected, redirected},
    {Answer::success, fails, fails},
    {Answer::silence, silent, silent},
    {Answer::not_sent, incapable, incapable},
    {Answer::unreachable, lost, lost},
    {Answer::not_http, unclear, unclear},
};

constexpr int refusals[] = {400, 401, 403, 495, 496};
constexpr int ambiguous_statuses[] = {405, 406, 408, 413, 414, 415, 431};
constexpr int intermediary_statuses[] = {429, 502, 503, 504};

template <class Range, class Value>
bool holds(const Range& values, const Value& value) {
  return std::find(std::begin(values), std::end(values), value) != std::end(values);
}

bool has_expected_code(const Observation& seen, const model::Expectation& expect) {
  if (expect.codes.empty()) return true;
  return std::any_of(seen.issue_codes.begin(), seen.issue_codes.end(), [&](const std::string& code) {
    return std::find(expect.codes.begin(), expect.codes.end(), code) != expect.codes.end();
  });
}

bool is_as_specified(const Observation& seen, const model::Expectation& expect) {
  // 501 is a refusal only with the code that says so.
  const bool implemented = seen.status != 501 || holds(seen.issue_codes, std::string("NOT_IMPLEMENTED"));
  if (holds(expect.lists, seen.status) && implemented) return true;
  const bool status = expect.status.empty() ? holds(refusals, seen.status) : holds(expect.status, seen.status);
  return status && has_expected_code(seen, expect);
}

// A firewall that stops a certificate is how the provider refuses it; one that stops a request keeps the
// application from being asked. What the SSP wrote never came from the provider.
bool came_from_elsewhere(const Observation& seen, Column column) {
  return seen.made_by_gateway && (column == Column::http || !seen.resource_type.empty());
}

Answer classify_status(const Observation& seen, const model::Expectation& expect, Column column) {
  const int status = seen.status;
  if (status == 0) return Answer::not_http;
  if (status >= 200 && status <= 299) return Answer::success;   // whatever the body
  if (came_from_elsewhere(seen, column) || holds(intermediary_statuses, status)) return Answer::intermediary;
  if (is_as_specified(seen, expect)) return Answer::as_specified;
  if (status >= 300 && status <= 399) return Answer::redirect;
  // The status that was asked for, but another code, is a refusal too.
  if (holds(refusals, status) || holds(expect.status, status)) return Answer::refusal;
  if (holds(ambiguous_statuses, status)) return Answer::ambiguous_status;
  if (status >= 400 && status <= 499) return Answer::other_client_error;
  if (status == 501 && holds(seen.issue_codes, std::string("NOT_IMPLEMENTED")))
    return Answer::not_implemented;
  return status >= 500 ? Answer::server_error : Answer::not_http;
}

}  // namespace

std::span<const GradeRow> grading_table() { return table; }

Answer classify(const Observation& seen, const model::Expectation& expect, Column column) {
  switch (seen.outcome) {
    case Outcome::refused: return Answer::alert;
    case Outcome::closed: return Answer::closed;
    case Outcome::timed_out: return Answer::silence;
    case Outcome::unreachable: return Answer::unreachable;
    case Outcome::not_sent: return Answer::not_sent;
    case Outcome::answered: return classify_status(seen, expect, column);
  }
  return Answer::not_http;
}

const Grade& grade(Answer answer, Column column) {
  for (const auto& row : table)
    if (row.answer == answer) return column == Column::http ? row.http : row.identity;
  return unclear;
}

std::string in_words(const model::Expectation& expect) {
  if (expect.kind == model::Expectation::Kind::accepted) return "accepted like the control";
  if (expect.kind == model::Expectation::Kind::unchanged) return "the control's answer, but for what changes with time";
  if (expect.kind == model::Expectation::Kind::noted) return "either answer; it is noted";
  if (expect.status.empty()) return expect.closes ? "refused, or the connection closed" : "refused";
  std::vector<std::string> statuses;
  for (const int status : expect.status) statuses.push_back(std::to_string(status));
  std::string out = "HTTP " + base::join(statuses, " or ");
  if (!expect.codes.empty()) out += " with an OperationOutcome " + base::join(expect.codes, " or ");
  if (expect.closes) out += ", or the connection closed";
  return out;
}

model::Judgement judge_refusal(const Observation& seen, const model::Expectation& expect, Column column) {
  const Answer answer = classify(seen, expect, column);
  Grade graded = grade(answer, column);
  const bool hangs_up = answer == Answer::alert || answer == Answer::closed;
  if (hangs_up && column == Column::http && expect.closes) graded = passes;
  model::Judgement judgement;
  judgement.verdict = graded.verdict;
  judgement.cause = graded.cause;
  judgement.because = graded.because;
  judgement.expected = in_words(expect);
  judgement.observed = in_words(seen);
  judgement.layer = seen.layer;
  judgement.evidence = {seen.id};
  if (column == Column::identity && answer == Answer::closed) judgement.ask_again = true;
  if (column == Column::identity && graded.verdict == Verdict::pass && seen.status != 0 &&
      seen.resource_type == "OperationOutcome") {
    judgement.verdict = Verdict::warn;
    judgement.cause = Cause::deviation;
    judgement.because = "answered by the application: the request got past the check of the certificate";
  }
  if (judgement.verdict == Verdict::fail) judgement.suspects = {seen.id};
  return judgement;
}

model::Judgement judge_acceptance(const Observation& seen, const model::Control& control) {
  model::Judgement judgement;
  judgement.expected = control.resource.empty() ? "HTTP 2xx" : "HTTP 2xx " + control.resource + ", as the control";
  judgement.observed = in_words(seen);
  judgement.layer = seen.layer;
  judgement.evidence = {seen.id};
  if (model::accepts(control, seen)) {
    judgement.verdict = Verdict::pass;
    return judgement;
  }
  model::Expectation any;
  const Answer answer = classify(seen, any);
  switch (answer) {
    case Answer::as_specified:
    case Answer::refusal:
    case Answer::other_client_error:
    case Answer::ambiguous_status:
    case Answer::not_implemented:
    case Answer::server_error:
      judgement.verdict = Verdict::fail;
      judgement.cause = Cause::assertion;
      judgement.because = "a legal request was refused";
      judgement.suspects = {seen.id};
      break;
    case Answer::success:
      judgement.verdict = Verdict::inconclusive;
      judgement.cause = Cause::ambiguous;
      judgement.because = "served, but not with the control's resource";
      break;
    default: {
      const Grade& graded = grade(answer, Column::http);
      judgement.verdict = Verdict::inconclusive;
      judgement.cause = graded.cause == Cause::none ? Cause::ambiguous : graded.cause;
      judgement.because = graded.because;
    }
  }
  return judgement;
}

model::Judgement judge_noted(const Observation& seen, const model::Expectation& expect) {
  model::Judgement judgement = judge_refusal(seen, {}, Column::http);
  judgement.expected = in_words(expect);
  const Answer answer = classify(seen, {});
  const bool answered = answer == Answer::success || answer == Answer::as_specified || judgement.verdict == Verdict::warn ||
                        answer == Answer::ambiguous_status;
  if (!answered) return judgement;
  judgement.verdict = Verdict::pass;
  judgement.cause = Cause::none;
  judgement.suspects.clear();
  judgement.because = answer == Answer::success ? "accepted by this target: a fact, not a flaw" : "refused by this target: a fact, not a flaw";
  return judgement;
}

namespace {

bool granted(const Observation& seen, const model::HeaderWish& wish) {
  using Is = model::HeaderWish::Is;
  const auto value = model::header_value(seen, wish.name);
  switch (wish.is) {
    case Is::present: return value.has_value();
    case Is::absent: return !value.has_value();
    case Is::equals: return value && base::same_ignoring_case(base::trim(*value), wish.value);
    case Is::contains: return value && base::lower(*value).find(base::lower(wish.value)) != std::string::npos;
  }
  return false;
}

std::string unmet(const Observation& seen, const model::Expectation& expect) {
  for (const auto& wish : expect.headers)
    if (!granted(seen, wish))
      return fmt::format("{}: {}", wish.name, model::header_value(seen, wish.name).value_or("not sent"));
  if (!expect.resource.empty() && seen.resource_type != expect.resource)
    return fmt::format("a body of the type {}", seen.resource_type.empty() ? "(none)" : seen.resource_type);
  if (!expect.complete) return "";
  if (seen.resource_type != "OperationOutcome") return "an error without an OperationOutcome";
  if (!seen.outcome_lacks.empty()) return "an OperationOutcome without " + base::join(seen.outcome_lacks, ", ");
  return "";
}

std::string wishes_in_words(const model::Expectation& expect) {
  std::string out;
  for (const auto& wish : expect.headers)
    out += fmt::format("; {} {}{}{}", wish.name, model::word(wish.is), wish.value.empty() ? "" : " ", wish.value);
  if (expect.complete) out += "; an OperationOutcome with profile, severity, code, and a coding with system, code and display";
  return out;
}

}  // namespace

void judge_details(model::Judgement& judgement, const Observation& seen, const model::Expectation& expect) {
  judgement.expected += wishes_in_words(expect);
  if (judgement.verdict != Verdict::pass) return;
  const std::string lack = unmet(seen, expect);
  if (lack.empty()) return;
  judgement.verdict = Verdict::fail;
  judgement.cause = Cause::assertion;
  judgement.observed += "; " + lack;
  judgement.because = lack;
  judgement.suspects = {seen.id};
}

}  // namespace probes
