// SPDX-License-Identifier: Apache-2.0
#include "wire/session.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "wire/resolve.hpp"
#include "wire/server_trust.hpp"

namespace wire {

using model::Layer;
using model::Outcome;
using model::Side;

Session::Session(Surroundings around, model::Origin origin, std::string server_name, std::string credential, Manner manner)
    : around_(around),
      origin_(std::move(origin)),
      server_name_(std::move(server_name)),
      credential_(std::move(credential)),
      manner_(std::move(manner)),
      easy_(new_easy()) {}

Session::~Session() {
  if (attached_) around_.transfers.remove(easy_.get());
}

void Session::start(Done done) {
  done_ = std::move(done);
  started_ = Clock::now();
  set_common();
  set_route();
  configure(easy_.get());
  attached_ = true;
  around_.transfers.add(easy_.get(), [this](CURLcode code) { on_done(code); });
}

base::Milliseconds Session::elapsed() const {
  return std::chrono::duration_cast<base::Milliseconds>(Clock::now() - started_);
}

const char* Session::curl_said(CURLcode code) const {
  return error_[0] != '\0' ? error_.data() : curl_easy_strerror(code);
}

void Session::set_common() {
  CURL* easy = easy_.get();
  const Limits& limits = settings().limits;
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_.data());
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(limits.exchange.count()));
  // libcurl counts the TLS handshake as connecting; the time for TCP alone was tried at the start.
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.exchange.count()));
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Session::on_open);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &Session::on_close);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, &around_.sockets);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &Session::before_request);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
  // Verification is ours (server_trust.hpp), so that its failure is known to be ours.
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, &Session::on_context);
  curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, this);
}

// Where the bytes go: the pinned address, through the proxy we resolved ourselves; an http_proxy
// variable must never redirect a hello (src/FACTS.md 6).
void Session::set_route() {
  CURL* easy = easy_.get();
  const std::string& proxy = settings().proxy;
  curl_easy_setopt(easy, CURLOPT_PROXY, proxy.c_str());
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
  if (!proxy.empty()) curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
  const auto pin = settings().pinned.find(fmt::format("{}:{}", origin_.host, origin_.port));
  const std::string dialled = pin != settings().pinned.end() ? pin->second : origin_.host;
  const bool renamed = (!server_name_.empty() && server_name_ != origin_.host) || !manner_.names_server;
  if (dialled == origin_.host && !renamed) return;
  append(connect_to_, fmt::format("::{}", with_port(dialled, origin_.port)).c_str());
  curl_easy_setopt(easy, CURLOPT_CONNECT_TO, connect_to_.get());
}

base::Status Session::prepare_context(SSL_CTX* context) {
  trace_ = attach_trace(context);
  SSL_CTX_set_security_level(context, 0);  // what the target speaks is for us to see, not to refuse
  SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
  SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_IGNORE_UNEXPECTED_EOF);
#ifdef SSL_OP_NO_TX_CERTIFICATE_COMPRESSION
  // OpenSSL 3.2 compresses certificates by itself (RFC 8879): what leaves must be readable as evidence.
  SSL_CTX_set_options(context, SSL_OP_NO_TX_CERTIFICATE_COMPRESSION | SSL_OP_NO_RX_CERTIFICATE_COMPRESSION);
#endif
  if (SSL_CTX_set_cipher_list(context, "DEFAULT:@SECLEVEL=0") != 1)
    return base::Error{base::Trouble::internal, "OpenSSL refuses its own default ciphers", "", ""};
  // Not the name in the hello: a check may send another one there.
  if (auto trusted = require_trust(context, settings(), origin_.host); !trusted)
    return trusted;
  apply_manner(context);
  if (credential_.empty()) return base::Nothing{};
  for (const auto& credential : settings().credentials)
    if (credential->info.label == credential_) return pki::install(context, *credential);
  return base::Error{base::Trouble::internal, "no credential is called " + credential_, "", ""};
}

