// SPDX-License-Identifier: Apache-2.0
#include "tests/support/peers.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <stdexcept>

#include "pki/certificate.hpp"
#include "pki/owned.hpp"

namespace support {

ScriptedPeer::ScriptedPeer(Script script) : script_(std::move(script)) {
  std::signal(SIGPIPE, SIG_IGN);
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (listener_ < 0 || ::bind(listener_, generic, size) != 0 || ::listen(listener_, 512) != 0 ||
      ::getsockname(listener_, generic, &size) != 0)
    throw std::runtime_error("cannot listen on loopback");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

ScriptedPeer::~ScriptedPeer() {
  closing_ = true;
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);  // wakes scripts that wait for octets
  }
  acceptor_.join();
  for (auto& worker : workers_) worker.join();
  ::close(listener_);
}

void ScriptedPeer::accept_all() {
  while (!closing_) {
    pollfd wait{listener_, POLLIN, 0};
    if (::poll(&wait, 1, 20) <= 0) continue;
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const int number = ++connections_;
    const std::lock_guard lock(mutex_);
    open_.push_back(fd);
    workers_.emplace_back([this, fd, number] {
      script_(fd, number);
      const std::lock_guard done(mutex_);
      std::erase(open_, fd);
      ::close(fd);
    });
  }
}

std::string Visit::request() {
  std::string head = std::move(rest_);
  rest_.clear();
  std::array<char, 4096> buffer{};
  while (head.find("\r\n\r\n") == std::string::npos) {
    const int got = SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size()));
    if (got <= 0) return "";
    head.append(buffer.data(), static_cast<std::size_t>(got));
  }
  const auto end = head.find("\r\n\r\n") + 4;
  rest_ = head.substr(end);
  head.resize(end);
  note_(head);
  return head;
}

void Visit::write(const std::string& octets) { SSL_write(ssl_, octets.data(), static_cast<int>(octets.size())); }

void Visit::serve(const std::string& body) {
  write("HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nCache-Control: no-store\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body);
}

struct TlsPeer::Inside {
  TlsOptions options;
  Script script;
  pki::SslCtx context;
  mutable std::mutex mutex;
  std::vector<std::string> names;
  std::vector<std::string> heads;

  void visit(int fd, int number) {
    const pki::Ssl ssl = pki::acquired<pki::Ssl>(SSL_new(context.get()));
    SSL_set_fd(ssl.get(), fd);
    ERR_clear_error();
    if (SSL_accept(ssl.get()) != 1) return;
    const pki::Cert leaf(SSL_get1_peer_certificate(ssl.get()));
    {
      const std::lock_guard lock(mutex);
      names.push_back(leaf ? pki::facts_of(leaf.get()).common_name : "none");
    }
    Visit visited(ssl.get(), number, [this](const std::string& head) {
      const std::lock_guard lock(mutex);
      heads.push_back(head);
    });
    script(visited);
  }
};

namespace {

extern "C" int give_verdict(X509_STORE_CTX* verification, void* options) {
  const int error = static_cast<const TlsOptions*>(options)->verify_error;
  X509_STORE_CTX_set_error(verification, error == 0 ? X509_V_OK : error);
  return error == 0 ? 1 : 0;
}

}  // namespace

TlsPeer::TlsPeer(TlsOptions options, Script script) : inside_(std::make_shared<Inside>()) {
  inside_->options = std::move(options);
  inside_->script = std::move(script);
  inside_->context = pki::acquired<pki::SslCtx>(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* context = inside_->context.get();
  const TlsOptions& chosen = inside_->options;
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_min_proto_version(context, chosen.lowest);
  SSL_CTX_set_max_proto_version(context, chosen.highest);
  SSL_CTX_set_dh_auto(context, 1);
  if (!chosen.sessions) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  }
  if (SSL_CTX_set_cipher_list(context, chosen.ciphers.c_str()) != 1 ||
      SSL_CTX_use_certificate_chain_file(context, chosen.certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, chosen.key.c_str(), SSL_FILETYPE_PEM) != 1)
    throw std::runtime_error("the test server cannot be set up");
  if (chosen.ask_certificate) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context, give_verdict, &inside_->options);
  }
  peer_ = std::make_unique<ScriptedPeer>([inside = inside_](int fd, int number) { inside->visit(fd, number); });
}

TlsPeer::~TlsPeer() = default;

std::uint16_t TlsPeer::port() const { return peer_->port(); }
int TlsPeer::connections() const { return peer_->connections(); }

std::vector<std::string> TlsPeer::names() const {
  const std::lock_guard lock(inside_->mutex);
  return inside_->names;
}

std::vector<std::string> TlsPeer::heads() const {
  const std::lock_guard lock(inside_->mutex);
  return inside_->heads;
}

}  // namespace support
