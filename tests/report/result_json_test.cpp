// SPDX-License-Identifier: Apache-2.0
#include "report/result_json.hpp"

#include <functional>

#include "base/assets.hpp"
#include "base/strict_json.hpp"
#include "base/text.hpp"
#include "report/words.hpp"
#include "tests/catch.hpp"
#include "tests/report/golden.hpp"
#include "tests/report/sample_report.hpp"

using base::Json;

namespace {

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> out;
  for (const auto& [key, value] : object.items()) out.push_back(key);
  return out;
}

// The wanted keys stand in the object in this order, whatever stands between them.
bool in_order(const Json& object, const std::vector<std::string>& wanted) {
  std::size_t next = 0;
  for (const auto& key : keys(object))
    if (next < wanted.size() && key == wanted[next]) ++next;
  return next == wanted.size();
}

void each_text(const Json& value, const std::function<void(const std::string&)>& see) {
  if (value.is_string()) see(value.get<std::string>());
  if (!value.is_structured()) return;
  for (const auto& [key, element] : value.items()) each_text(element, see);
}

// The mistake in the sample after one change to it, or "".
std::string mistake(const std::function<void(Json&)>& change) {
  Json json = report::to_json(sample::report());
  change(json);
  const auto read = report::from_json(json, "result.json");
  return read ? "" : base::one_line(read.error());
}

}  // namespace

TEST_CASE("result.json is as the sample shows it") {
  CHECK(golden::matches("result.json", report::result_text(sample::report())));
}

TEST_CASE("the keys of probity-formats(5) are there, in a fixed order") {
  const Json json = report::to_json(sample::report());
  CHECK(in_order(json, {"schema", "tool", "run", "profile", "target", "verdict", "sentence",
                        "summary", "requirements", "checks", "observations", "credentials", "facts",
                        "coverage", "waivers", "requests_sent", "connections_opened"}));
  CHECK(json.begin().key() == "schema");
  CHECK(in_order(json["tool"], {"name", "version", "openssl", "curl"}));
  CHECK(in_order(json["run"], {"id", "started", "finished", "complete", "argv", "exit"}));
  CHECK(in_order(json["profile"], {"id", "version", "digest", "specs", "parameters"}));
  CHECK(in_order(json["target"], {"alias", "url", "addresses", "about"}));
  CHECK(keys(json["summary"]) ==
        std::vector<std::string>{"pass", "fail", "warn", "inconclusive", "skipped", "waived"});
  CHECK(in_order(json["requirements"][0], {"id", "spec", "level", "derived", "title", "section",
                                           "verdict", "warnings", "checks"}));
  CHECK(in_order(json["checks"][0], {"id", "title", "suite", "cites", "level", "severity",
                                     "verdict", "cause", "expected", "observed", "because", "layer",
                                     "control", "observations", "reproduce", "duration_ms"}));
  CHECK(in_order(json["observations"][0], {"id", "exchange", "outcome", "side", "layer", "alert",
                                           "status", "headers", "body_digest", "excerpt", "ms"}));
  CHECK(in_order(json["credentials"][0], {"label", "kind", "layer", "outcome", "alert", "status"}));
  CHECK(in_order(json["facts"], {"tls", "certificate", "client_auth"}));
  CHECK(in_order(json["facts"]["tls"], {"protocols", "suites", "preference", "groups", "dh"}));
  CHECK(in_order(json["facts"]["client_auth"], {"requested", "required", "ca_names"}));
  CHECK(in_order(json["coverage"]["must"], {"met", "partly", "not_tested", "not_applicable"}));
}

