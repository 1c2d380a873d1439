// SPDX-License-Identifier: Apache-2.0
#include "token/jwt.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "model/claim_edit.hpp"
#include "tests/catch.hpp"

namespace {

using base::Json;

constexpr base::EpochSeconds now = 1800000002;
const Json claims = Json{{"iss", "https://x"}, {"requested_scope", "organization/*.read"}};

std::string minted(std::vector<model::Mutation> mutations) {
  const auto sign = [](std::string_view way, std::string_view input) { return fmt::format("{}:{}", way, input.size()); };
  return token::mint({claims, std::move(mutations)}, now, sign);
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

TEST_CASE("claims are named, or pointed at") {
  Json deep = Json::parse(R"({"a":{"list":[{"v":"x"},{"v":"y"}]},"n":5,"t":"text"})");
  const auto edited = [&](const model::Mutation& mutation) {
    Json copy = deep;
    CHECK(model::edit_claims(copy, mutation, now));
    return copy.dump();
  };
  CHECK(edited({"token.claim.remove", "/a/list/0", {}}) == R"({"a":{"list":[{"v":"y"}]},"n":5,"t":"text"})");
  CHECK(edited({"token.claim.set", "/a/list/1/v", "z"}) == R"({"a":{"list":[{"v":"x"},{"v":"z"}]},"n":5,"t":"text"})");
  CHECK(edited({"token.claim.empty", "/a/list", {}}) == R"({"a":{"list":[]},"n":5,"t":"text"})");
  CHECK(edited({"token.claim.null", "a", {}}) == R"({"a":null,"n":5,"t":"text"})");
  CHECK(edited({"token.claim.type", "n", {}}) == R"({"a":{"list":[{"v":"x"},{"v":"y"}]},"n":"5","t":"text"})");
  CHECK(edited({"token.claim.type", "t", {}}) == R"({"a":{"list":[{"v":"x"},{"v":"y"}]},"n":5,"t":7})");
  CHECK(edited({"token.claim.wrap", "t", {}}) == R"({"a":{"list":[{"v":"x"},{"v":"y"}]},"n":5,"t":["text"]})");
  CHECK(edited({"token.claim.rename", "t", "T"}) == R"({"a":{"list":[{"v":"x"},{"v":"y"}]},"n":5,"T":"text"})");
  CHECK(edited({"token.time.as", "n", "wrapped"}) == R"({"a":{"list":[{"v":"x"},{"v":"y"}]},"n":4294967301,"t":"text"})");
}

TEST_CASE("a word that finds nothing to change says so") {
  Json json = {{"t", "text"}};
  CHECK_FALSE(model::edit_claims(json, {"token.claim.remove", "absent", {}}, now));
  CHECK_FALSE(model::edit_claims(json, {"token.claim.null", "/t/0", {}}, now));
  CHECK_FALSE(model::edit_claims(json, {"token.claim.set", "/absent/deeper", 1}, now));
  CHECK_FALSE(model::edit_claims(json, {"token.time.as", "t", "text"}, now));
  CHECK_FALSE(model::is_claim_name("/a~2"));
  CHECK(json == Json{{"t", "text"}});
}

TEST_CASE("the JSON text of a part, written as no library would") {
  const auto payload = [&](model::Mutation mutation) {
    const std::string text = minted({std::move(mutation)});
    const auto first = text.find('.') + 1;
    return base::from_base64url(text.substr(first, text.size() - first - 1)).value_or("not base64url");
  };
  CHECK(payload({"token.claim.duplicate", "iss", "b"}) ==
        R"({"iss":"https://x","requested_scope":"organization/*.read","iat":1800000000,"exp":1800000300,"iss":"b"})");
  CHECK(payload({"token.claim.precede", "iss", "b"}).starts_with(R"({"iss":"b","iss":"https://x")"));
  CHECK(payload({"token.text.style", "payload", "comment"}).starts_with("{/* */\"iss\""));
  CHECK(payload({"token.text.style", "payload", "trailing-comma"}).ends_with("1800000300,}"));
  CHECK(payload({"token.text.style", "payload", "bad-utf8"}).starts_with("{\"iss\":\"\xC3\x28https"));
  CHECK(payload({"token.text.style", "payload", "reversed"}).starts_with(R"({"exp":1800000300,"iat")"));
  CHECK(payload({"token.text.style", "payload", "utf16"}).size() == 2 * std::string(good_payload).size());
  CHECK(Json::parse(payload({"token.text.style", "payload", "escaped"})) == Json::parse(good_payload));
  CHECK(payload({"token.text.style", "payload", "exponents"}).ends_with(R"("iat":1800000000e0,"exp":1800000300e0})"));
  CHECK(payload({"token.text.append", "payload", " x"}) == std::string(good_payload) + " x");
}

TEST_CASE("encodings and damage") {
  const std::string h = base::base64url(good_header);
  CHECK(minted({{"token.encoding", "", "padded-1"}}).ends_with("=."));
  CHECK_FALSE(minted({{"token.encoding", "", "padded-1"}}).ends_with("==."));
  CHECK(minted({{"token.encoding", "", "padded-2"}}).ends_with("==."));
  CHECK(minted({{"token.damage", "payload", "length-one-more"}}).size() % 4 == (h.size() + 2 + 1) % 4);
  const std::string spare = minted({{"token.damage", "payload", "trailing-bits"}});
  CHECK_FALSE(base::from_base64url(spare.substr(h.size() + 1, spare.size() - h.size() - 2)));
  CHECK(minted({{"token.claim.set", "iss", "\?\?\?>>>"}, {"token.encoding", "", "base64-unpadded"}}).find_first_of("+/") != std::string::npos);
  CHECK(minted({{"token.parts", "", "dots"}}) == "..");
}

TEST_CASE("a compressed payload is a gzip file with the payload stored in it") {
  const std::string token = minted({{"token.encoding", "", "gzip"}});
  const auto first = token.find('.') + 1;
  const std::string file = base::from_base64url(token.substr(first, token.size() - first - 1)).value_or("");
  const std::string good = good_payload;
  REQUIRE(file.size() == good.size() + 10 + 5 + 8);
  CHECK(file.substr(0, 3) == "\x1F\x8B\x08");
  CHECK(file.substr(15, good.size()) == good);
  // zlib's crc32 of this payload.
  const auto octet = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(file[15 + good.size() + i])); };
  CHECK((octet(0) | octet(1) << 8U | octet(2) << 16U | octet(3) << 24U) == 15081181U);
}

TEST_CASE("claims of another size, depth and case") {
  const auto claim = [](model::Mutation mutation) {
    const std::string text = minted({std::move(mutation)});
    const auto first = text.find('.') + 1;
    return Json::parse(base::from_base64url(text.substr(first, text.size() - first - 1)).value_or("{}"));
  };
  CHECK(claim({"token.claim.fill", "gpct", 3})["gpct"] == "ppp");
  CHECK(claim({"token.claim.fill", "iss", -1})["iss"] == "");
  CHECK(claim({"token.claim.nest", "gpct", 3})["gpct"].dump() == "[[[]]]");
  CHECK(claim({"token.claim.case", "iss", "upper"})["iss"] == "HTTPS://X");
}

TEST_CASE("a signed token says its algorithm, and signs what it shows") {
  const std::string signed_token = minted({{"token.sign", "", "hs256-weak"}});
  const auto last = signed_token.rfind('.');
  CHECK(signed_token.starts_with(base::base64url(R"({"alg":"HS256","typ":"JWT"})") + "."));
  CHECK(base::from_base64url(signed_token.substr(last + 1)) == fmt::format("hs256-weak:{}", last));
}
