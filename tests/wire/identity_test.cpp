// SPDX-License-Identifier: Apache-2.0
// src/FACTS.md 1 to 3: who was shown, whether it really left, and who ended the connection where.
#include <openssl/x509_vfy.h>

#include "tests/catch.hpp"
#include "tests/support/lab.hpp"

using model::Layer;
using model::Outcome;
using model::Side;
using support::ask;
using support::lab_request;

namespace {

support::TlsOptions asking(int highest = TLS1_2_VERSION, int verify_error = 0) {
  auto options = support::lab_server();
  options.ask_certificate = true;
  options.lowest = highest;
  options.highest = highest;
  options.verify_error = verify_error;
  return options;
}

void serve_all(support::Visit& visit) {
  while (!visit.request().empty()) visit.serve();
}

}  // namespace

TEST_CASE("fact 1: A, B, none, A in one run are four names at the server") {
  const support::TlsPeer peer(asking(), serve_all);
  const auto wire = wire::make_wire(support::lab_settings());
  for (const char* credential : {"valid", "other-client", "", "valid"}) {
    const auto seen = ask(*wire, lab_request(peer.port(), credential));
    CHECK(seen.status == 200);
  }
  const auto names = peer.names();
  const std::string other = support::lab_kit().by_label("other-client")->info.leaf.common_name;
  // The second request as A may reuse A's connection, and only A's.
  REQUIRE(names.size() == 3);
  CHECK(names[0] == "ssp.example.nhs.uk");
  CHECK(names[1] == other);
  CHECK(names[2] == "none");
}

TEST_CASE("fact 1: fresh exchanges of the valid credential do not share a connection") {
  const support::TlsPeer peer(asking(), serve_all);
  const auto wire = wire::make_wire(support::lab_settings());
  auto request = lab_request(peer.port());
  request.connection = model::Connection::fresh;
  for (int i = 0; i < 3; ++i) CHECK(ask(*wire, request).status == 200);
  CHECK(peer.connections() == 3);
  CHECK(wire->connections_opened() == 3);
}

TEST_CASE("fact 2: each credential of the kit really leaves, and its key is proved") {
  const support::TlsPeer peer(asking(), serve_all);
  const auto wire = wire::make_wire(support::lab_settings());
  for (const auto& info : support::lab_kit().infos()) {
    CAPTURE(info.label);
    const auto seen = ask(*wire, lab_request(peer.port(), info.label));
    CHECK(seen.tls.certificate_requested);
    CHECK(seen.tls.leaf_sent == info.leaf.sha256);
    CHECK(seen.tls.verify_sent);
    if (info.kind == model::CredentialKind::key_mismatch) {
      CHECK(seen.outcome == Outcome::refused);
      CHECK(seen.alert == "decrypt_error");
    } else {
      CHECK(seen.status == 200);
    }
  }
}

TEST_CASE("fact 2: a server that does not ask sees nothing, and we know it") {
  const support::TlsPeer peer(support::lab_server(), serve_all);
  const auto wire = wire::make_wire(support::lab_settings());
  const auto seen = ask(*wire, lab_request(peer.port(), "expired"));
  CHECK(seen.status == 200);
  CHECK_FALSE(seen.tls.certificate_requested);
  CHECK(seen.tls.leaf_sent.empty());
}

TEST_CASE("fact 2: none sends an empty Certificate and proves nothing") {
  const support::TlsPeer peer(asking(), serve_all);
  const auto wire = wire::make_wire(support::lab_settings());
  const auto seen = ask(*wire, lab_request(peer.port(), ""));
  CHECK(seen.tls.certificate_left);
  CHECK(seen.tls.leaf_sent.empty());
  CHECK_FALSE(seen.tls.verify_sent);
}

TEST_CASE("fact 3: an alert about our certificate is the target's refusal, by name") {
  const support::TlsPeer peer(asking(TLS1_2_VERSION, X509_V_ERR_CERT_HAS_EXPIRED), serve_all);
  const auto wire = wire::make_wire(support::lab_settings());
  const auto seen = ask(*wire, lab_request(peer.port()));
  CHECK(seen.outcome == Outcome::refused);
  CHECK(seen.side == Side::target);
  CHECK(seen.layer == Layer::tls);
  CHECK(seen.alert == "certificate_expired");
}

TEST_CASE("fact 3: our own distrust of the server is ours") {
  const support::TlsPeer peer(asking(), serve_all);
  auto settings = support::lab_settings();
  const support::TempFolder folder;
  settings.server_ca = (support::lab_kit().folder / "untrusted-ca.pem").string();
  const auto wire = wire::make_wire(settings);
  const auto seen = ask(*wire, lab_request(peer.port()));
  CHECK(seen.outcome == Outcome::not_sent);
  CHECK(seen.side == Side::ours);
  CHECK(seen.layer == Layer::tls);
  CHECK_THAT(seen.detail, ContainsSubstring("does not verify"));
}

