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
#include <utility>

#include "demo/padding_repair.hpp"

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
  for (const auto* fault : {"accepts-sslv2", "accepts-sslv3", "serves-plain-http-on-tls-port", "says-nothing", "warns-of-unknown-names",
                            "ignores-cbc-padding"})
    if (faults.contains(fault)) return true;
  return Flaws::needed(faults);
}

base::Result<std::unique_ptr<Front>> Front::open(std::uint16_t port, const Behind& behind, const Faults& faults) {
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

Front::Front(int listener, std::uint16_t port, const Behind& behind, const Faults& faults)
    : listener_(listener), port_(port), behind_(behind), faults_(faults), flaws_(faults, behind.key), acceptor_([this] { accept_all(); }) {}

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
  if (const auto refusal = flaws_.refusal(first)) return answer(client, *refusal);
  const bool plain = !is_tls(first) && faults_.contains("serves-plain-http-on-tls-port");
  const int server = connect_to(plain ? behind_.plain_port : behind_.tls_port);
  if (server < 0) return;
  if (flaws_.concern(first)) {
    play(client, server, first);
  } else {
    relay(client, server);
  }
  ::close(server);
}

// Passes the hello, and the server's flight as a flaw alters it; what comes then is answered here.
void Front::play(int client, int server, const Octets& hello) const {
  Octets taken(hello.size());
  (void)!::recv(client, taken.data(), taken.size(), 0);
  answer(server, flaws_.forged(hello));
  Octets records;
  Octets said(16384);
  bool first = true;
  while (!closing_) {
    std::array<pollfd, 2> both = {pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
    if (::poll(both.data(), both.size(), poll_slice_ms) <= 0) continue;
    const bool of_client = both[0].revents != 0;
    const ssize_t got = ::recv(of_client ? client : server, said.data(), said.size(), 0);
    if (got <= 0) return;
    Octets part(said.begin(), said.begin() + got);
    if (!of_client) {
      answer(client, std::exchange(first, false) ? flaws_.altered(hello, std::move(part)) : part);
      continue;
    }
    records.insert(records.end(), part.begin(), part.end());
    if (!flaws_.takes(records)) {
      answer(server, std::exchange(records, {}));
      continue;
    }
    const Octets reply = flaws_.reply(records);
    if (!reply.empty()) return answer(client, reply);
  }
}

// False when one side is done.
bool Front::pass_on(int from, int to, bool of_client, PaddingRepair* repair) const {
  std::array<std::uint8_t, 16384> buffer{};
  const ssize_t got = ::recv(from, buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  Octets passed(buffer.begin(), buffer.begin() + got);
  if (repair != nullptr && of_client) passed = repair->from_client(passed);
  if (repair != nullptr && !of_client) repair->from_server(passed);
  for (std::size_t done = 0; done < passed.size();) {
    const ssize_t sent = ::send(to, passed.data() + done, passed.size() - done, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    done += static_cast<std::size_t>(sent);
  }
  return true;
}

void Front::relay(int client, int server) {
  PaddingRepair repair;
  PaddingRepair* const mending = faults_.contains("ignores-cbc-padding") ? &repair : nullptr;
  while (!closing_) {
    std::array<pollfd, 2> both = {pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
    if (::poll(both.data(), both.size(), poll_slice_ms) <= 0) continue;
    for (std::size_t i = 0; i < 2; ++i)
      if (both[i].revents != 0 && !pass_on(both[i].fd, both[1 - i].fd, i == 0, mending)) return;
  }
}

}  // namespace demo
