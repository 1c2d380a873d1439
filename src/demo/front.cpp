// SPDX-License-Identifier: Apache-2.0
#include "demo/front.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

namespace demo {

namespace {

using base::Error;
using base::Trouble;
using Octets = std::vector<std::uint8_t>;

constexpr int poll_slice_ms = 50;   // how soon a waiting thread notices that the door closes

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

bool is_ssl2_hello(const Octets& first) { return first.size() >= 3 && (first[0] & 0x80U) != 0 && first[2] == 1; }

bool is_ssl3_hello(const Octets& first) {
  return first.size() >= 11 && first[0] == 22 && first[1] == 3 && first[9] == 3 && first[10] == 0;
}

bool is_tls(const Octets& first) { return !first.empty() && (first[0] == 22 || (first[0] & 0x80U) != 0); }

// Whether an SSLv3 ClientHello offers a suite.
bool offers(const Octets& hello, std::uint8_t high, std::uint8_t low) {
  if (hello.size() < 44) return false;
  std::size_t at = 43;                              // record 5, handshake 4, version 2, random 32
  at += std::size_t{1} + hello[at];                              // session id
  if (hello.size() < at + 2) return false;
  const std::size_t end = at + 2 + static_cast<std::size_t>((hello[at] << 8U) | hello[at + 1]);
  for (at += 2; at + 2 <= end && at + 2 <= hello.size(); at += 2)
    if (hello[at] == high && hello[at + 1] == low) return true;
  return false;
}

// Where the list of compression methods of a ClientHello begins; 0 when it has none.
std::size_t compression_at(const Octets& hello) {
  if (hello.size() < 44 || hello[0] != 22) return 0;
  std::size_t at = std::size_t{44} + hello[43];
  if (hello.size() < at + 2) return 0;
  at += 2 + static_cast<std::size_t>((hello[at] << 8U) | hello[at + 1]);
  return at < hello.size() ? at : 0;
}

bool offers_compression(const Octets& hello) {
  const std::size_t at = compression_at(hello);
  return at != 0 && hello[at] > 1;
}

void replace_suite(Octets& hello, std::array<std::uint8_t, 2> from, std::array<std::uint8_t, 2> to) {
  const std::size_t end = compression_at(hello);
  for (std::size_t at = end == 0 ? 0 : std::size_t{46} + hello[43]; at + 2 <= end; at += 2)
    if (hello[at] == from[0] && hello[at + 1] == from[1]) std::copy(to.begin(), to.end(), hello.begin() + static_cast<std::ptrdiff_t>(at));
}

bool is_server_hello(const Octets& answer) { return answer.size() > 47 && answer[0] == 22 && answer[5] == 2; }

void set_compression(Octets& answer) {
  if (!is_server_hello(answer)) return;
  const std::size_t at = std::size_t{46} + answer[43];
  if (at < answer.size()) answer[at] = 1;
}

// Its type becomes one that nobody has.
void hide_renegotiation_info(Octets& answer) {
  if (!is_server_hello(answer)) return;
  const std::array<std::uint8_t, 5> extension = {0xFF, 0x01, 0x00, 0x01, 0x00};
  const auto at = std::search(answer.begin(), answer.end(), extension.begin(), extension.end());
  if (at != answer.end()) *(at + 1) = 0x7F;
}

// A ServerHello of SSLv3 with TLS_DHE_RSA_WITH_AES_256_CBC_SHA, a suite of the list: the version is
// the fault, not the suite.
Octets ssl3_server_hello() {
  Octets hello = {22, 3, 0, 0, 42, 2, 0, 0, 38, 3, 0};
  hello.insert(hello.end(), 32, 0x5A);
  const Octets rest = {0, 0x00, 0x39, 0};
  hello.insert(hello.end(), rest.begin(), rest.end());
  return hello;
}

// RFC 6066 3: not recommended, and at the level warning.
constexpr std::array<std::uint8_t, 7> name_warning = {21, 3, 3, 0, 2, 1, 112};

// Whether a hello holds a name under a domain that cannot exist (RFC 6761 6.4).
bool names_nobody(const Octets& hello) {
  constexpr std::string_view domain = ".invalid";
  return std::search(hello.begin(), hello.end(), domain.begin(), domain.end()) != hello.end();
}

constexpr std::array<std::uint8_t, 7> ssl3_refusal = {21, 3, 0, 0, 2, 2, 40};

// An SSLv2 SERVER-HELLO: no certificate worth the name, one kind of cipher, a connection id.
Octets ssl2_server_hello() {
  const Octets body = {4, 0, 1, 0, 2, 0, 0, 0, 3, 0, 16, 0x07, 0x00, 0xC0};
  Octets hello = {0x80, static_cast<std::uint8_t>(body.size() + 16)};
  hello.insert(hello.end(), body.begin(), body.end());
  hello.insert(hello.end(), 16, 0x5A);
  return hello;
}

template <class Bytes>
void answer(int fd, const Bytes& bytes) {
  (void)!::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

}  // namespace

bool Front::needed(const Faults& faults) {
  for (const auto* fault : {"accepts-sslv2", "accepts-sslv3", "serves-plain-http-on-tls-port", "says-nothing", "compresses", "lacks-secure-renegotiation",
                            "ignores-fallback-scsv", "warns-of-unknown-names"})
    if (faults.contains(fault)) return true;
  return false;
}

base::Result<std::unique_ptr<Front>> Front::open(std::uint16_t port, Behind behind, const Faults& faults) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address = loopback(port);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (fd < 0 || ::bind(fd, generic, size) != 0 || ::listen(fd, 512) != 0 || ::getsockname(fd, generic, &size) != 0) {
    const Error error{Trouble::unreachable, "cannot listen: " + std::generic_category().message(errno),
                      "127.0.0.1:" + std::to_string(port), "choose another --port, or 0"};
    if (fd >= 0) ::close(fd);
    return error;
  }
  return std::unique_ptr<Front>(new Front(fd, ntohs(address.sin_port), behind, faults));
}

Front::Front(int listener, std::uint16_t port, Behind behind, const Faults& faults)
    : listener_(listener), port_(port), behind_(behind), faults_(faults), acceptor_([this] { accept_all(); }) {}

Front::~Front() {
  closing_ = true;
  acceptor_.join();
  for (auto& worker : workers_) worker.join();
  ::close(listener_);
}

bool Front::wait_for(int fd, short events) const {
  while (!closing_) {
    pollfd wait{fd, events, 0};
    if (::poll(&wait, 1, poll_slice_ms) > 0) return true;
  }
  return false;
}

void Front::accept_all() {
  while (wait_for(listener_, POLLIN)) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    const int on = 1;
    ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::lock_guard lock(mutex_);
    workers_.emplace_back([this, client] {
      serve(client);
      ::close(client);
    });
  }
}

