// SPDX-License-Identifier: Apache-2.0
#include "wire/tls_session.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "wire/cbc_record.hpp"

namespace wire {

using model::Layer;
using model::Outcome;
using model::Renegotiation;
using model::Side;

namespace {

// For what a target may leave out: a ticket after the handshake, an answer to the wish to renegotiate.
constexpr base::Milliseconds optional_answer{2000};
constexpr int most_reads = 64;   // of data that nobody asked for, while a ticket is awaited

std::string reason(unsigned long error) {
  const char* text = ERR_reason_error_string(error);
  return text == nullptr ? "" : text;
}

}  // namespace

TlsSession::TlsSession(Surroundings around, model::HandshakeExchange handshake, Manner manner)
    : Session(around, model::Origin{false, handshake.origin.host, handshake.origin.port}, "", handshake.credential, manner),
      handshake_(std::move(handshake)),
      keeps_(manner.keeps != nullptr),
      resumes_(manner.resumes) {}

TlsSession::~TlsSession() {
  if (timer_ != 0) loop().cancel(timer_);
  if (fd_ >= 0) loop().unwatch(fd_);
}

void TlsSession::configure(CURL* easy) {
  curl_easy_setopt(easy, CURLOPT_URL, model::in_words(origin()).c_str());
  curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings().limits.connect.count()));
}

void TlsSession::on_done(CURLcode code) {
  curl_socket_t fd = CURL_SOCKET_BAD;
  if (code != CURLE_OK) return conclude(ended(code));
  if (curl_easy_getinfo(easy(), CURLINFO_ACTIVESOCKET, &fd) != CURLE_OK || fd == CURL_SOCKET_BAD)
    return conclude(ended(CURLE_COULDNT_CONNECT));
  fd_ = fd;
  if (const auto ready = set_up(); !ready) {
    model::Observation seen = blank();
    seen.side = Side::ours;
    seen.detail = base::one_line(ready.error());
    return conclude(std::move(seen));
  }
  wait_for(settings().limits.exchange);
  step();
}

base::Status TlsSession::set_up() {
  context_ = pki::acquired<pki::SslCtx>(SSL_CTX_new(TLS_client_method()));
  if (auto status = prepare_context(context_.get()); !status) return status;
  // A target without RFC 5746 is to be asked too.
  SSL_CTX_set_options(context_.get(), SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION);
  if (handshake_.resumes != model::Resumption::ticket) SSL_CTX_set_options(context_.get(), SSL_OP_NO_TICKET);
  if (auto status = set_padding(); !status) return status;
  if (handshake_.short_session_id && resumes_) shorten_id(*resumes_, *trace());
  ssl_ = pki::acquired<pki::Ssl>(SSL_new(context_.get()));
  // SSL_set_tlsext_host_name, without the cast that its macro makes.
  char* name = handshake_.server_name.data();
  const bool named = handshake_.server_name.empty() || SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name) == 1;
  if (!named || SSL_set_fd(ssl_.get(), fd_) != 1)
    return base::Error{base::Trouble::internal, "OpenSSL takes no connection", "", ""};
  SSL_set_connect_state(ssl_.get());
  return base::Nothing{};
}

// Only suites whose records can be made by hand, in the manner that was attacked.
base::Status TlsSession::set_padding() {
  if (handshake_.padding == model::Padding::usual) return base::Nothing{};
  SSL_CTX_set_options(context_.get(), SSL_OP_NO_ENCRYPT_THEN_MAC);
  if (SSL_CTX_set_cipher_list(context_.get(), cbc_list().c_str()) != 1)
    return base::Error{base::Trouble::internal, "OpenSSL has no CBC suite", "", ""};
  return base::Nothing{};
}