TEST_CASE("the six protocols are always named") {
  const std::vector<std::string> six = {"SSLv2",   "SSLv3",   "TLSv1.0",
                                        "TLSv1.1", "TLSv1.2", "TLSv1.3"};
  const Json seen = report::to_json(sample::report());
  const Json unseen = report::to_json(model::Report{});
  CHECK(keys(seen["facts"]["tls"]["protocols"]) == six);
  CHECK(keys(unseen["facts"]["tls"]["protocols"]) == six);
  for (const auto& [name, state] : unseen["facts"]["tls"]["protocols"].items())
    CHECK(state == "not-tested");
  CHECK(seen["facts"]["tls"]["suites"]["TLSv1.2"][0]["code"] == "0xC030");
}

TEST_CASE("reading what was written restores what is written") {
  for (const auto& made : {sample::report(), sample::large_report(40), sample::unreachable(),
                           sample::blocked(), model::Report{}}) {
    const Json json = report::to_json(made);
    const auto parsed = base::parse_json(report::json_text(json), "result.json");
    REQUIRE(parsed);
    const auto read = report::from_json(*parsed, "result.json");
    if (!read) FAIL(base::one_line(read.error()));
    CHECK(report::to_json(*read) == json);
    CHECK(report::result_text(*read) == report::json_text(json));
  }
}

TEST_CASE("a mistake in a result file is one line with its place") {
  CHECK(mistake([](Json&) {}).empty());
  CHECK(mistake([](Json& j) { j["schema"] = "probity.result/2"; }) ==
        "result.json#/schema: this is \"probity.result/2\"; \"probity.result/1\" is wanted here");
  CHECK(mistake([](Json& j) { j["verdit"] = 1; }) ==
        "result.json#/verdit: unknown key \"verdit\"; did you mean verdict?");
  CHECK(mistake([](Json& j) { j["checks"][2]["verdict"] = "passed"; }) ==
        "result.json#/checks/2/verdict: \"passed\" is not a word for this; did you mean pass?");
  CHECK_THAT(mistake([](Json& j) { j.erase("facts"); }), ContainsSubstring("/facts: is missing"));
  CHECK_THAT(mistake([](Json& j) { j["run"]["started"] = "yesterday"; }),
             ContainsSubstring("/run/started: must be a time"));
  CHECK_THAT(mistake([](Json& j) { j["run"]["exit"] = 5; }),
             ContainsSubstring("5 is no exit code"));
  CHECK_THAT(mistake([](Json& j) { j["observations"][0]["exchange"]["origin"] = "gopher://x"; }),
             ContainsSubstring("/observations/0/exchange/origin: must be https://"));
  CHECK_THAT(mistake([](Json& j) { j["observations"][0]["exchange"]["suites"][0] = "C030"; }),
             ContainsSubstring("no suite code"));
  CHECK_THAT(mistake([](Json& j) { j["observations"] = Json::object(); }),
             ContainsSubstring("must be an array"));
  CHECK_THAT(mistake([](Json& j) { j["checks"][0]["control"]["before"] = "yes"; }),
             ContainsSubstring("must be true or false"));
}

TEST_CASE("any JSON at all is survived") {
  for (const auto* text :
       {"null", "[]", "{}", "7", R"({"schema":"probity.result/1"})",
        R"({"schema":"probity.result/1","checks":[1,null,{}]})",
        R"({"schema":"probity.result/1","observations":[{"exchange":7,"tls":[]}]})",
        R"({"schema":"probity.result/1","facts":{"tls":{"suites":{"TLSv1.2":[0]}}}})"})
    CHECK_FALSE(report::from_json(Json::parse(text), "x").has_value());
}

TEST_CASE("what the target sent is printable in the file") {
  const Json json = report::to_json(sample::report());
  int hostile = 0;
  each_text(json, [&](const std::string& text) {
    CHECK(base::printable(text, true) == text);
    hostile += text.find("\\x1b[31m") == std::string::npos ? 0 : 1;
  });
  CHECK(hostile > 10);
}

