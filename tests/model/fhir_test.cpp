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

TEST_CASE("of a pointer what a judgement needs, of a Bundle only what bears the marker") {
  const std::string ours = R"({"resourceType":"DocumentReference","id":"7","meta":{"versionId":"2"},"status":"current",)"
                           R"("masterIdentifier":{"value":"urn:uuid:1"},"custodian":{"reference":"https://d/Organization/MHT01"},)"
                           R"("content":[{"attachment":{"url":"https://nrl-mht01.probity.thirdparty.nhs.uk/MHT01/probity/x"}}]})";
  const std::string other = R"({"resourceType":"DocumentReference","id":"8","content":[{"attachment":{"url":"https://elsewhere.nhs.uk/"}}]})";
  const model::PointerSeen seen{"7", "2", "current", "urn:uuid:1", "MHT01"};
  CHECK(model::fhir_facts(ours).pointers == std::vector<model::PointerSeen>{seen});
  const auto bundle = model::fhir_facts(R"({"resourceType":"Bundle","total":5000,"entry":[{"resource":)" + other + R"(},{"resource":)" + ours + "}]}");
  CHECK(bundle.total == 5000);
  CHECK(bundle.listed == 2);
  CHECK(bundle.pointers == std::vector<model::PointerSeen>{seen});
  CHECK(model::fhir_facts(other).pointers.size() == 1);
  CHECK_FALSE(bundle.more_pages);
  CHECK(bundle.unnamed == 0);
  CHECK(model::fhir_facts(R"({"resourceType":"DocumentReference","content":7,"meta":[],"custodian":"x"})").pointers.size() == 1);
}

TEST_CASE("a Bundle that does not show all says so") {
  const auto page = model::fhir_facts(R"({"resourceType":"Bundle","link":[{"relation":"self"},{"relation":"next","url":"https://r/2"}],"entry":[]})");
  CHECK(page.more_pages);
  // Without its content an entry is known by its identifier, without both by nothing.
  const auto bare = model::fhir_facts(R"({"resourceType":"Bundle","entry":[{"fullUrl":"https://r/1"},{"resource":{"resourceType":"DocumentReference","id":"7"}},)"
                                      R"({"resource":{"resourceType":"DocumentReference","masterIdentifier":{"value":"urn:uuid:1"}}},)"
                                      R"({"resource":{"resourceType":"OperationOutcome"}}]})");
  CHECK(bare.listed == 4);
  CHECK(bare.unnamed == 2);
  REQUIRE(bare.pointers.size() == 1);
  CHECK(bare.pointers[0].identifier == "urn:uuid:1");
  CHECK(model::fhir_facts(R"({"resourceType":"Bundle","link":7,"entry":[{"resource":{"resourceType":"DocumentReference","content":[{"attachment":7}]}}]})").unnamed == 1);
}
