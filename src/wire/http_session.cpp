// SPDX-License-Identifier: Apache-2.0
#include "wire/http_session.hpp"

#include <fmt/format.h>
#include <openssl/x509.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "pki/certificate.hpp"
#include "pki/owned.hpp"
#include "wire/http_reader.hpp"

namespace wire {

namespace {

using model::Layer;
using model::Outcome;
using model::Side;

constexpr std::string_view token_characters =
    "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

std::string url_for(const model::Origin& origin, const std::string& server_name, const std::string& path) {
  model::Origin named = origin;
  if (!server_name.empty()) named.host = server_name;
  return model::in_words(named) + path;
}

}  // namespace

// TEST-NET-1 (RFC 5737): an address has no SNI (RFC 6066 3), and this one is never dialled.
std::string url_host(const model::HttpExchange& http) {
  return http.names_server ? http.server_name : "192.0.2.1";
}

Manner manner_of(const model::HttpExchange& http) {
  Manner manner;
  manner.names_server = http.names_server;
  manner.only = http.only;
  return manner;
}

std::string request_head(const model::HttpExchange& http) {
  std::string head = fmt::format("{} {} HTTP/1.1\r\n", http.method, http.path);
  for (const auto& header : http.headers) head += fmt::format("{}: {}\r\n", header.name, header.value);
  // An empty value is sent as "Name:", which is how libcurl writes it too.
  return base::replace_all(std::move(head), ": \r\n", ":\r\n") + "\r\n";
}

bool curl_would_alter(const model::HttpExchange& http) {
  int hosts = 0;
  std::size_t size = 0;
  for (const auto& header : http.headers) {
    if (base::same_ignoring_case(header.name, "Host") && ++hosts > 1) return true;
    if (header.name.empty() || header.name.find_first_not_of(token_characters) != std::string::npos) return true;
    if (header.value != base::trim(header.value)) return true;  // blanks are dropped or trimmed
    if (header.value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) return true;
    size += header.name.size() + header.value.size() + 4;
  }
  const bool host_first = !http.headers.empty() && base::same_ignoring_case(http.headers.front().name, "Host");
  if (hosts == 0 || !host_first || size > 500000) return true;
  if (http.method.empty() || http.method.find_first_not_of(token_characters) != std::string::npos) return true;
  const auto unfit = [](char c) { return c <= ' ' || static_cast<unsigned char>(c) >= 0x7F || c == '#'; };
  return http.path.empty() || http.path.front() != '/' || std::any_of(http.path.begin(), http.path.end(), unfit);
}

HttpSession::HttpSession(Surroundings around, model::HttpExchange http, Manner manner)
    : Session(around, http.origin, http.server_name, http.credential, std::move(manner)), http_(std::move(http)) {}

void HttpSession::configure(CURL* easy) {
  curl_easy_setopt(easy, CURLOPT_URL, url_for(http_.origin, url_host(http_), http_.path).c_str());
  curl_easy_setopt(easy, CURLOPT_REQUEST_TARGET, http_.path.c_str());
  if (http_.connection == model::Connection::fresh) {
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
  }
  if (http_.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (!http_.body.empty()) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(http_.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, http_.body.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, http_.method.c_str());
  for (const auto& header : http_.headers)
    append(headers_, (header.value.empty() ? header.name + ";" : header.name + ": " + header.value).c_str());
  // What libcurl would add by itself, unless we send it.
  for (const char* name : {"User-Agent", "Accept", "Content-Type", "Expect"}) {
    const auto same = [&](const auto& header) { return base::same_ignoring_case(header.name, name); };
    if (std::none_of(http_.headers.begin(), http_.headers.end(), same))
      append(headers_, fmt::format("{}:", name).c_str());
  }
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
  curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, &HttpSession::on_debug);
  curl_easy_setopt(easy, CURLOPT_DEBUGDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &HttpSession::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &HttpSession::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
}

int HttpSession::on_debug(CURL* /*easy*/, curl_infotype type, char* data, std::size_t size, void* self) noexcept {
  if (type != CURLINFO_HEADER_OUT) return 0;
  auto& session = *static_cast<HttpSession*>(self);
  try {
    // The first request only: a CONNECT to a proxy goes out as HEADER_OUT too.
    const std::string_view text(data, size);
    if (!text.starts_with("CONNECT ") || session.http_.method == "CONNECT") session.sent_head_ += text;
  } catch (...) {
    session.cut_ = true;
  }
  return 0;
}

std::size_t HttpSession::on_header(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  auto& session = *static_cast<HttpSession*>(self);
  const std::string_view line(data, size * count);
  try {
    // Trailers are not merged into the header (RFC 9110 6.5.1), whatever they look like.
    if (session.head_ended_) return line.size();
    if (line == "\r\n" || line == "\n") {
      long status = 0;
      curl_easy_getinfo(session.easy(), CURLINFO_RESPONSE_CODE, &status);
      session.head_ended_ = !session.sent_head_.empty() && status >= 200;  // not a proxy's, not an interim one
    }
    if (line.starts_with("HTTP/")) {  // a status line: the head of an interim answer before it is dropped
      session.head_.clear();
      return line.size();
    }
    if (session.head_.size() + line.size() > session.settings().limits.head) {
      session.cut_ = true;
      return 0;
    }
    session.head_ += line;
  } catch (...) {
    return 0;
  }
  return line.size();
}

std::size_t HttpSession::on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  auto& session = *static_cast<HttpSession*>(self);
  const std::size_t length = size * count;
  const std::size_t limit = session.settings().limits.body;
  std::string& body = session.response_.body;
  try {
    body.append(data, std::min(length, limit - std::min(limit, body.size())));
  } catch (...) {
    return 0;
  }
  session.response_.body_bytes += length;
  if (session.response_.body_bytes <= limit) return length;
  session.cut_ = true;
  return 0;  // stops the transfer
}

void HttpSession::on_done(CURLcode code) {
  long status = 0;
  curl_easy_getinfo(easy(), CURLINFO_RESPONSE_CODE, &status);
  const std::string planned = request_head(http_);
  if (!sent_head_.empty() && sent_head_ != planned && !asked_twice()) {
    model::Observation seen = blank();
    seen.outcome = Outcome::not_sent;
    seen.side = Side::ours;
    seen.layer = Layer::http;
    seen.detail = "what left is not what was planned";
    return finish(std::move(seen));
  }
  if (status < 200 || asked_twice()) return finish(ended(code));
  model::Observation seen = blank();
  seen.outcome = Outcome::answered;
  seen.side = Side::target;
  seen.layer = Layer::http;
  response_.status = static_cast<int>(status);
  response_.headers = parse_header_lines(head_);
  response_.truncated = cut_ || code != CURLE_OK;
  if (code != CURLE_OK) seen.detail = cut_ ? "longer than we read" : "the target did not finish its answer";
  capture(response_, settings(), seen);
  finish(std::move(seen));
}

HandshakeSession::HandshakeSession(Surroundings around, model::HandshakeExchange handshake)
    : Session(around, handshake.origin, handshake.server_name, handshake.credential, {.only = handshake.only, .asks_for_status = true}),
      server_name_(std::move(handshake.server_name)) {}

void HandshakeSession::configure(CURL* easy) {
  curl_easy_setopt(easy, CURLOPT_URL, url_for(origin(), server_name_, "/").c_str());
  curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
}

void HandshakeSession::on_done(CURLcode code) {
  model::Observation seen = code == CURLE_OK ? blank() : ended(code);
  if (code == CURLE_OK) {
    seen.outcome = Outcome::answered;
    seen.side = Side::target;
    seen.layer = Layer::tls;
  }
  if (trace() && !trace()->server_leaf.empty()) {
    const unsigned char* at = trace()->server_leaf.data();
    const pki::Cert leaf(d2i_X509(nullptr, &at, static_cast<long>(trace()->server_leaf.size())));
    if (leaf) seen.tls.server = pki::facts_of(leaf.get());
    if (leaf && X509_get_ext_by_NID(leaf.get(), NID_ct_precert_scts, -1) >= 0) seen.tls.stapled.emplace_back("SCT in the certificate");
    if (trace()->status_stapled) seen.tls.stapled.emplace_back("OCSP response");
    for (const auto& der : trace()->server_issuers) {
      at = der.data();
      const pki::Cert issuer(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
      if (issuer) seen.tls.issuers.push_back(pki::facts_of(issuer.get()));
    }
  }
  finish(std::move(seen));
}

}  // namespace wire