TEST_CASE("fact 3: the right CA and name are trusted") {
  const support::TlsPeer peer(asking(), serve_all);
  auto settings = support::lab_settings();
  settings.server_ca = support::lab_kit().ca.string();
  CHECK(ask(*wire::make_wire(settings), lab_request(peer.port())).status == 200);
  settings.verified_name = "elsewhere.example";
  const auto seen = ask(*wire::make_wire(settings), lab_request(peer.port()));
  CHECK(seen.outcome == Outcome::not_sent);
  CHECK_THAT(seen.detail, ContainsSubstring("IP address mismatch") || ContainsSubstring("ostname mismatch"));
}

TEST_CASE("fact 3: a TLS 1.3 refusal is the target's however the race ends") {
  const support::TlsPeer peer(asking(TLS1_3_VERSION, X509_V_ERR_CERT_REVOKED), serve_all);
  const auto wire = wire::make_wire(support::lab_settings());
  for (int i = 0; i < 40; ++i) {
    auto request = lab_request(peer.port());
    request.connection = model::Connection::fresh;
    const auto seen = ask(*wire, request);
    CAPTURE(i, seen.detail, model::in_words(seen));
    CHECK((seen.outcome == Outcome::refused || seen.outcome == Outcome::closed));
    CHECK(seen.side == Side::target);
    CHECK_FALSE(seen.tls.leaf_sent.empty());
    if (seen.outcome == Outcome::refused) CHECK(seen.alert == "certificate_revoked");
  }
}

TEST_CASE("the handshake shows the server's certificate and what it asks for") {
  const support::TlsPeer peer(asking(), serve_all);
  const auto wire = wire::make_wire(support::lab_settings());
  const auto seen = ask(*wire, model::HandshakeExchange{{true, "127.0.0.1", peer.port()}, "", "valid"});
  CHECK(seen.outcome == Outcome::answered);
  REQUIRE(seen.tls.server);
  CHECK(seen.tls.server->common_name == "localhost");
  CHECK(seen.tls.certificate_requested);
  CHECK(seen.tls.version == model::TlsVersion::tls1_2);
}

TEST_CASE("a session is carried to another connection only where it is asked for") {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    auto options = support::lab_server();
    options.lowest = options.highest = version;
    options.sessions = true;
    const support::TlsPeer peer(options, serve_all);
    const auto wire = wire::make_wire(support::lab_settings());
    auto request = lab_request(peer.port(), "");
    request.connection = model::Connection::fresh;
    CAPTURE(version);
    CHECK(ask(*wire, request).tls.session == model::Session::none);
    CHECK(ask(*wire, request).tls.session == model::Session::none);
    request.session_of = "";
    const auto seen = ask(*wire, request);
    CHECK(seen.tls.session == model::Session::resumed);
    CHECK(seen.status == 200);
    CHECK(peer.connections() == 4);
  }
}

TEST_CASE("where no session is to be had, nothing is resumed") {
  const support::TlsPeer peer(asking(TLS1_2_VERSION, X509_V_ERR_CERT_REVOKED), serve_all);
  const auto wire = wire::make_wire(support::lab_settings());
  auto request = lab_request(peer.port(), "");
  request.session_of = "valid";
  const auto seen = ask(*wire, request);
  CHECK(seen.outcome == Outcome::not_sent);
  CHECK(seen.side == Side::target);
  CHECK(seen.tls.session == model::Session::withheld);
  CHECK(seen.alert == "certificate_revoked");
}

TEST_CASE("one version alone, and a hello without a name") {
  auto options = support::lab_server();
  options.highest = TLS1_3_VERSION;
  const support::TlsPeer peer(options, [](support::Visit& visit) {
    const char* name = SSL_get_servername(visit.ssl(), TLSEXT_NAMETYPE_host_name);
    while (!visit.request().empty()) visit.serve(name == nullptr ? "nobody" : name);
  });
  const auto wire = wire::make_wire(support::lab_settings());
  auto request = lab_request(peer.port(), "");
  request.server_name = "localhost";
  request.connection = model::Connection::fresh;
  request.only = model::TlsVersion::tls1_2;
  auto seen = ask(*wire, request);
  CHECK(seen.tls.version == model::TlsVersion::tls1_2);
  CHECK(seen.excerpt == "localhost");
  request.only = model::TlsVersion::tls1_3;
  request.names_server = false;
  seen = ask(*wire, request);
  CHECK(seen.tls.version == model::TlsVersion::tls1_3);
  CHECK(seen.excerpt == "nobody");
}
