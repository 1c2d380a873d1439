// SPDX-License-Identifier: Apache-2.0
#include "model/fhir.hpp"

#include <string>

#include "tests/catch.hpp"

TEST_CASE("an OperationOutcome gives its codes") {
  const auto facts = model::fhir_facts(
      R"({"resourceType":"OperationOutcome","meta":{"profile":["p"]},
          "issue":[{"details":{"coding":[{"code":"BAD_REQUEST"}]}}]})");
  CHECK(facts.resource_type == "OperationOutcome");
  CHECK(facts.issue_codes == std::vector<std::string>{"BAD_REQUEST"});
  CHECK_FALSE(facts.made_by_gateway);
}

TEST_CASE("the proxy's own outcome is told from the provider's") {
  const auto facts = model::fhir_facts(
      R"({"resourceType":"OperationOutcome","issue":[{"details":{"coding":[
          {"system":"http://fhir.nhs.net/ValueSet/gpconnect-schedule-response-code-1-0","code":"5",
           "display":"ASID_CHECK_FAILED_MESSAGESENDER_1"}]}}]})");
  CHECK(facts.made_by_gateway);
}

TEST_CASE("bodies of any shape are survived") {
  for (const auto* body : {"", "null", "[]", "{", "<html>", R"({"resourceType":7})",
                           R"({"resourceType":"OperationOutcome","meta":3,"issue":{}})",
                           R"({"resourceType":"OperationOutcome","issue":[1,{"details":[]},null]})"})
    CHECK(model::fhir_facts(body).issue_codes.empty());
  CHECK(model::fhir_facts(std::string(100000, '[')).resource_type.empty());
}
