// SPDX-License-Identifier: Apache-2.0
#include "report/changes.hpp"

#include "tests/catch.hpp"

namespace {

model::HttpExchange good() {
  model::HttpExchange http;
  http.path = "/root/metadata";
  http.headers = {{"Host", "a"}, {"Ssp-To", "200000000116"}, {"Authorization", "Bearer {token}"}};
  http.token = model::TokenRecipe{};
  http.credential = "valid";
  return http;
}

}  // namespace

TEST_CASE("what a request has otherwise than the good one") {
  auto sent = good();
  CHECK(report::changes(good(), sent).empty());
  sent.headers = {{"Host", "a"}, {"ssp-to", "123456789123"}, {"Ssp-To", ""}, {"X-Added", " "}};
  sent.method = "POST";
  sent.path = "/root/metadata?x=1";
  sent.body = "{}";
  sent.credential = "";
  CHECK(report::changes(good(), sent) ==
        std::vector<std::string>{"method POST (in the good request: GET)", "path /root/metadata?x=1 (in the good request: /root/metadata)",
                                 "Ssp-To: ssp-to: 123456789123 and (empty) (in the good request: 200000000116)", "without Authorization",
                                 "X-Added: (blank) (added)", "body {} (in the good request: (empty))", "client certificate none (in the good request: valid)"});
}

TEST_CASE("changes of a token are its mutations") {
  auto sent = good();
  sent.token->mutations = {{"token.claim.remove", "exp", {}}};
  CHECK(report::changes(good(), sent) == std::vector<std::string>{"token.claim.remove exp"});
}

TEST_CASE("the good request beside a finding is its latest control, and a control has none") {
  model::Report report;
  model::Finding finding;
  finding.observations = {"x-1", "control-metadata-01", "control-metadata-02"};
  for (const auto& id : finding.observations) {
    model::Observation seen;
    seen.id = id;
    seen.exchange = good();
    report.observations.push_back(seen);
  }
  const auto* control = report::control_beside(report, finding, report.observations[0]);
  REQUIRE(control != nullptr);
  CHECK(control->id == "control-metadata-02");
  CHECK(report::control_beside(report, finding, report.observations[1]) == nullptr);
  std::get<model::HttpExchange>(report.observations[0].exchange).headers.pop_back();
  CHECK(report::changes_in_words(report, finding) == "without Authorization");
}

TEST_CASE("lines that the other text lacks are marked") {
  const auto lines = report::marked_lines("a\nb\nc", "c\na");
  REQUIRE(lines.size() == 3);
  CHECK_FALSE(lines[0].differs);
  CHECK(lines[1].differs);
  CHECK_FALSE(lines[2].differs);
}
