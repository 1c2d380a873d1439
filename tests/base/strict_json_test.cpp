// SPDX-License-Identifier: Apache-2.0
#include "base/strict_json.hpp"

#include "tests/catch.hpp"

using base::Fields;
using base::Json;
using base::Problems;

namespace {

// Reads {"name": text, "count": integer} and gives the mistake, or "".
std::string mistake(const char* text) {
  const auto json = base::parse_json(text, "file.json");
  if (!json) return base::one_line(json.error());
  Problems problems("file.json");
  Fields fields(*json, "", problems);
  fields.text("name");
  fields.integer_or("count", 0);
  fields.finish();
  return problems.any() ? base::one_line(problems.first()) : "";
}

}  // namespace

TEST_CASE("every mistake is one line with file and pointer") {
  CHECK(mistake(R"({"name":"x"})").empty());
  CHECK(mistake(R"({"name":"x", /* why */ "count":1})").empty());
  CHECK(mistake(R"({})") == "file.json#: key \"name\" is missing");
  CHECK(mistake(R"({"name":1})") == "file.json#/name: must be a string, is a whole number");
  CHECK(mistake(R"({"name":"x","cuont":1})") ==
        "file.json#/cuont: unknown key \"cuont\"; did you mean count?");
  CHECK(mistake(R"({"name":"x","name":"y"})") ==
        "file.json: key \"name\" stands twice in one object; keep one of them");
  CHECK(mistake("{\n  \"name\": oops}") == "file.json: not valid JSON at line 2, column 11");
  CHECK(mistake("[]") == "file.json#: must be an object, is an array");
}
