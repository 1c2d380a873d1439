// SPDX-License-Identifier: Apache-2.0
#include "token/jwt.hpp"

#include "base/text.hpp"
#include "tests/catch.hpp"

namespace {

using base::Json;

constexpr base::EpochSeconds now = 1800000002;
const Json claims = Json{{"iss", "https://x"}, {"requested_scope", "organization/*.read"}};

std::string minted(std::vector<model::Mutation> mutations) {
  return token::mint({claims, std::move(mutations)}, now).text;
}

std::string compact(const std::string& header, const std::string& payload) {
  return base::base64url(header) + "." + base::base64url(payload) + ".";
}

constexpr const char* good_header = R"({"alg":"none","typ":"JWT"})";
constexpr const char* good_payload =
    R"({"iss":"https://x","requested_scope":"organization/*.read","iat":1800000000,"exp":1800000300})";

}  // namespace

TEST_CASE("a good token is unsigned, three parts, five minutes long") {
  CHECK(minted({}) == compact(good_header, good_payload));
}

TEST_CASE("each word changes what it says and nothing else") {
  CHECK(minted({{"token.claim.remove", "iss", {}}}) ==
        compact(good_header, R"({"requested_scope":"organization/*.read","iat":1800000000,"exp":1800000300})"));
  CHECK(minted({{"token.claim.set", "iss", 7}}) ==
        compact(good_header,
                R"({"iss":7,"requested_scope":"organization/*.read","iat":1800000000,"exp":1800000300})"));
  CHECK(minted({{"token.lifetime", "", 301}}) ==
        compact(good_header,
                R"({"iss":"https://x","requested_scope":"organization/*.read","iat":1800000000,"exp":1800000301})"));
  CHECK(minted({{"token.shift", "", -600}}) ==
        compact(good_header,
                R"({"iss":"https://x","requested_scope":"organization/*.read","iat":1799999400,"exp":1799999700})"));
  CHECK(minted({{"token.header.set", "alg", "HS256"}}) ==
        compact(R"({"alg":"HS256","typ":"JWT"})", good_payload));
  CHECK(minted({{"token.header.remove", "typ", {}}}) == compact(R"({"alg":"none"})", good_payload));
}

TEST_CASE("shapes that no JWT library would send") {
  const std::string h = base::base64url(good_header);
  const std::string p = base::base64url(good_payload);
  CHECK(minted({{"token.parts", "", "two"}}) == h + "." + p);
  CHECK(minted({{"token.parts", "", "one"}}) == p);
  CHECK(minted({{"token.parts", "", "four"}}) == h + "." + p + "..");
  CHECK(minted({{"token.encoding", "", "plain"}}) == std::string(good_header) + "." + good_payload + ".");
  CHECK(minted({{"token.encoding", "", "base64"}}) ==
        base::base64(good_header) + "." + base::base64(good_payload) + ".");
  CHECK(minted({{"token.raw", "", "gpct"}}) == "gpct");
}

TEST_CASE("removing exp and then shifting is no error") {
  CHECK(minted({{"token.claim.remove", "exp", {}}, {"token.shift", "", -600}}) ==
        compact(good_header, R"({"iss":"https://x","requested_scope":"organization/*.read","iat":1799999400})"));
}