int Front::connect_to(std::uint16_t port) const {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (fd >= 0 && ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  if (fd >= 0) ::close(fd);
  return -1;
}

void Front::serve(int client) {
  if (faults_.contains("says-nothing")) {
    std::array<char, 4096> ignored{};
    while (wait_for(client, POLLIN) && ::recv(client, ignored.data(), ignored.size(), 0) > 0) {
    }
    return;
  }
  if (!wait_for(client, POLLIN)) return;
  Octets first(4096);
  const ssize_t got = ::recv(client, first.data(), first.size(), MSG_PEEK);
  if (got <= 0) return;
  first.resize(static_cast<std::size_t>(got));
  if (is_ssl2_hello(first) && faults_.contains("accepts-sslv2")) return answer(client, ssl2_server_hello());
  if (is_ssl3_hello(first) && faults_.contains("accepts-sslv3")) {
    if (offers(first, 0x00, 0x39)) return answer(client, ssl3_server_hello());
    return answer(client, ssl3_refusal);
  }
  if (faults_.contains("warns-of-unknown-names") && names_nobody(first)) answer(client, name_warning);
  const bool plain = !is_tls(first) && faults_.contains("serves-plain-http-on-tls-port");
  const int server = connect_to(plain ? behind_.plain_port : behind_.tls_port);
  if (server < 0) return;
  if (needs_forging(first)) {
    forge(client, server, first);
  } else {
    relay(client, server);
  }
  ::close(server);
}

// Only hellos that no TLS library sends are answered with lies: real clients would notice.
bool Front::needs_forging(const Octets& hello) const {
  if (offers_compression(hello)) return faults_.contains("compresses") || faults_.contains("lacks-secure-renegotiation");
  return offers(hello, 0x56, 0x00) && faults_.contains("ignores-fallback-scsv");
}

// Passes one hello and one answer, each changed as the fault asks.
void Front::forge(int client, int server, Octets hello) const {
  Octets taken(hello.size());
  (void)!::recv(client, taken.data(), taken.size(), 0);
  if (faults_.contains("ignores-fallback-scsv")) replace_suite(hello, {0x56, 0x00}, {0x00, 0xFF});
  answer(server, hello);
  Octets said(16384);
  while (wait_for(server, POLLIN)) {
    const ssize_t got = ::recv(server, said.data(), said.size(), 0);
    if (got <= 0) return;
    Octets part(said.begin(), said.begin() + got);
    if (faults_.contains("compresses")) set_compression(part);
    if (faults_.contains("lacks-secure-renegotiation")) hide_renegotiation_info(part);
    answer(client, part);
  }
}

void Front::relay(int client, int server) {
  std::array<char, 16384> buffer{};
  while (!closing_) {
    std::array<pollfd, 2> both = {pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
    if (::poll(both.data(), both.size(), poll_slice_ms) <= 0) continue;
    for (std::size_t i = 0; i < 2; ++i) {
      if (both[i].revents == 0) continue;
      const ssize_t got = ::recv(both[i].fd, buffer.data(), buffer.size(), 0);
      if (got <= 0) return;
      const char* at = buffer.data();
      for (ssize_t left = got; left > 0;) {
        const ssize_t sent = ::send(both[1 - i].fd, at, static_cast<std::size_t>(left), MSG_NOSIGNAL);
        if (sent <= 0) return;
        at += sent;
        left -= sent;
      }
    }
  }
}

}  // namespace demo