// A small request, in the first record after our Finished. False when it could not be made or sent.
bool TlsSession::send_record() {
  constexpr std::uint64_t after_finished = 1;
  std::array<std::uint8_t, 32> client{}, server{};
  std::array<std::uint8_t, SSL_MAX_MASTER_KEY_LENGTH> master{};
  const std::size_t length = SSL_SESSION_get_master_key(SSL_get_session(ssl_.get()), master.data(), master.size());
  if (SSL_version(ssl_.get()) != TLS1_2_VERSION || SSL_get_client_random(ssl_.get(), client.data(), client.size()) != client.size() ||
      SSL_get_server_random(ssl_.get(), server.data(), server.size()) != server.size())
    return false;
  const auto keys = client_keys(SSL_CIPHER_get_protocol_id(SSL_get_current_cipher(ssl_.get())), std::span(master).first(length), client, server);
  OPENSSL_cleanse(master.data(), master.size());
  if (!keys) return false;
  const std::string request = fmt::format("HEAD / HTTP/1.1\r\nHost: {}\r\nUser-Agent: probity\r\nConnection: close\r\n\r\n",
                                          handshake_.server_name.empty() ? handshake_.origin.host : handshake_.server_name);
  const std::vector<std::uint8_t> plain(request.begin(), request.end());
  const auto record = sealed(*keys, {after_finished, SSL3_RT_APPLICATION_DATA}, plain, handshake_.padding);
  return !record.empty() && ::send(fd_, record.data(), record.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(record.size());
}

// Other data than an answer to the request is nothing to us: some servers speak first.
void TlsSession::react(int result) {
  constexpr std::string_view http = "HTTP/";
  if (result > 0 && answer_.starts_with(http)) return reacted(model::SequelSeen::End::answered);
  if (result > 0) return reacted(model::SequelSeen::End::silent);
  const int why = SSL_get_error(ssl_.get(), result);
  if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return wait(why);
  reacted(trace()->alert_in.empty() ? model::SequelSeen::End::closed : model::SequelSeen::End::alert);
}

void TlsSession::reacted(model::SequelSeen::End end) {
  model::Observation seen = blank();
  seen.outcome = Outcome::answered;
  seen.side = Side::target;
  seen.layer = Layer::tls;
  seen.tls.sequel = model::SequelSeen{end, trace()->alert_in, {}};
  conclude(std::move(seen));
}

// One step of what is under way, in OpenSSL's terms: above 0 when it is done.
int TlsSession::advance() {
  std::array<char, 4096> ignored{};
  if (stage_ == Stage::reaction) {
    const int got = SSL_read(ssl_.get(), ignored.data(), ignored.size());
    if (got > 0) answer_.append(ignored.data(), static_cast<std::size_t>(std::min(got, 16)));
    return got;
  }
  if (stage_ == Stage::tickets) return SSL_read(ssl_.get(), ignored.data(), ignored.size());
  return SSL_do_handshake(ssl_.get());
}

void TlsSession::step() {
  ERR_clear_error();
  int result = advance();
  if (stage_ == Stage::reaction) return react(result);
  // A target that speaks first says nothing we wait for, and may go on for ever.
  while (stage_ == Stage::tickets && result > 0 && !trace()->kept->session && ++reads_ < most_reads) result = advance();
  if (stage_ == Stage::tickets && (trace()->kept->session || reads_ >= most_reads)) return conclude_answer();
  if (stage_ == Stage::renegotiation && trace()->hello_answered) return renegotiated(Renegotiation::begun);
  if (result > 0) {
    if (stage_ == Stage::handshake) return handshake_done();
    return renegotiated(Renegotiation::begun);
  }
  const int why = SSL_get_error(ssl_.get(), result);
  if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return wait(why);
  broken(why);
}

void TlsSession::handshake_done() {
  if (keeps_ && !trace()->kept->session && SSL_version(ssl_.get()) >= TLS1_3_VERSION) {
    stage_ = Stage::tickets;
  } else if (handshake_.renegotiates && SSL_version(ssl_.get()) < TLS1_3_VERSION) {
    stage_ = Stage::renegotiation;
    trace()->hello_answered = false;
    if (SSL_renegotiate(ssl_.get()) != 1) return conclude_answer();
  } else if (handshake_.padding != model::Padding::usual) {
    if (!send_record()) return conclude_answer();
    stage_ = Stage::reaction;
  } else {
    return conclude_answer();
  }
  wait_for(std::min(settings().limits.exchange, optional_answer));
  step();
}

void TlsSession::wait(int why) {
  loop().watch(fd_, why == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN, [this](short) { step(); });
}

void TlsSession::wait_for(base::Milliseconds limit) {
  if (timer_ != 0) loop().cancel(timer_);
  timer_ = loop().after(limit, [this] {
    timer_ = 0;
    on_timeout();
  });
}

void TlsSession::on_timeout() {
  if (stage_ == Stage::tickets) return conclude_answer();
  if (stage_ == Stage::renegotiation) return renegotiated(Renegotiation::ignored);
  if (stage_ == Stage::reaction) return reacted(model::SequelSeen::End::silent);
  model::Observation seen = blank();
  seen.outcome = Outcome::timed_out;
  seen.side = Side::target;
  seen.layer = Layer::tls;
  seen.detail = fmt::format("nothing within {} ms", settings().limits.exchange.count());
  conclude(std::move(seen));
}

void TlsSession::broken(int why) {
  const unsigned long error = ERR_peek_error();
  if (stage_ == Stage::handshake) return handshake_broken(why);
  if (stage_ == Stage::tickets) return conclude_answer();
  // OpenSSL gives up by itself at the warning; the trace holds fatal alerts only.
  if (ERR_GET_REASON(error) == SSL_R_NO_RENEGOTIATION) return renegotiated(Renegotiation::refused, "no_renegotiation");
  if (!trace()->alert_in.empty()) return renegotiated(Renegotiation::refused, trace()->alert_in);
  if (why == SSL_ERROR_SYSCALL || why == SSL_ERROR_ZERO_RETURN || ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
    return renegotiated(Renegotiation::closed);
  renegotiated(Renegotiation::none, "our side ended it: " + reason(error));
}

void TlsSession::handshake_broken(int why) {
  model::Observation seen = blank();
  seen.layer = Layer::tls;
  seen.side = Side::target;
  if (!trace()->verify_error.empty()) {
    seen.side = Side::ours;
    seen.detail = "the target's certificate does not verify: " + trace()->verify_error;
  } else if (!trace()->alert_in.empty()) {
    seen.outcome = Outcome::refused;
    seen.alert = trace()->alert_in;
  } else if (!trace()->alert_out.empty() || (why == SSL_ERROR_SSL && ERR_GET_REASON(ERR_peek_error()) != SSL_R_UNEXPECTED_EOF_WHILE_READING)) {
    seen.side = Side::ours;
    seen.alert = trace()->alert_out;
    seen.detail = reason(ERR_peek_error());
  } else {
    seen.outcome = Outcome::closed;
  }
  conclude(std::move(seen));
}

void TlsSession::renegotiated(Renegotiation how, std::string detail) {
  renegotiation_ = how;
  detail_ = std::move(detail);
  conclude_answer();
}

// The handshake was completed, whatever came of what followed.
void TlsSession::conclude_answer() {
  model::Observation seen = blank();
  seen.outcome = Outcome::answered;
  seen.side = Side::target;
  seen.layer = Layer::tls;
  seen.tls.renegotiation = renegotiation_;
  seen.detail = detail_;
  if (stage_ != Stage::renegotiation) SSL_shutdown(ssl_.get());   // else a session would count as broken off
  conclude(std::move(seen));
}

void TlsSession::conclude(model::Observation seen) {
  if (fd_ >= 0) loop().unwatch(fd_);
  if (timer_ != 0) loop().cancel(timer_);
  timer_ = 0;
  ERR_clear_error();
  finish(std::move(seen));
}

}  // namespace wire