void Session::apply_manner(SSL_CTX* context) {
  if (manner_.only) {
    SSL_CTX_set_min_proto_version(context, model::wire_code(*manner_.only));
    SSL_CTX_set_max_proto_version(context, model::wire_code(*manner_.only));
  }
  if (manner_.asks_for_status) SSL_CTX_set_tlsext_status_type(context, TLSEXT_STATUSTYPE_ocsp);
  trace_->kept = manner_.resumes ? manner_.resumes : manner_.keeps;
  if (manner_.resumes) {
    offer_session(context);
  } else if (manner_.keeps) {
    keep_session(context);
  }
}

CURLcode Session::on_context(CURL* /*easy*/, void* context, void* self) noexcept {
  auto& session = *static_cast<Session*>(self);
  try {
    const auto prepared = session.prepare_context(static_cast<SSL_CTX*>(context));
    if (prepared) return CURLE_OK;
    session.own_failure_ = base::one_line(prepared.error());
  } catch (...) {
    session.own_failure_ = "out of memory";
  }
  return CURLE_ABORTED_BY_CALLBACK;
}

namespace {

// An answer that nobody asked for lies on the connection: it would be taken for the answer to the next
// request. Alerts and the end of the stream are libcurl's to find.
bool holds_unread_data(int fd) {
  std::uint8_t type = 0;
  return ::recv(fd, &type, 1, MSG_PEEK | MSG_DONTWAIT) == 1 && type == SSL3_RT_APPLICATION_DATA;
}

}  // namespace

// Called before each request that would leave. A second call means that libcurl is repeating the
// request by itself because a reused connection died (src/FACTS.md 4): it may not.
int Session::before_request(void* self, char* /*primary_ip*/, char* /*local_ip*/, int /*primary_port*/,
                            int local_port) noexcept {
  auto& session = *static_cast<Session*>(self);
  if (++session.requests_ > 1) return CURL_PREREQFUNC_ABORT;
  session.reused_ = session.fd_ < 0;
  try {
    auto& open = session.around_.sockets.open;
    if (!session.reused_) {
      open[local_port] = {session.trace_, session.fd_};
    } else if (const auto known = open.find(local_port); known != open.end()) {
      session.trace_ = known->second.trace;
      session.unasked_ = holds_unread_data(known->second.fd);
    }
    if (session.trace_) session.data_before_ = session.trace_->data_in;
  } catch (...) {
    return CURL_PREREQFUNC_ABORT;
  }
  return session.unasked_ ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

curl_socket_t Session::on_open(void* self, curlsocktype /*purpose*/, curl_sockaddr* address) noexcept {
  auto& session = *static_cast<Session*>(self);
  if (session.requests_ > 0) {  // for a repetition of the request
    ++session.requests_;
    return CURL_SOCKET_BAD;
  }
  const int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (fd < 0) return CURL_SOCKET_BAD;
  session.fd_ = fd;
  ++session.around_.sockets.opened;
  session.around_.sockets.state_at_close.erase(fd);
  return fd;
}

int Session::on_close(void* book, curl_socket_t fd) noexcept {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0) {
    try {
      static_cast<SocketBook*>(book)->state_at_close[fd] = info.tcpi_state;
    } catch (...) {
      return ::close(fd);
    }
  }
  return ::close(fd);
}

bool Session::closed_by_target() const {
  const auto at = around_.sockets.state_at_close.find(fd_);
  if (at == around_.sockets.state_at_close.end()) return false;
  return at->second == TCP_CLOSE_WAIT || at->second == TCP_CLOSE || at->second == TCP_LAST_ACK ||
         at->second == TCP_CLOSING;
}

// A close after the first octet of an answer is no refusal of the certificate (probity-judging(7), GRADING).
bool Session::began_to_answer() const { return trace_ && trace_->data_in > data_before_; }

// By the words of the C library: the state of the socket does not tell, for what we send after the target's
// close draws a reset too.
bool Session::was_reset(CURLcode code) const { return std::string_view(curl_said(code)).find("reset by peer") != std::string_view::npos; }

