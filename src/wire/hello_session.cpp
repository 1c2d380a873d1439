// SPDX-License-Identifier: Apache-2.0
#include "wire/hello_session.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "pki/digest.hpp"
#include "wire/hello.hpp"

namespace wire {

namespace {

constexpr std::size_t most_octets = 256U << 10U;  // of an answer to one hello

std::vector<std::uint8_t> random_octets() {
  const std::string bytes = pki::random_bytes(32);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

using model::Layer;
using model::Outcome;
using model::Side;

// The hello itself carries the server name; the dialling is plain TCP to libcurl.
HelloSession::HelloSession(Surroundings around, model::HelloExchange hello)
    : Session(around, model::Origin{false, hello.origin.host, hello.origin.port}, "", ""),
      hello_(std::move(hello)),
      unsent_(client_hello(hello_, random_octets())) {}

HelloSession::~HelloSession() {
  if (timer_ != 0) loop().cancel(timer_);
  if (fd_ < 0) return;
  loop().unwatch(fd_);
  const linger reset{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
}

void HelloSession::configure(CURL* easy) {
  curl_easy_setopt(easy, CURLOPT_URL, model::in_words(origin()).c_str());
  curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
  // Not FORBID_REUSE: it would close the connection the moment it is made. libcurl never reuses a
  // CONNECT_ONLY connection, and closes it with the handle.
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings().limits.connect.count()));
}

void HelloSession::on_done(CURLcode code) {
  if (code != CURLE_OK) return conclude(ended(code));
  curl_socket_t fd = CURL_SOCKET_BAD;
  if (curl_easy_getinfo(easy(), CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK || fd == CURL_SOCKET_BAD)
    return conclude(ended(CURLE_COULDNT_CONNECT));
  fd_ = fd;
  timer_ = loop().after(settings().limits.exchange, [this] {
    timer_ = 0;
    model::Observation seen = blank();
    seen.outcome = Outcome::timed_out;
    seen.side = Side::target;
    seen.layer = Layer::tls;
    seen.detail = fmt::format("nothing within {} ms", settings().limits.exchange.count());
    if (received_ > 0) seen.detail = fmt::format("{} octets, and then nothing", received_);
    conclude(std::move(seen));
  });
  on_ready();
}

void HelloSession::on_ready() {
  if (!unsent_.empty() && !send_some()) return;
  const short events = unsent_.empty() ? POLLIN : static_cast<short>(POLLOUT | POLLIN);
  loop().watch(fd_, events, [this](short ready) {
    if ((ready & (POLLIN | POLLHUP | POLLERR)) != 0) {
      receive_some();
    } else {
      on_ready();
    }
  });
}

// False when the exchange ended here.
bool HelloSession::send_some() {
  const ssize_t sent = ::send(fd_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
  if (sent >= 0) {
    unsent_.erase(unsent_.begin(), unsent_.begin() + sent);
    return true;
  }
  if (errno == EAGAIN || errno == EINTR) return true;
  model::Observation seen = blank();
  seen.outcome = Outcome::closed;
  seen.side = Side::target;
  seen.layer = Layer::tls;
  seen.detail = "before the hello had left";
  conclude(std::move(seen));
  return false;
}

void HelloSession::receive_some() {
  std::array<std::uint8_t, 16384> buffer{};
  const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return on_ready();
  model::Observation seen = blank();
  seen.side = Side::target;
  seen.layer = Layer::tls;
  if (got <= 0) {
    seen.outcome = Outcome::closed;
    if (got < 0) seen.detail = "reset";
    return conclude(std::move(seen));
  }
  received_ += static_cast<std::size_t>(got);
  answer_.feed({buffer.data(), static_cast<std::size_t>(got)});
  seen.detail = answer_.note();
  switch (answer_.state()) {
    case ServerAnswer::State::incomplete:
      if (received_ > most_octets) {
        seen.outcome = Outcome::answered;
        seen.detail = "an answer without end";
        break;
      }
      return on_ready();
    case ServerAnswer::State::hello:
      seen.outcome = Outcome::answered;
      seen.tls.version = answer_.version();
      seen.tls.suite = answer_.suite();
      if (!answer_.version()) seen.detail = fmt::format("unknown version {}", model::code_text(answer_.version_code()));
      break;
    case ServerAnswer::State::alert:
      seen.outcome = Outcome::refused;
      seen.alert = answer_.alert();
      break;
    case ServerAnswer::State::not_tls:
      seen.outcome = Outcome::answered;
      break;
  }
  conclude(std::move(seen));
}

void HelloSession::conclude(model::Observation seen) {
  if (fd_ >= 0) loop().unwatch(fd_);
  if (timer_ != 0) loop().cancel(timer_);
  timer_ = 0;
  finish(std::move(seen));
}

}  // namespace wire
