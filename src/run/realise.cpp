// SPDX-License-Identifier: Apache-2.0
#include "run/realise.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/uuid.hpp"
#include "model/placeholders.hpp"
#include "pki/sign.hpp"
#include "token/jwt.hpp"

namespace run {

namespace {

std::string date_in(base::EpochSeconds now, std::uint64_t days) {
  return base::rfc3339(now + static_cast<base::EpochSeconds>(days) * 86400).substr(0, 10);
}

}  // namespace

std::string trace_suffix(const std::string& observation_id) {
  return base::digest_group(observation_id);
}

std::string trace_id(const std::string& run_id, const std::string& observation_id) {
  return base::named_uuid(run_id, observation_id);
}

model::Exchange realised(const model::Exchange& planned, const std::string& trace, base::EpochSeconds now, std::string_view server_key) {
  const auto* http = std::get_if<model::HttpExchange>(&planned);
  if (http == nullptr) return planned;
  model::HttpExchange ready = *http;
  // What changes the target is never repeated because a kept connection happened to be dead.
  if (!model::is_safe_method(ready.method)) ready.connection = model::Connection::fresh;
  std::string token;
  if (ready.token) token = token::mint(*ready.token, now, [&](std::string_view way, std::string_view input) { return pki::untrusted_signature(way, input, server_key); });
  const auto lookup = [&](const std::string& name) -> std::optional<std::string> {
    if (name == "token") return token;
    if (name == "trace-id") return trace;
    if (name == "today") return date_in(now, 0);
    if (name.starts_with("today+"))
      if (const auto days = base::whole_number(name.substr(6))) return date_in(now, *days);
    return std::nullopt;
  };
  for (auto& header : ready.headers) header.value = model::fill(header.value, lookup);
  ready.path = model::fill(ready.path, lookup);
  if (std::string body = model::fill(ready.body, lookup); body != ready.body) {
    ready.body = std::move(body);
    for (auto& header : ready.headers)
      if (base::same_ignoring_case(header.name, "Content-Length")) header.value = std::to_string(ready.body.size());
  }
  ready.token.reset();
  return ready;
}

std::string missing_for(const model::Exchange& planned, std::string_view server_key) {
  const auto* http = std::get_if<model::HttpExchange>(&planned);
  if (http == nullptr || !http->token || !server_key.empty()) return "";
  for (const auto& mutation : http->token->mutations)
    if (mutation.op == "token.sign" && mutation.value == "hs256-server-key") return "the target's public key is not known";
  return "";
}

}  // namespace run
