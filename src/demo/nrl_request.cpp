// SPDX-License-Identifier: Apache-2.0
#include "demo/nrl_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>

#include "base/text.hpp"

namespace demo::nrl {

namespace {

// The JSON of generation 2, the older names included; XML is not spoken here.
constexpr const char* json_types[] = {"application/fhir+json", "application/json+fhir", "application/json", "text/json", "json"};

bool is_json(std::string_view type) {
  const std::string bare = base::lower(base::trim(type.substr(0, type.find(';'))));
  return std::find(std::begin(json_types), std::end(json_types), bare) != std::end(json_types);
}

int hex_value(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0 ? c - '0' : std::tolower(static_cast<unsigned char>(c)) - 'a' + 10; }

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && std::isxdigit(static_cast<unsigned char>(text[i + 1])) != 0 &&
                        std::isxdigit(static_cast<unsigned char>(text[i + 2])) != 0;
    if (escape) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::map<std::string, std::string> parameters_of(const std::string& query) {
  std::map<std::string, std::string> out;
  for (const auto& part : base::split(query, '&')) {
    if (part.empty()) continue;
    const auto sign = part.find('=');
    out[decoded(part.substr(0, sign))] = sign == std::string::npos ? "" : decoded(part.substr(sign + 1));
  }
  return out;
}

struct Verb {
  const char* method;
  bool with_id;
  Interaction interaction;
};
constexpr Verb verbs[] = {
    {"GET", false, Interaction::search},    {"GET", true, Interaction::read},      {"POST", false, Interaction::create},
    {"PATCH", false, Interaction::update},  {"PATCH", true, Interaction::update},  {"DELETE", false, Interaction::remove},
    {"DELETE", true, Interaction::remove},
};

Refusal unsupported() { return {415, "UNSUPPORTED_MEDIA_TYPE", "invalid", "Unsupported Media Type"}; }

// _format beats Accept. Where neither is sent the specification says XML; this registry says JSON.
std::optional<Refusal> check_format(const Arrived& arrived, const Asked& asked) {
  if (asked.parameters.contains("_format")) {
    if (!is_json(asked.parameter("_format"))) return unsupported();
  } else if (const auto accept = arrived.header("Accept")) {
    const auto types = base::split(*accept, ',');
    const auto fits = [](const std::string& type) { return is_json(type) || base::trim(type).starts_with("*/*"); };
    if (std::none_of(types.begin(), types.end(), fits)) return unsupported();
  }
  const bool with_body = arrived.method == "POST" || arrived.method == "PATCH";
  if (!with_body) return std::nullopt;
  if (arrived.body.empty()) return Refusal{400, "INVALID_REQUEST_MESSAGE", "value", "Invalid Request Message"};
  if (!is_json(arrived.header("Content-Type").value_or(""))) return unsupported();
  return std::nullopt;
}

}  // namespace

std::variant<Refusal, Asked> understood(const Arrived& arrived) {
  const std::string path = collection;
  const bool with_id = arrived.path.starts_with(path + "/") && arrived.path.size() > path.size() + 1;
  if (!with_id && arrived.path != path)
    return Refusal{404, "NO_RECORD_FOUND", "not-found", "there is nothing at " + base::printable(arrived.path)};
  const auto* verb = std::find_if(std::begin(verbs), std::end(verbs), [&](const Verb& row) { return arrived.method == row.method && row.with_id == with_id; });
  if (verb == std::end(verbs))
    return Refusal{400, "REQUEST_UNMATCHED", "invalid", fmt::format("{} is no interaction here", base::printable(arrived.method))};
  Asked asked{verb->interaction, with_id ? decoded(arrived.path.substr(path.size() + 1)) : "", parameters_of(arrived.query)};
  if (auto broken = check_format(arrived, asked)) return *broken;
  return asked;
}

}  // namespace demo::nrl
