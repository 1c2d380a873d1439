// SPDX-License-Identifier: Apache-2.0
#include "wire/hello_session.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "pki/certificate.hpp"
#include "pki/digest.hpp"
#include "wire/hello.hpp"

namespace wire {

namespace {

constexpr std::size_t most_octets = 256U << 10U;  // of an answer to one hello

// What a server sends after its ServerHello is ready with it; a slow one need not hold up a survey.
constexpr base::Milliseconds rest_of_flight{2000};

std::vector<std::uint8_t> random_octets() {
  const std::string bytes = pki::random_bytes(32);
  return {bytes.begin(), bytes.end()};
}

std::optional<model::CertificateFacts> facts_of(const std::vector<std::uint8_t>& der, LastLeaf& last) {
  if (der == last.der) return last.facts;
  const auto* at = der.data();
  const pki::Cert leaf(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  last.der = der;
  last.facts.reset();
  if (leaf) last.facts = pki::facts_of(leaf.get());
  return last.facts;
}

void tell_flight(const ServerFlight& flight, LastLeaf& last, model::Observation& seen) {
  seen.tls.flight = flight.seen;
  seen.tls.certificate_requested = flight.certificate_requested;
  for (const auto& der : flight.ca_names) {
    const auto* at = der.data();
    X509_NAME* name = d2i_X509_NAME(nullptr, &at, static_cast<long>(der.size()));
    if (name != nullptr) seen.tls.ca_names.push_back(pki::text_of(name));
    X509_NAME_free(name);
  }
  if (!flight.chain.empty()) seen.tls.server = facts_of(flight.chain.front(), last);
  ERR_clear_error();
  if (!flight.note.empty()) seen.detail = flight.note;
}

void tell_hello(const ServerAnswer& answer, const model::HelloExchange& asked, LastLeaf& last, model::Observation& seen) {
  seen.tls.version = answer.version();
  seen.tls.suite = answer.suite();
  if (!answer.version()) seen.detail = fmt::format("unknown version {}", model::code_text(answer.version_code()));
  if (answer.version() == model::TlsVersion::ssl2) {
    seen.tls.ssl2_kinds = answer.ssl2_kinds();
  } else if (asked.whole_flight || asked.groups.size() == 1 || answer.version() == model::TlsVersion::tls1_3) {
    tell_flight(answer.flight(), last, seen);
  }
}

}  // namespace

using model::Layer;
using model::Outcome;
using model::Side;

// The hello itself carries the server name; the dialling is plain TCP to libcurl.
HelloSession::HelloSession(Surroundings around, model::HelloExchange hello)
    : Session(around, model::Origin{false, hello.origin.host, hello.origin.port}, "", ""),
      hello_(std::move(hello)),
      unsent_(client_hello(hello_, random_octets())),
      sent_(hello_.then == model::Sequel::none ? std::vector<std::uint8_t>{} : unsent_),
      answer_(hello_.whole_flight) {}

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
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 1024L);  // it only dials
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
  wait_for(settings().limits.exchange);
  on_ready();
}

void HelloSession::wait_for(base::Milliseconds limit) {
  if (timer_ != 0) loop().cancel(timer_);
  timer_ = loop().after(limit, [this] {
    timer_ = 0;
    on_timeout();
  });
}

void HelloSession::on_timeout() {
  if (reaction_) return conclude_sequel(model::SequelSeen::End::silent);
  // The ServerHello came: that is an answer, even when what should follow does not.
  if (answer_.state() == ServerAnswer::State::hello) return conclude_answer("and then nothing");
  model::Observation seen = blank();
  seen.outcome = Outcome::timed_out;
  seen.side = Side::target;
  seen.layer = Layer::tls;
  seen.detail = fmt::format("nothing within {} ms", settings().limits.exchange.count());
  if (received_ > 0) seen.detail = fmt::format("{} octets, and then nothing", received_);
  conclude(std::move(seen));
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
  if (reaction_) {
    conclude_sequel(model::SequelSeen::End::closed);
    return false;
  }
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
  if (got <= 0) return ended_by_target(got < 0);
  const std::span octets(buffer.data(), static_cast<std::size_t>(got));
  received_ += octets.size();
  if (reaction_) return receive_reaction(octets);
  receive_answer(octets);
}

void HelloSession::receive_answer(std::span<const std::uint8_t> octets) {
  const bool had_hello = answer_.state() == ServerAnswer::State::hello;
  answer_.feed(octets);
  if (answer_.ended() && begin_sequel()) return on_ready();
  if (answer_.ended()) return conclude_answer("");
  if (received_ > most_octets) return conclude_answer("an answer without end");
  if (!had_hello && answer_.state() == ServerAnswer::State::hello) wait_for(std::min(settings().limits.exchange, rest_of_flight));
  on_ready();
}

void HelloSession::receive_reaction(std::span<const std::uint8_t> octets) {
  reaction_->feed(octets);
  if (reaction_->ended() || received_ > most_octets) return conclude_sequel(model::SequelSeen::End::closed);
  on_ready();
}

void HelloSession::ended_by_target(bool reset) {
  if (reaction_) return conclude_sequel(model::SequelSeen::End::closed);
  if (answer_.state() == ServerAnswer::State::hello) return conclude_answer("and then closed");
  model::Observation seen = blank();
  seen.side = Side::target;
  seen.layer = Layer::tls;
  seen.outcome = Outcome::closed;
  if (reset) seen.detail = "reset";
  conclude(std::move(seen));
}

// False when there is none, or the server gave no ground for it.
bool HelloSession::begin_sequel() {
  if (hello_.then == model::Sequel::none || answer_.state() != ServerAnswer::State::hello || !answer_.version()) return false;
  const pki::Credential* shown = nullptr;
  for (const auto& credential : settings().credentials)
    if (!hello_.credential.empty() && credential->info.label == hello_.credential) shown = credential.get();
  unsent_ = sequel_octets(hello_, {sent_, answer_, shown});
  if (unsent_.empty()) return false;
  reaction_.emplace();
  wait_for(std::min(settings().limits.exchange, rest_of_flight));
  return true;
}

void HelloSession::conclude_sequel(model::SequelSeen::End otherwise) {
  model::Observation seen = answered();
  seen.tls.sequel = reaction_->seen(otherwise);
  seen.tls.beyond = reaction_->beyond();
  conclude(std::move(seen));
}

void HelloSession::conclude_answer(std::string detail) {
  model::Observation seen = answered();
  if (!detail.empty()) seen.detail = std::move(detail);
  conclude(std::move(seen));
}

// What the answer to the hello alone amounts to.
model::Observation HelloSession::answered() const {
  model::Observation seen = blank();
  seen.side = Side::target;
  seen.layer = Layer::tls;
  seen.outcome = Outcome::answered;
  seen.detail = answer_.note();
  seen.excerpt = settings().evidence == Evidence::none || settings().evidence == Evidence::headers ? "" : answer_.octets();
  switch (answer_.state()) {
    case ServerAnswer::State::incomplete:
    case ServerAnswer::State::not_tls: break;
    case ServerAnswer::State::hello:
      tell_hello(answer_, hello_, last_leaf(), seen);
      break;
    case ServerAnswer::State::alert:
      seen.outcome = Outcome::refused;
      seen.alert = answer_.alert();
      break;
  }
  return seen;
}

void HelloSession::conclude(model::Observation seen) {
  if (fd_ >= 0) loop().unwatch(fd_);
  if (timer_ != 0) loop().cancel(timer_);
  timer_ = 0;
  finish(std::move(seen));
}

}  // namespace wire
