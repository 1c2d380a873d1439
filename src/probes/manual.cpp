// SPDX-License-Identifier: Apache-2.0
// Questions that no exchange can answer: printed, never judged.
#include "probes/families.hpp"
#include "probes/request_builder.hpp"

namespace probes {

namespace {

model::Prepared prepare(const model::Check& check, const model::Subject& /*subject*/) {
  model::Prepared prepared;
  prepared.settled = settled(model::Verdict::skipped, model::Cause::manual,
                             "not examined by this tool: " + check.with.value("question", ""));
  return prepared;
}

model::Judgement judge(const model::Trial& trial) { return *trial.prepared.settled; }

constexpr model::Parameter parameters[] = {
    {"question", model::Parameter::Type::text, true, "", "what a person has to answer"}};

}  // namespace

constinit const model::Probe manual = {
    .name = "manual",
    .about = "Asks nothing of the target: the question is for a person.",
    .control = "none",
    .parameters = parameters,
    .stage = model::Stage::end,
    .prepare = prepare,
    .judge = judge,
};

}  // namespace probes