model::Observation Session::blank() const {
  model::Observation seen;
  seen.ms = elapsed().count();
  seen.reused_connection = reused_;
  if (trace_) seen.tls = trace_->seen;
  if (manner_.resumes && seen.tls.session == model::Session::none) seen.tls.session = model::Session::offered;
  return seen;
}

void Session::finish(model::Observation seen) {
  const Done done = std::move(done_);
  done_ = nullptr;
  if (done) done(std::move(seen));
}

model::Observation Session::ended(CURLcode code) const {
  model::Observation seen = blank();
  const auto as = [&](Outcome outcome, Side side, Layer layer, std::string detail) {
    seen.outcome = outcome;
    seen.side = side;
    seen.layer = layer;
    seen.detail = std::move(detail);
    return seen;
  };
  const bool handshake_done = trace_ && trace_->seen.complete;
  const Layer layer = !origin_.tls || handshake_done ? Layer::http : Layer::tls;
  if (!own_failure_.empty()) return as(Outcome::not_sent, Side::ours, Layer::none, own_failure_);
  if (trace_ && trace_->incomplete) return as(Outcome::not_sent, Side::ours, Layer::none, "out of memory");
  if (trace_ && !trace_->verify_error.empty())
    return as(Outcome::not_sent, Side::ours, Layer::tls,
              "the target's certificate does not verify: " + trace_->verify_error);
  // Before the next: libcurl reads what lay there when it closes the connection.
  if (unasked_) return as(Outcome::closed, Side::target, Layer::http, std::string(model::unasked_answer));
  if (began_to_answer() && code != CURLE_OPERATION_TIMEDOUT)
    return as(Outcome::answered, Side::target, Layer::http, "the target broke off its answer before the status");
  if (trace_ && !trace_->alert_in.empty()) {
    seen.alert = trace_->alert_in;
    return as(Outcome::refused, Side::target, Layer::tls, "");
  }
  if (trace_ && !trace_->alert_out.empty()) {
    seen.alert = trace_->alert_out;
    return as(Outcome::not_sent, Side::ours, Layer::tls, curl_said(code));
  }
  if (!settings().proxy.empty() && !trace_ && !reused_) {
    long tunnel = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &tunnel);
    // What went wrong with the proxy is not the target's doing.
    if (tunnel < 200 || tunnel > 299)
      return as(Outcome::unreachable, Side::none, Layer::tcp,
                tunnel == 0 ? fmt::format("through the proxy: {}", curl_said(code)) : fmt::format("the proxy answered {} to CONNECT", tunnel));
  }
  if (asked_twice()) return as(Outcome::closed, Side::target, Layer::http, "on a reused connection");
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY: return as(Outcome::unreachable, Side::none, Layer::tcp, curl_said(code));
    case CURLE_COULDNT_CONNECT: {
      // A reset in answer to SYN is the target's doing; silence is nobody's.
      long reason = 0;
      curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &reason);
      const bool nobody_listens = reason == ECONNREFUSED && settings().proxy.empty();
      return as(Outcome::unreachable, nobody_listens ? Side::target : Side::none, Layer::tcp, curl_said(code));
    }
    case CURLE_OPERATION_TIMEDOUT:
      // TLS begins, and with it a trace, when TCP stands.
      if (!trace_ && !reused_) return as(Outcome::unreachable, Side::none, Layer::tcp, curl_said(code));
      return as(Outcome::timed_out, Side::target, layer,
                fmt::format("nothing within {} ms", settings().limits.exchange.count()));
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return as(Outcome::answered, Side::target, Layer::http, "an answer that is not HTTP");
    default: break;
  }
  if (reused_ || closed_by_target()) return as(Outcome::closed, Side::target, layer, was_reset(code) ? "reset" : "");
  return as(Outcome::not_sent, Side::ours, layer, curl_said(code));
}

}  // namespace wire
