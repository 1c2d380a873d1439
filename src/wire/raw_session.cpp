// SPDX-License-Identifier: Apache-2.0
#include "wire/raw_session.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <array>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "wire/capture.hpp"
#include "wire/http_session.hpp"

namespace wire {

using model::Layer;
using model::Outcome;
using model::Side;

RawSession::RawSession(Surroundings around, model::HttpExchange http)
    : Session(around, http.origin, http.server_name, http.origin.tls ? http.credential : "", manner_of(http)),
      http_(std::move(http)),
      unsent_(request_head(http_) + http_.body),
      reader_(settings().limits.head, settings().limits.body, http_.method == "HEAD") {}

RawSession::~RawSession() {
  if (timer_ != 0) loop().cancel(timer_);
  if (fd_ >= 0) loop().unwatch(fd_);
}

void RawSession::configure(CURL* easy) {
  model::Origin named = http_.origin;
  if (const auto host = url_host(http_); http_.origin.tls && !host.empty()) named.host = host;
  curl_easy_setopt(easy, CURLOPT_URL, model::in_words(named).c_str());
  curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
  // Not FORBID_REUSE: it would close the connection the moment it is made. libcurl never reuses a
  // CONNECT_ONLY connection, and closes it with the handle.
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  if (!http_.origin.tls)
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings().limits.connect.count()));
}

void RawSession::on_done(CURLcode code) {
  if (code != CURLE_OK) return conclude(ended(code));
  curl_socket_t fd = CURL_SOCKET_BAD;
  if (curl_easy_getinfo(easy(), CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK || fd == CURL_SOCKET_BAD)
    return conclude(ended(CURLE_COULDNT_CONNECT));
  fd_ = fd;
  timer_ = loop().after(settings().limits.exchange, [this] {
    timer_ = 0;
    if (reader_.status() != 0) return answered();
    model::Observation seen = blank();
    seen.outcome = Outcome::timed_out;
    seen.side = Side::target;
    seen.layer = Layer::http;
    seen.detail = fmt::format("nothing within {} ms", settings().limits.exchange.count());
    conclude(std::move(seen));
  });
  on_ready();
}

void RawSession::watch() {
  loop().watch(fd_, unsent_.empty() ? POLLIN : static_cast<short>(POLLIN | POLLOUT), [this](short) { on_ready(); });
}

void RawSession::on_ready() {
  if (!unsent_.empty() && !send_some()) return;
  if (receive_some()) watch();
}

// False when the exchange ended here.
bool RawSession::send_some() {
  std::size_t sent = 0;
  const CURLcode code = curl_easy_send(easy(), unsent_.data(), unsent_.size(), &sent);
  if (code == CURLE_AGAIN) return true;
  if (code == CURLE_OK) {
    unsent_.erase(0, sent);
    return true;
  }
  // The target may have answered and closed before it had everything; read what there is.
  unsent_.clear();
  return true;
}

bool RawSession::receive_some() {
  std::array<char, 16384> buffer{};
  while (true) {
    std::size_t got = 0;
    const CURLcode code = curl_easy_recv(easy(), buffer.data(), buffer.size(), &got);
    if (code == CURLE_AGAIN) return true;
    if (code == CURLE_OK && got > 0) {
      received_ += got;
      reader_.feed({buffer.data(), got});
      if (reader_.state() == HttpReader::State::complete) return answered(), false;
      if (reader_.state() == HttpReader::State::not_http) return not_http(), false;
      continue;
    }
    reader_.end();
    if (reader_.state() == HttpReader::State::complete) return answered(), false;
    if (received_ > 0) return not_http(), false;
    model::Observation seen = blank();
    seen.side = Side::target;
    seen.outcome = Outcome::closed;
    seen.layer = Layer::http;
    if (trace() && !trace()->alert_in.empty()) {
      seen.outcome = Outcome::refused;
      seen.alert = trace()->alert_in;
      seen.layer = Layer::tls;
    }
    return conclude(std::move(seen)), false;
  }
}

void RawSession::answered() {
  model::Observation seen = blank();
  seen.outcome = Outcome::answered;
  seen.side = Side::target;
  seen.layer = Layer::http;
  const Response response{reader_.status(), reader_.headers(), reader_.body(), reader_.body().size(),
                          reader_.truncated()};
  capture(response, settings(), seen);
  conclude(std::move(seen));
}

// A TLS alert in answer to plain HTTP is a refusal; anything else is an answer we cannot read.
void RawSession::not_http() {
  model::Observation seen = blank();
  seen.side = Side::target;
  const std::string& rest = reader_.rest();
  const bool alert = rest.size() >= 7 && rest[0] == 21 && rest[1] == 3;
  if (alert) {
    seen.outcome = Outcome::refused;
    seen.layer = Layer::tls;
    seen.alert = model::alert_name(static_cast<std::uint8_t>(rest[6]));
  } else {
    seen.outcome = Outcome::answered;
    seen.layer = Layer::http;
    seen.detail = "an answer that is not HTTP";
    seen.excerpt = base::shortened(base::printable(std::string_view(rest).substr(0, 256)), 200);
  }
  conclude(std::move(seen));
}

void RawSession::conclude(model::Observation seen) {
  if (fd_ >= 0) loop().unwatch(fd_);
  if (timer_ != 0) loop().cancel(timer_);
  timer_ = 0;
  finish(std::move(seen));
}

}  // namespace wire
