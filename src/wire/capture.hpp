// SPDX-License-Identifier: Apache-2.0
// From a response to what an observation keeps of it. Redaction happens here, when evidence is
// captured, so that nothing later can leak what was never kept.
#pragma once

#include <string>
#include <vector>

#include "model/exchange.hpp"
#include "model/observation.hpp"
#include "wire/wire.hpp"

namespace wire {

struct Response {
  int status = 0;
  std::vector<model::Header> headers;
  std::string body;         // what was kept for reading, at most Limits::body
  std::size_t body_bytes = 0;
  bool truncated = false;
};

// Fills status, headers, digest, excerpt, FHIR facts and clock offset. Cookies and authorisation
// values become their length and digest; NHS numbers are masked; the Date header goes, because
// times stand in `run` only.
void capture(const Response& response, const Settings& settings, model::Observation& into);

}  // namespace wire
