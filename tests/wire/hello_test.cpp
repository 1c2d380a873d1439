// SPDX-License-Identifier: Apache-2.0
// Raw hellos: what leaves is well-formed at every version, and what comes back is read with care.
#include "wire/hello.hpp"

#include <sys/socket.h>

#include "tests/catch.hpp"
#include "tests/support/lab.hpp"
#include "wire/server_answer.hpp"

using model::Outcome;
using model::TlsVersion;
using support::ask;
using support::lab_hello;

namespace {

using Octets = std::vector<std::uint8_t>;

const Octets random_octets(32, 0xA5);

Octets hello_of(TlsVersion version, std::vector<std::uint32_t> suites, std::string name = "") {
  return wire::client_hello({{}, std::move(name), {version}, std::move(suites)}, random_octets);
}

wire::ServerAnswer fed(const Octets& octets, std::size_t piece = 100000) {
  wire::ServerAnswer answer;
  for (std::size_t at = 0; at < octets.size(); at += piece)
    answer.feed(std::span(octets).subspan(at, std::min(piece, octets.size() - at)));
  return answer;
}

// A ServerHello record.
Octets server_hello(std::uint8_t minor, std::uint16_t suite, Octets extensions = {}) {
  Octets body = {3, minor};
  body.insert(body.end(), 32, 1);
  body.push_back(0);
  body.push_back(static_cast<std::uint8_t>(suite >> 8U));
  body.push_back(static_cast<std::uint8_t>(suite & 0xFFU));
  body.push_back(0);
  if (!extensions.empty()) {
    body.push_back(0);
    body.push_back(static_cast<std::uint8_t>(extensions.size()));
    body.insert(body.end(), extensions.begin(), extensions.end());
  }
  Octets out = {22, 3, 3, 0, static_cast<std::uint8_t>(body.size() + 4), 2, 0, 0, static_cast<std::uint8_t>(body.size())};
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

// Answers every hello with these octets, then holds the line.
support::ScriptedPeer::Script answering(Octets octets) {
  return [octets](int fd, int) {
    char buffer[4096];
    if (::recv(fd, buffer, sizeof buffer, 0) <= 0) return;
    (void)!::send(fd, octets.data(), octets.size(), MSG_NOSIGNAL);
    while (::recv(fd, buffer, sizeof buffer, 0) > 0) {
    }
  };
}

wire::Settings hasty() {
  auto settings = support::lab_settings();
  settings.limits.exchange = base::Milliseconds{300};
  return settings;
}

}  // namespace

TEST_CASE("lengths that break old load balancers are never sent") {
  for (std::size_t count = 1; count <= 120; ++count) {
    const auto suites = std::vector<std::uint32_t>(count, 0xC030);
    for (const auto version : {TlsVersion::tls1_0, TlsVersion::tls1_1, TlsVersion::tls1_2, TlsVersion::tls1_3}) {
      const auto hello = hello_of(version, suites, "host.example");
      const std::size_t message = hello.size() - 5;
      CAPTURE(count, message);
      CHECK((message < 256 || message > 511));
      CHECK(hello[3] * 256U + hello[4] == message);
      CHECK(hello[1] == 3);
      CHECK(hello[2] == 1);
    }
  }
}

TEST_CASE("SSLv3 has its own record version and no extensions") {
  const auto hello = hello_of(TlsVersion::ssl3, {0x000A});
  CHECK(hello == [] {
    Octets expected = {22, 3, 0, 0, 47, 1, 0, 0, 43, 3, 0};
    expected.insert(expected.end(), 32, 0xA5);
    const Octets rest = {0, 0, 4, 0x00, 0x0A, 0x00, 0xFF, 1, 0};
    expected.insert(expected.end(), rest.begin(), rest.end());
    return expected;
  }());
}

TEST_CASE("SSLv2 is a record of its own kind") {
  const auto hello = hello_of(TlsVersion::ssl2, {0x010080, 0x0700C0});
  REQUIRE(hello.size() == 2 + 9 + 6 + 16);
  CHECK(hello[0] == 0x80);
  CHECK(hello[1] == 31);
  CHECK(hello[2] == 1);
  CHECK(hello[4] == 2);
  CHECK(hello[6] == 6);
}

TEST_CASE("a ServerHello is read whole, in pieces, and behind a warning") {
  const auto hello = server_hello(3, 0xC030);
  for (const std::size_t piece : {1UL, 3UL, 100000UL}) {
    const auto answer = fed(hello, piece);
    CHECK(answer.state() == wire::ServerAnswer::State::hello);
    CHECK(answer.version() == TlsVersion::tls1_2);
    CHECK(answer.suite() == 0xC030);
  }
  Octets warned = {21, 3, 3, 0, 2, 1, 112};
  warned.insert(warned.end(), hello.begin(), hello.end());
  const auto answer = fed(warned);
  CHECK(answer.state() == wire::ServerAnswer::State::hello);
  CHECK_THAT(answer.note(), ContainsSubstring("unrecognized_name"));
}

TEST_CASE("TLS 1.3 is told by supported_versions, not by the suite") {
  CHECK(fed(server_hello(3, 0x1302)).version() == TlsVersion::tls1_2);
  CHECK(fed(server_hello(3, 0x1302, {0, 43, 0, 2, 3, 4})).version() == TlsVersion::tls1_3);
}

TEST_CASE("alerts have names") {
  CHECK(fed({21, 3, 1, 0, 2, 2, 70}).alert() == "protocol_version");
  CHECK(fed({21, 3, 1, 0, 2, 2, 40}).state() == wire::ServerAnswer::State::alert);
  CHECK(fed({21, 3, 1, 0, 2, 2, 250}).alert() == "alert 250");
}

TEST_CASE("an SSLv2 SERVER-HELLO lists its kinds") {
  Octets octets = {0x80, 33, 4, 0, 1, 0, 2, 0, 0, 0, 6, 0, 16, 0x01, 0x00, 0x80, 0x07, 0x00, 0xC0};
  octets.insert(octets.end(), 16, 7);
  const auto answer = fed(octets);
  CHECK(answer.version() == TlsVersion::ssl2);
  CHECK(answer.ssl2_kinds() == std::vector<std::uint32_t>{0x010080, 0x0700C0});
}

TEST_CASE("wrong lengths and other protocols are no TLS") {
  const auto no_tls = wire::ServerAnswer::State::not_tls;
  CHECK(fed({'H', 'T', 'T', 'P', '/', '1'}).state() == no_tls);
  CHECK(fed({22, 3, 3, 0xFF, 0xFF}).state() == no_tls);                                // a record too long
  CHECK(fed({22, 3, 3, 0, 4, 2, 0xFF, 0xFF, 0xFF}).state() == no_tls);                 // a message too long
  CHECK(fed({22, 3, 3, 0, 4, 11, 0, 0, 0}).state() == no_tls);                         // Certificate first
  CHECK(fed({22, 3, 3, 0, 6, 2, 0, 0, 2, 3, 3}).state() == no_tls);                    // a hello too short
  CHECK(fed({21, 3, 3, 0, 1, 2}).state() == no_tls);                                   // half an alert
  CHECK(fed({0x80, 5, 4, 0, 0, 0, 2}).state() == no_tls);                              // half an SSLv2 hello
  auto hello = server_hello(3, 0xC030);
  hello[9 + 34] = 200;                                                                 // session id length
  CHECK(fed(hello).state() == no_tls);
  Octets endless;
  for (int i = 0; i < 70; ++i) endless.insert(endless.end(), {21, 3, 3, 0, 2, 1, 112});
  CHECK(fed(endless).state() == no_tls);
}

TEST_CASE("the wire: every way a hello can be answered") {
  const auto outcome_of = [](Octets octets) {
    const support::ScriptedPeer peer(answering(std::move(octets)));
    const auto wire = wire::make_wire(hasty());
    return ask(*wire, lab_hello(peer.port(), TlsVersion::tls1_2, {0xC030}));
  };
  CHECK(outcome_of(server_hello(3, 0xC030)).outcome == Outcome::answered);
  CHECK(outcome_of({21, 3, 3, 0, 2, 2, 40}).alert == "handshake_failure");
  CHECK(outcome_of({}).outcome == Outcome::timed_out);
  CHECK(outcome_of({22, 3, 3}).outcome == Outcome::timed_out);
  const auto garbage = outcome_of({'2', '2', '0', ' ', 's', 'm', 't', 'p'});
  CHECK(garbage.outcome == Outcome::answered);
  CHECK_FALSE(garbage.tls.version.has_value());
}

TEST_CASE("the wire: a reset is the target's, and is told from a close") {
  const support::ScriptedPeer peer([](int fd, int) {
    char buffer[4096];
    (void)!::recv(fd, buffer, sizeof buffer, 0);
    const linger reset{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  });
  const auto wire = wire::make_wire(hasty());
  const auto seen = ask(*wire, lab_hello(peer.port(), TlsVersion::tls1_2, {0xC030}));
  CHECK(seen.outcome == Outcome::closed);
  CHECK(seen.detail == "reset");
}

TEST_CASE("the wire: a real server accepts and refuses what it should") {
  auto options = support::lab_server();
  options.ciphers = "ECDHE-RSA-AES256-GCM-SHA384";
  const support::TlsPeer peer(options, [](support::Visit&) {});
  const auto wire = wire::make_wire(support::lab_settings());
  const auto good = ask(*wire, lab_hello(peer.port(), TlsVersion::tls1_2, {0xC02F, 0xC030}));
  CHECK(good.outcome == Outcome::answered);
  CHECK(good.tls.suite == 0xC030);
  CHECK(ask(*wire, lab_hello(peer.port(), TlsVersion::tls1_2, {0xC02F})).outcome == Outcome::refused);
  CHECK(ask(*wire, lab_hello(peer.port(), TlsVersion::tls1_1, {0xC014})).alert == "protocol_version");
  CHECK(ask(*wire, lab_hello(peer.port(), TlsVersion::tls1_3, {0x1302})).outcome == Outcome::refused);
}

TEST_CASE("the wire: TLS 1.3 answers a hello without a key share") {
  auto options = support::lab_server();
  options.lowest = TLS1_3_VERSION;
  options.highest = TLS1_3_VERSION;
  const support::TlsPeer peer(options, [](support::Visit&) {});
  const auto wire = wire::make_wire(support::lab_settings());
  const auto seen = ask(*wire, lab_hello(peer.port(), TlsVersion::tls1_3, {0x1301, 0x1302, 0x1303}));
  CHECK(seen.outcome == Outcome::answered);
  CHECK(seen.tls.version == TlsVersion::tls1_3);
}
