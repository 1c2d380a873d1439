// SPDX-License-Identifier: Apache-2.0
#include "model/exchange.hpp"

#include <fmt/compile.h>

#include <algorithm>
#include <cctype>
#include <iterator>

#include "base/text.hpp"
#include "model/tls_names.hpp"

namespace model {

namespace {

std::string words_of(const HelloExchange& hello) {
  std::string versions;
  for (const auto version : hello.versions)
    versions += fmt::format("{}{}", versions.empty() ? "" : " or ", word(version));
  const std::string suites = hello.suites.size() == 1 ? suite_name(hello.suites.front())
                                                      : base::counted(hello.suites.size(), "suite");
  std::string out = fmt::format("hello {}, {}", versions, suites);
  if (hello.groups.size() == 1) out += ", group " + group_name(hello.groups.front());
  if (hello.groups.size() > 1) out += ", " + base::counted(hello.groups.size(), "group");
  if (hello.oddity != Oddity::none) out += fmt::format(", {}", word(hello.oddity));
  if (hello.whole_flight) out += ", read to ServerHelloDone";
  if (hello.then != Sequel::none) out += fmt::format(", then {}", word(hello.then));
  return out + (hello.credential.empty() ? "" : ", credential " + hello.credential);
}

std::string credential_in_words(const std::string& label) {
  return label.empty() ? "no certificate" : "credential " + label;
}

std::string words_of(const HandshakeExchange& handshake) {
  std::string out = "handshake, " + credential_in_words(handshake.credential);
  if (handshake.only) out += fmt::format(", {} only", word(*handshake.only));
  if (handshake.resumes == Resumption::session_id) out += ", resumed by its session id";
  if (handshake.resumes == Resumption::ticket) out += ", resumed by a ticket";
  if (handshake.short_session_id) out += " under a session id of 31 octets";
  if (handshake.padding != Padding::usual) out += fmt::format(", then a CBC record with {} padding", word(handshake.padding));
  return out + (handshake.renegotiates ? ", then renegotiated" : "");
}

// What is particular to the connection; "" when nothing is.
std::string way_in_words(const HttpExchange& http) {
  std::string out;
  if (!http.names_server) out += ", no SNI";
  if (http.only) out += fmt::format(", {} only", word(*http.only));
  if (http.session_of) out += fmt::format(", resuming a session of {}", credential_in_words(*http.session_of));
  return out;
}

std::string words_of(const HttpExchange& http) {
  if (!http.origin.tls) return fmt::format("{} {} over plain HTTP", http.method, http.path);
  return fmt::format("{} {}, {}{}", http.method, http.path, credential_in_words(http.credential), way_in_words(http));
}

std::string print_of(const HelloExchange& hello) {
  std::string out = "hello|" + in_words(hello.origin) + "|" + hello.server_name;
  for (const auto version : hello.versions) out += fmt::format("|{}", word(version));
  out.reserve(out.size() + 5 * hello.suites.size());
  for (const auto suite : hello.suites) fmt::format_to(std::back_inserter(out), FMT_COMPILE("|{:x}"), suite);
  for (const auto group : hello.groups) out += fmt::format("|g{}", group);
  if (hello.whole_flight) out += "|flight";
  if (hello.oddity != Oddity::none) out += fmt::format("|{}", word(hello.oddity));
  if (hello.then != Sequel::none) out += fmt::format("|then {} {}", word(hello.then), hello.credential);
  return out;
}

std::string print_of(const HandshakeExchange& handshake) {
  return fmt::format("{}|{}|{}", words_of(handshake), in_words(handshake.origin), handshake.server_name);
}

std::string print_of(const HttpExchange& http) {
  std::string out = fmt::format("http|{}|{}|{}|{}|{}|{}|{}", in_words(http.origin), http.server_name,
                                http.method, http.path, http.credential,
                                http.connection == Connection::fresh ? "fresh" : "pooled", http.body);
  out += way_in_words(http);
  for (const auto& header : http.headers) out += fmt::format("|{}: {}", header.name, header.value);
  if (!http.token) return out;
  out += "|" + http.token->claims->dump();
  for (const auto& mutation : http.token->mutations)
    out += fmt::format("|{} {} {}", mutation.op, mutation.name, mutation.value.dump());
  return out;
}

}  // namespace

std::string in_words(const Origin& origin) {
  const bool literal_v6 = origin.host.find(':') != std::string::npos;
  const std::string host = literal_v6 ? "[" + origin.host + "]" : origin.host;
  const bool usual = origin.port == (origin.tls ? 443 : 80);
  return fmt::format("{}://{}{}", origin.tls ? "https" : "http", host,
                     usual ? "" : fmt::format(":{}", origin.port));
}

bool breaks_grammar(const HttpExchange& http) {
  const auto is_token = [](std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
      return std::isalnum(c) != 0 || std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
    });
  };
  const auto hosts = std::count_if(http.headers.begin(), http.headers.end(),
                                   [](const Header& header) { return base::same_ignoring_case(header.name, "Host"); });
  const bool target = !http.path.empty() && std::all_of(http.path.begin(), http.path.end(), [](unsigned char c) { return c > 0x20 && c < 0x7F; });
  const bool fields = std::all_of(http.headers.begin(), http.headers.end(), [&](const Header& header) {
    return is_token(header.name) && header.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
  });
  return hosts != 1 || !target || !fields || !is_token(http.method);
}

bool is_safe_method(std::string_view method) { return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE"; }

const Origin& origin_of(const Exchange& exchange) {
  return std::visit([](const auto& e) -> const Origin& { return e.origin; }, exchange);
}

std::string in_words(const Exchange& exchange) {
  return std::visit([](const auto& e) { return words_of(e); }, exchange);
}

std::string fingerprint(const Exchange& exchange) {
  return std::visit([](const auto& e) { return print_of(e); }, exchange);
}

}  // namespace model