TEST_CASE("times stand in run alone, so that two runs diff well") {
  auto first = sample::report();
  auto second = sample::report();
  second.run = first.run;
  second.run.started += 1000;
  second.run.finished += 1001;
  second.run.id = "another";
  for (auto& finding : second.findings) finding.ms += 7;
  for (auto& seen : second.observations) {
    seen.ms += 7;
    seen.clock_offset += 1;  // a second more or less says nothing
  }
  Json a = report::to_json(first);
  Json b = report::to_json(second);
  for (auto* json : {&a, &b}) {
    json->erase("run");
    for (auto& check : (*json)["checks"]) check.erase("duration_ms");
    for (auto& seen : (*json)["observations"]) seen.erase("ms");
  }
  CHECK(a == b);
}

TEST_CASE("the schema knows every word of the model") {
  const auto text = base::asset("reports/result.schema.json");
  REQUIRE(text);
  const Json schema = Json::parse(*text);
  const auto words_at = [&](const char* pointer) {
    return schema.at(Json::json_pointer(std::string(pointer) + "/enum"))
        .get<std::vector<std::string>>();
  };
  CHECK(words_at("/$defs/level") == model::all_words<model::Level>());
  CHECK(words_at("/$defs/verdict") == model::all_words<model::Verdict>());
  CHECK(words_at("/$defs/cause") == model::all_words<model::Cause>());
  CHECK(words_at("/$defs/layer") == model::all_words<model::Layer>());
  CHECK(words_at("/$defs/outcome") == model::all_words<model::Outcome>());
  CHECK(words_at("/$defs/version") == model::all_words<model::TlsVersion>());
  CHECK(words_at("/$defs/observation/properties/side") == model::all_words<model::Side>());
  CHECK(words_at("/$defs/requirement/properties/verdict") ==
        model::all_words<model::RequirementVerdict>());
  CHECK(words_at("/$defs/check/properties/severity") == model::all_words<model::Severity>());
  CHECK(words_at("/$defs/check/properties/risk") == model::all_words<model::Risk>());
  CHECK(words_at("/properties/verdict") == model::all_words<model::RunVerdict>());
  CHECK(words_at("/properties/credentials/items/properties/kind") ==
        model::all_words<model::CredentialKind>());
  CHECK(words_at("/properties/waivers/items/properties/state") ==
        model::all_words<model::WaiverState>());
  CHECK(words_at("/properties/preflight/properties/trouble") == model::all_words<base::Trouble>());
}

TEST_CASE("lists that fit on a line stay on one") {
  CHECK(report::json_text(Json::parse(R"({"a":[1,2],"b":{"c":"d"},"e":[],"f":[[1],[2]]})")) ==
        "{\n  \"a\": [1, 2],\n  \"b\": {\"c\": \"d\"},\n  \"e\": [],\n  \"f\": [\n    [1],\n    "
        "[2]\n  ]\n}\n");
  const Json many = std::vector<int>(200, 1000);
  CHECK(Json::parse(report::json_text(many)) == many);
}

TEST_CASE("what was created is written, and read again; where nothing was, nothing is said of it") {
  CHECK_FALSE(report::to_json(sample::report()).contains("created"));
  model::Report made = sample::report();
  made.created = {{"urn:uuid:1", "https://r/1", "pointers.x", "nrl.provider_a", "MHT01", "removed", ""},
                  {"urn:uuid:2", "", "pointers.x", "nrl.provider_b", "1XR", "left", "HTTP 403"}};
  made.journal = "out/journal.jsonl";
  made.observations.front().total = 2;
  made.observations.front().listed = 1;
  made.observations.front().pointers = {{"1", "2", "current", "urn:uuid:1", "MHT01"}};
  const auto read = report::from_json(report::to_json(made), "result.json");
  REQUIRE(read);
  CHECK(report::to_json(*read) == report::to_json(made));
  CHECK(read->created.size() == 2);
  CHECK(report::created_in_words(*read) ==
        "2 pointers asked for: 1 made and removed, 0 never made, 1 LEFT or not seen to be gone: probity cleanup out/journal.jsonl");
}
