// SPDX-License-Identifier: Apache-2.0
// Known flaws of TLS stacks, and what they should take in their stride: what to ask once a survey is
// done, in the light of what it found, and what the answers mean. Nothing here uses a flaw: at most one
// octet of the target's memory crosses the wire, and it is not kept.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/exchange.hpp"
#include "model/observation.hpp"
#include "model/tls_facts.hpp"
#include "probes/survey.hpp"

namespace probes {

struct VulnerabilityQuestion {
  std::string id;
  model::Exchange exchange;
};

// What remains to be asked, given all that was seen: what showed a flaw is asked again before it is
// believed. Nothing, when all of it is decided or cannot be.
std::vector<VulnerabilityQuestion> vulnerability_questions(const SurveyPlan& plan, std::span<const model::Observation> seen);

// Fills facts.vulnerabilities, where anything of this was asked: the other facts must be there.
void learn_vulnerabilities(model::TlsFacts& facts, std::span<const model::Observation> seen);

// vulnerability_oracle.cpp: ROBOT, where five answers are compared.
void learn_robot(model::TlsFacts& facts, std::span<const model::Observation> seen);
std::vector<VulnerabilityQuestion> robot_questions(const SurveyPlan& plan, const model::TlsFacts& facts, std::span<const model::Observation> seen);

// The last answer to each question of that exchange, whatever a burst left silent at first.
std::vector<const model::Observation*> answers_to(const model::Exchange& exchange, std::span<const model::Observation> seen);
// The id of the n-th time it is asked, from 1.
std::string question_id(const std::string& what, std::size_t n);

}  // namespace probes
