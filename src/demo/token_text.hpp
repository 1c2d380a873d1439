// SPDX-License-Identifier: Apache-2.0
// Reading a token as the reference provider does: from the Authorization header to two JSON objects,
// with every rule of form on the way. Shares nothing with token/, which writes tokens.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "base/json.hpp"
#include "demo/messages.hpp"

namespace demo {

// A rule that a token breaks: the fault that would overlook it, and what is wrong in words.
struct Complaint {
  std::string fault;
  std::string what;
  int status = 400;   // 422 where the specification says so
};

struct ReadToken {
  base::Json header;
  base::Json claims;
  std::string payload;   // the JSON text
};

// Nothing: a fault lets the request pass without a token that can be read.
using TokenOrComplaint = std::variant<std::monostate, ReadToken, Complaint>;

TokenOrComplaint read_token(const Arrived& arrived, const Faults& faults);

}  // namespace demo
