// SPDX-License-Identifier: Apache-2.0
// The scanner's view: what `probity survey` found, as tables for a terminal and as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "model/report.hpp"

namespace report {

// One address of the target.
struct SurveyedAddress {
  std::string address;                  // "" behind a proxy
  std::string problem;                  // why it could not be surveyed; "" when it was
  bool complete = false;                // nothing stayed unanswered
  model::TlsFacts tls;
  std::optional<model::CertificateFacts> certificate;
  int certificates = 0;                 // in the chain
  std::optional<bool> certificate_requested;   // nothing where no answer was read so far
  std::vector<std::string> ca_names;
  int connections = 0;
  std::int64_t ms = 0;
};

struct SurveyView {
  std::string target;                   // https://host:port
  model::SurveyMode mode = model::SurveyMode::full;
  std::vector<SurveyedAddress> addresses;
};

// What one address has and another has not, in words.
std::vector<std::string> differences(const SurveyView& view);

std::string survey_text(const SurveyView& view);
base::Json survey_json(const SurveyView& view);

}  // namespace report
