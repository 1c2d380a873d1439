// SPDX-License-Identifier: Apache-2.0
#include "demo/token_text.hpp"

#include <set>

#include "base/text.hpp"

namespace demo {

namespace {

using base::Json;
using TextOrComplaint = std::variant<std::string, Complaint>;

constexpr std::string_view base64url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// The scheme is compared without regard to case (RFC 9110 11.1); exactly one space follows it.
TextOrComplaint credentials_of(const std::string& value, const Faults& faults) {
  if (base::trim(value).empty()) return Complaint{"tolerates-empty-token", "the Authorization header is empty"};
  const auto end = value.find_first_of(" \t");
  const std::string scheme = value.substr(0, end);
  if (!base::same_ignoring_case(scheme, "Bearer")) return Complaint{"tolerates-other-schemes", "the Authorization header holds no bearer token"};
  if (scheme != "Bearer" && faults.contains("refuses-other-case-of-scheme")) return Complaint{"", "the scheme is spelt Bearer"};
  if (end == std::string::npos) return Complaint{"tolerates-empty-token", "there is no token after Bearer"};
  if (value[end] == '\t') return Complaint{"tolerates-tab-after-scheme", "a tab stands between Bearer and the token"};
  const std::string token = value.substr(end + 1);
  if (base::trim(token).empty()) return Complaint{"tolerates-empty-token", "there is no token after Bearer"};
  if (token.front() == ' ') return Complaint{"", "two spaces stand between Bearer and the token"};
  if (token.find(',') != std::string::npos && token.front() != '{') return Complaint{"tolerates-second-token", "there is more than one token"};
  return token;
}

std::vector<std::string> authorizations(const Arrived& arrived) {
  std::vector<std::string> values;
  for (const auto& header : arrived.headers)
    if (base::same_ignoring_case(header.name, "Authorization")) values.push_back(header.value);
  return values;
}

TextOrComplaint token_text(const Arrived& arrived, const Faults& faults) {
  const auto values = authorizations(arrived);
  if (values.empty()) return Complaint{"ignores-missing-token", "the Authorization header is missing"};
  if (values.size() == 1) return credentials_of(values.front(), faults);
  if (faults.contains("takes-first-authorization")) return credentials_of(values.front(), faults);
  if (faults.contains("takes-last-authorization")) return credentials_of(values.back(), faults);
  return Complaint{"", "there is more than one Authorization header"};
}

// header.payload. written as plain JSON.
bool is_plain_json(const std::string& text) { return text.starts_with('{') && text.find("}.{") != std::string::npos; }

std::optional<Complaint> check_characters(const std::string& text) {
  if (is_plain_json(text)) return Complaint{"tolerates-unencoded-token", "the token is not base64url"};
  for (const char c : text) {
    if (base64url_alphabet.find(c) != std::string_view::npos || c == '.') continue;
    if (c == '=') return Complaint{"tolerates-padding", "the token is padded"};
    if (c == '+' || c == '/') return Complaint{"tolerates-standard-alphabet", "the token is base64, not base64url"};
    if (c == ' ' || c == '\t') return Complaint{"tolerates-whitespace", "the token holds whitespace"};
    return Complaint{"tolerates-foreign-characters", "the token holds a character that base64url has not"};
  }
  return std::nullopt;
}

std::optional<Complaint> check_parts(const std::vector<std::string>& parts) {
  if (parts.size() == 2) return Complaint{"tolerates-two-part-token", "the token lacks its trailing dot"};
  if (parts.size() != 3) return Complaint{"tolerates-wrong-parts", "the token is not three parts"};
  if (parts[0].empty() || parts[1].empty()) return Complaint{"tolerates-empty-parts", "a part of the token is empty"};
  for (const auto& part : parts)
    if (part.size() % 4 == 1) return Complaint{"tolerates-bad-length", "a part of the token has a length no base64 has"};
  return std::nullopt;
}

// Every member once: what a parser does with the second is nobody's to guess (RFC 7519 4).
class Once {
 public:
  bool operator()(int /*depth*/, Json::parse_event_t event, Json& value) {
    using Event = Json::parse_event_t;
    if (event == Event::object_start) names_.emplace_back();
    if (event == Event::object_end) names_.pop_back();
    if (event == Event::key && !names_.back().insert(value.get<std::string>()).second) twice_ = true;
    return true;
  }
  [[nodiscard]] bool twice() const { return twice_; }

 private:
  std::vector<std::set<std::string>> names_;
  bool twice_ = false;
};

std::optional<Json> object_in(const std::string& text) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return std::nullopt;
  return json;
}

bool names_twice(const std::string& text) {
  Once once;
  const auto watch = [&once](int depth, Json::parse_event_t event, Json& value) { return once(depth, event, value); };
  [[maybe_unused]] const Json parsed = Json::parse(text, watch, false);
  return once.twice();
}

}  // namespace

TokenOrComplaint read_token(const Arrived& arrived, const Faults& faults) {
  const auto text = token_text(arrived, faults);
  if (const auto* complaint = std::get_if<Complaint>(&text)) return *complaint;
  const auto& token = std::get<std::string>(text);
  if (auto wrong = check_characters(token)) return *wrong;
  const auto parts = base::split(token, '.');
  if (auto wrong = check_parts(parts)) return *wrong;
  const auto header = base::from_base64url(parts[0]);
  const auto payload = base::from_base64url(parts[1]);
  if (!header || !payload) return Complaint{"", "the token does not end where its last octet does"};
  const auto header_json = object_in(*header);
  if (!header_json) return Complaint{"tolerates-broken-header", "the JOSE header is no JSON object"};
  if (!parts[2].empty()) {
    if (header_json->value("alg", Json()) == "none") return Complaint{"tolerates-signature", "the token has a signature and the algorithm none"};
    return Complaint{"takes-signed-tokens", "the token is signed"};
  }
  const auto claims = object_in(*payload);
  if (!claims) return Complaint{"tolerates-broken-payload", "the payload is no JSON object"};
  if (payload->find('\xEF') == 0) return Complaint{"", "the payload begins with a byte order mark"};
  if (names_twice(*header) || names_twice(*payload)) return Complaint{"keeps-one-of-two", "a name stands twice"};
  return ReadToken{*header_json, *claims, *payload};
}

}  // namespace demo
