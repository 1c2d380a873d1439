// SPDX-License-Identifier: Apache-2.0
// One testable statement about the target. Checks are data: profiles/suites/*.json.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "model/verdict.hpp"

namespace model {

// What a header of the answer shall be like.
struct HeaderWish {
  enum class Is { present, absent, equals, contains };
  std::string name;
  Is is = Is::present;
  std::string value;   // of equals and contains; letters of either case
};

// What a check wants to see in answer to its mutation.
struct Expectation {
  enum class Kind {
    refused,   // an error: status and Spine code as listed
    accepted,  // 2xx with the control's resource type
    unchanged, // accepted, and the body is the control's but for what changes with time
    noted,     // either answer is a fact; only an unhandled one is a flaw
  };
  Kind kind = Kind::refused;
  std::vector<int> status;          // refused: the statuses that are as specified; empty = any refusal
  std::vector<std::string> codes;   // refused: Spine error codes that are as specified; empty = any
  std::vector<int> lists;           // statuses the grading table calls ambiguous, but this check names
  bool closes = false;              // closing the connection is a refusal here
  bool complete = false;            // refused: the OperationOutcome has all that GP Connect asks of one
  std::string resource;             // accepted: this resourceType instead of the control's
  std::vector<HeaderWish> headers;  // of the answer, whatever the kind
};

struct Check {
  std::string left_out;  // why a profile of the user's own leaves it out; empty when it does not
  std::string id;      // token.rejects-expired; the target is the subject
  std::string title;
  std::string slug;    // frozen words of the JUnit name; from the id unless given
  std::string suite;
  std::vector<std::string> cites;
  std::string probe;
  base::Json with;     // the probe's parameters, validated against its table
  Expectation expect;
  Severity severity = Severity::medium;
  Risk risk = Risk::read;
  Level level = Level::must;   // highest of the requirements it cites, unless it states a lower one
  bool exclusive = false;      // runs alone
  std::string why;             // why it matters, one sentence
  std::string remedy;          // what usually mends it
  std::string file;            // where it was loaded from, with its JSON pointer
};

template <>
struct Words<Expectation::Kind> {
  static constexpr std::pair<Expectation::Kind, std::string_view> table[] = {
      {Expectation::Kind::refused, "refused"},
      {Expectation::Kind::accepted, "accepted"},
      {Expectation::Kind::unchanged, "unchanged"},
      {Expectation::Kind::noted, "noted"}};
};

template <>
struct Words<HeaderWish::Is> {
  using I = HeaderWish::Is;
  static constexpr std::pair<I, std::string_view> table[] = {
      {I::present, "present"}, {I::absent, "absent"}, {I::equals, "equals"}, {I::contains, "contains"}};
};

}  // namespace model
