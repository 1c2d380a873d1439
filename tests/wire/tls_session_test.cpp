// SPDX-License-Identifier: Apache-2.0
// Handshakes that go on: sessions really resumed, and what becomes of a client's wish to renegotiate.
#include <sys/socket.h>

#include "tests/catch.hpp"
#include "tests/support/lab.hpp"

using model::HandshakeExchange;
using model::Outcome;
using model::Renegotiation;
using model::Resumption;
using model::Session;
using model::TlsVersion;
using support::ask;

namespace {

support::TlsOptions giving_sessions(bool sessions) {
  auto options = support::lab_server();
  options.highest = TLS1_3_VERSION;
  options.sessions = sessions;
  return options;
}

// Ends in good order: OpenSSL forgets the session of a connection it did not close itself.
void serve_all(support::Visit& visit) {
  while (!visit.request().empty()) visit.serve();
  SSL_shutdown(visit.ssl());
}

HandshakeExchange handshake(std::uint16_t port, TlsVersion version, Resumption resumes) {
  return {{true, "127.0.0.1", port}, "localhost", "", version, resumes, false};
}

HandshakeExchange renegotiating(std::uint16_t port, TlsVersion version = TlsVersion::tls1_2) {
  return {{true, "127.0.0.1", port}, "localhost", "", version, Resumption::none, true};
}

}  // namespace

TEST_CASE("a session is resumed by its id, by a ticket, and at TLS 1.3, on a further connection") {
  const auto by = GENERATE(std::pair{TlsVersion::tls1_2, Resumption::session_id}, std::pair{TlsVersion::tls1_2, Resumption::ticket},
                           std::pair{TlsVersion::tls1_3, Resumption::ticket});
  const support::TlsPeer peer(giving_sessions(true), serve_all);
  const auto wire = wire::make_wire(support::lab_settings());
  const auto seen = ask(*wire, handshake(peer.port(), by.first, by.second));
  CHECK(seen.outcome == Outcome::answered);
  CHECK(seen.tls.session == Session::resumed);
  CHECK(seen.tls.version == by.first);
  CHECK(wire->connections_opened() >= 2);   // a third when the first came before the target's cache had it
}

TEST_CASE("a target that gives no session is asked no second time") {
  const support::TlsPeer peer(giving_sessions(false), serve_all);
  const auto wire = wire::make_wire(support::lab_settings());
  const auto seen = ask(*wire, handshake(peer.port(), TlsVersion::tls1_2, Resumption::session_id));
  CHECK(seen.tls.session == Session::withheld);
  CHECK(wire->connections_opened() == 1);
}

TEST_CASE("a handshake that cannot be completed says so, and leaves nothing to resume") {
  auto options = giving_sessions(true);
  options.highest = TLS1_2_VERSION;
  const support::TlsPeer peer(options, serve_all);
  const auto wire = wire::make_wire(support::lab_settings());
  const auto seen = ask(*wire, handshake(peer.port(), TlsVersion::tls1_3, Resumption::ticket));
  CHECK(seen.outcome == Outcome::refused);
  CHECK(seen.alert == "protocol_version");
  CHECK(seen.tls.session == Session::none);
}

TEST_CASE("a client's wish to renegotiate is granted, or refused by an alert") {
  const bool grants = GENERATE(true, false);
  const support::TlsPeer peer(support::lab_server(), [grants](support::Visit& visit) {
    SSL_set_options(visit.ssl(), grants ? SSL_OP_ALLOW_CLIENT_RENEGOTIATION : SSL_OP_NO_RENEGOTIATION);
    serve_all(visit);
  });
  const auto wire = wire::make_wire(support::lab_settings());
  const auto seen = ask(*wire, renegotiating(peer.port()));
  CHECK(seen.outcome == Outcome::answered);
  CHECK(seen.tls.renegotiation == (grants ? Renegotiation::begun : Renegotiation::refused));
  CHECK(seen.detail == (grants ? "" : "no_renegotiation"));
  CHECK(wire->connections_opened() == 1);
}

TEST_CASE("a target that closes over it, and one that says nothing, are told apart") {
  const bool closes = GENERATE(true, false);
  const support::TlsPeer peer(support::lab_server(), [closes](support::Visit& visit) {
    // Octets are there to be read when the wish has come; what they say stays unread.
    char octet = 0;
    (void)::recv(SSL_get_fd(visit.ssl()), &octet, 1, MSG_PEEK);
    if (!closes) while (::recv(SSL_get_fd(visit.ssl()), &octet, 1, 0) > 0) {}
  });
  auto settings = support::lab_settings();
  settings.limits.exchange = base::Milliseconds{500};
  const auto wire = wire::make_wire(std::move(settings));
  const auto seen = ask(*wire, renegotiating(peer.port()));
  CHECK(seen.outcome == Outcome::answered);
  CHECK(seen.tls.renegotiation == (closes ? Renegotiation::closed : Renegotiation::ignored));
}

TEST_CASE("a peer that talks without end, and gives no ticket, ends in time") {
  auto options = giving_sessions(true);
  const support::TlsPeer peer(options, [](support::Visit& visit) {
    SSL_set_num_tickets(visit.ssl(), 0);
    const std::string chatter(1000, 'x');
    while (SSL_write(visit.ssl(), chatter.data(), static_cast<int>(chatter.size())) > 0) {}
  });
  const auto wire = wire::make_wire(support::lab_settings());
  const auto seen = ask(*wire, handshake(peer.port(), TlsVersion::tls1_3, Resumption::ticket));
  CHECK(seen.tls.session != Session::none);   // which, hangs on whether tickets had left before the chatter
  CHECK(wire->connections_opened() <= 3);
}

TEST_CASE("a peer that says nothing ends in time") {
  const support::ScriptedPeer peer([](int fd, int) {
    char octet = 0;
    while (::recv(fd, &octet, 1, 0) > 0) {}
  });
  auto settings = support::lab_settings();
  settings.limits.exchange = base::Milliseconds{200};
  const auto wire = wire::make_wire(std::move(settings));
  CHECK(ask(*wire, renegotiating(peer.port())).outcome == Outcome::timed_out);
}
