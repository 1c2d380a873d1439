// SPDX-License-Identifier: Apache-2.0
#include "probes/request_mutation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "model/claim_edit.hpp"
#include "model/target.hpp"

namespace probes {

namespace {

using model::HttpExchange;
using model::Mutation;

auto find_header(std::vector<model::Header>& headers, const std::string& name) {
  return std::find_if(headers.begin(), headers.end(),
                      [&](const auto& header) { return base::same_ignoring_case(header.name, name); });
}

std::string text_of(const Mutation& mutation) {
  return mutation.value.is_string() ? mutation.value.get<std::string>() : std::string{};
}

std::string set_header(HttpExchange& http, const std::string& name, const std::string& value) {
  const auto at = find_header(http.headers, name);
  if (at != http.headers.end()) {
    at->value = value;
  } else {
    http.headers.push_back({name, value});
  }
  return "";
}

std::string change_header(HttpExchange& http, const Mutation& mutation) {
  const std::string value = text_of(mutation);
  if (mutation.op == "header.set") return set_header(http, mutation.name, value);
  const auto at = find_header(http.headers, mutation.name);
  if (at == http.headers.end()) return fmt::format("the good request has no header {}", mutation.name);
  if (mutation.op == "header.remove") http.headers.erase(at);
  if (mutation.op == "header.empty") at->value.clear();
  if (mutation.op == "header.blank") at->value = " ";
  if (mutation.op == "header.append") at->value += value;
  if (mutation.op == "header.rename") at->name = value;
  if (mutation.op == "header.repeat") http.headers.insert(at + 1, {at->name, at->value});
  if (mutation.op == "header.duplicate") http.headers.insert(at + 1, {at->name, value});
  if (mutation.op == "header.precede") http.headers.insert(at, {at->name, value});
  return "";
}

// Pairs stand as they are written: what a check wants percent-encoded, it encodes.
std::string change_query(HttpExchange& http, const Mutation& mutation) {
  const auto question = http.path.find('?');
  std::vector<std::string> pairs;
  if (question != std::string::npos) pairs = base::split(http.path.substr(question + 1), '&');
  const auto named = [&](const std::string& pair) { return pair.substr(0, pair.find('=')) == mutation.name; };
  const bool found = std::any_of(pairs.begin(), pairs.end(), named);
  if (mutation.op == "query.remove") {
    if (!found) return fmt::format("the good request has no parameter {}", mutation.name);
    std::erase_if(pairs, named);
  } else {
    const std::string pair = mutation.name + "=" + text_of(mutation);
    if (found) {
      std::replace_if(pairs.begin(), pairs.end(), named, pair);
    } else {
      pairs.push_back(pair);
    }
  }
  http.path = http.path.substr(0, question);
  if (!pairs.empty()) http.path += "?" + base::join(pairs, "&");
  return "";
}

std::string change_root(HttpExchange& http, const Mutation& mutation, const MutationContext& context) {
  const auto other = model::parse_url(text_of(mutation));
  if (!other) return fmt::format("\"{}\" is no service root", text_of(mutation));
  if (!http.path.starts_with(context.root_path)) return "the good request is not below the service root";
  http.path = other->path + http.path.substr(context.root_path.size());
  return "";
}

std::string change_label(HttpExchange& http, const Mutation& mutation, const MutationContext& context) {
  for (const auto& credential : context.subject.credentials)
    if (credential.label == text_of(mutation)) {
      http.credential = credential.label;
      return "";
    }
  return fmt::format("the kit has no credential labelled {}", text_of(mutation));
}

std::string change_credential(HttpExchange& http, const Mutation& mutation, const MutationContext& context) {
  if (text_of(mutation) == "none") {
    http.credential.clear();
    return "";
  }
  for (const auto& credential : context.subject.credentials)
    if (model::word(credential.kind) == text_of(mutation)) {
      http.credential = credential.label;
      return "";
    }
  return fmt::format("the kit has no credential of the kind {}", text_of(mutation));
}

// The claims as they will be, times included, so that a word that finds nothing is noticed here.
std::string change_token(HttpExchange& http, const Mutation& mutation) {
  if (!http.token) return "the good request has no token";
  base::Json claims = *http.token->claims;
  claims["iat"] = 1800000000;
  claims["exp"] = 1800000300;
  for (const auto& earlier : http.token->mutations) (void)model::edit_claims(claims, earlier, 1800000002);
  const base::Json before = claims;
  if (!model::edit_claims(claims, mutation, 1800000002))
    return fmt::format("the good token has nothing that {} could change at {}", mutation.op, mutation.name);
  if (mutation.op == "token.claim.set" && claims == before) return "the mutation changes nothing for this target";
  http.token->mutations.push_back(mutation);
  return "";
}

}  // namespace

void keep_length_right(HttpExchange& http) {
  const auto at = find_header(http.headers, "Content-Length");
  const bool expects_body = http.method == "POST" || http.method == "PUT" || http.method == "PATCH";
  if (at != http.headers.end()) {
    if (http.body.empty() && !expects_body) {
      http.headers.erase(at);
    } else {
      at->value = std::to_string(http.body.size());
    }
  } else if (!http.body.empty() || expects_body) {
    http.headers.push_back({"Content-Length", std::to_string(http.body.size())});
  }
}

std::string apply(HttpExchange& http, const Mutation& mutation, const MutationContext& context) {
  const std::string& op = mutation.op;
  if (op.starts_with("header.")) return change_header(http, mutation);
  if (op.starts_with("token.")) return change_token(http, mutation);
  if (op.starts_with("query.")) return change_query(http, mutation);
  if (op == "path.root") return change_root(http, mutation, context);
  if (op == "credential.label") return change_label(http, mutation, context);
  if (op == "credential.set") return change_credential(http, mutation, context);
  if (op == "method.set") http.method = text_of(mutation);
  if (op == "path.set") http.path = context.root_path + text_of(mutation);
  if (op == "path.append") http.path += text_of(mutation);
  if (op == "body.set") http.body = text_of(mutation);
  if (op == "body.remove") {
    http.body.clear();
    std::erase_if(http.headers, [](const auto& header) { return base::same_ignoring_case(header.name, "Content-Type"); });
  }
  return "";
}

}  // namespace probes
