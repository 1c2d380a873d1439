// SPDX-License-Identifier: Apache-2.0
// src/FACTS.md 4 and 5, and targets that behave badly.
#include "wire/http_session.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <future>

#include "tests/catch.hpp"
#include "tests/support/lab.hpp"

using model::Layer;
using model::Outcome;
using model::Side;
using support::ask;
using support::lab_request;

namespace {

void serve_all(support::Visit& visit) {
  while (!visit.request().empty()) visit.serve();
}

// Reads everything until the client goes away.
void swallow(int fd) {
  char buffer[4096];
  while (::recv(fd, buffer, sizeof buffer, 0) > 0) {
  }
}

model::HttpExchange plain_request(std::uint16_t port) {
  auto http = lab_request(port, "");
  http.origin.tls = false;
  return http;
}

}  // namespace

TEST_CASE("fact 4: a request is never repeated behind our back") {
  // Serves one request on a connection, then closes at the next without an octet.
  const support::TlsPeer peer(support::lab_server(), [](support::Visit& visit) {
    if (visit.request().empty()) return;
    visit.serve();
    (void)visit.request();
  });
  const auto wire = wire::make_wire(support::lab_settings());
  CHECK(ask(*wire, lab_request(peer.port())).status == 200);
  const auto seen = ask(*wire, lab_request(peer.port()));
  CHECK(seen.outcome == Outcome::closed);
  CHECK(seen.side == Side::target);
  CHECK(seen.reused_connection);
  CHECK(peer.heads().size() == 2);
}

TEST_CASE("fact 4: the same for POST") {
  const support::TlsPeer peer(support::lab_server(), [](support::Visit& visit) {
    if (visit.request().empty()) return;
    visit.serve();
    (void)visit.request();
  });
  const auto wire = wire::make_wire(support::lab_settings());
  auto post = lab_request(peer.port());
  post.method = "POST";
  post.body = "{}";
  post.headers.push_back({"Content-Length", "2"});
  CHECK(ask(*wire, lab_request(peer.port())).status == 200);
  CHECK(ask(*wire, post).outcome == Outcome::closed);
  CHECK(peer.heads().size() == 2);
}

TEST_CASE("fact 5: what leaves is what was planned, octet for octet") {
  const support::TlsPeer peer(support::lab_server(), serve_all);
  const auto wire = wire::make_wire(support::lab_settings());
  const auto sent_as_planned = [&](model::HttpExchange http) {
    const std::string planned = wire::request_head(http);
    CAPTURE(planned);
    const auto seen = ask(*wire, http);
    CHECK(seen.outcome == Outcome::answered);
    REQUIRE_FALSE(peer.heads().empty());
    CHECK(peer.heads().back() == planned);
  };
  const auto good = lab_request(peer.port());
  sent_as_planned(good);
  SECTION("an empty value") {
    auto http = good;
    http.headers.push_back({"Ssp-To", ""});
    sent_as_planned(http);
  }
  SECTION("a blank value, which libcurl would drop with its header") {
    auto http = good;
    http.headers.push_back({"Ssp-To", " "});
    CHECK(wire::curl_would_alter(http));
    sent_as_planned(http);
  }
  SECTION("a second Host, which libcurl would drop") {
    auto http = good;
    http.headers.push_back({"Host", "elsewhere.example"});
    CHECK(wire::curl_would_alter(http));
    sent_as_planned(http);
  }
  SECTION("no Host at all") {
    auto http = good;
    http.headers.erase(http.headers.begin());
    sent_as_planned(http);
  }
  SECTION("headers repeated, and in odd case") {
    auto http = good;
    http.headers.push_back({"sSP-tO", "1"});
    http.headers.push_back({"Ssp-To", "2"});
    sent_as_planned(http);
  }
  SECTION("verbs nobody knows") {
    auto http = good;
    http.method = "gpct";
    sent_as_planned(http);
  }
  SECTION("a path as it is") {
    auto http = good;
    http.path = "/a/../b//c;x=1?y=%2e";
    sent_as_planned(http);
  }
  SECTION("a path with a space, which libcurl refuses") {
    auto http = good;
    http.path = "/a b";
    CHECK(wire::curl_would_alter(http));
    sent_as_planned(http);
  }
  SECTION("a body with its length") {
    auto http = good;
    http.method = "PUT";
    http.body = "{\"a\":1}";
    http.headers.push_back({"Content-Type", "application/fhir+json"});
    http.headers.push_back({"Content-Length", "7"});
    sent_as_planned(http);
  }
}

TEST_CASE("an endless body is cut, not awaited") {
  const support::TlsPeer peer(support::lab_server(), [](support::Visit& visit) {
    if (visit.request().empty()) return;
    visit.write("HTTP/1.1 200 OK\r\n\r\n");
    const std::string block(16384, 'x');
    for (int i = 0; i < 4096; ++i)
      if (SSL_write(visit.ssl(), block.data(), static_cast<int>(block.size())) <= 0) return;
  });
  auto settings = support::lab_settings();
  settings.limits.body = 100000;
  settings.limits.exchange = base::Milliseconds{20000};
  for (const bool raw : {false, true}) {
    auto http = lab_request(peer.port());
    if (raw) http.headers.push_back({"X-Blank", " "});
    const auto seen = ask(*wire::make_wire(settings), http);
    CHECK(seen.outcome == Outcome::answered);
    CHECK(seen.status == 200);
    CHECK(seen.truncated);
    CHECK(seen.excerpt.size() < 3000);
  }
}

TEST_CASE("an endless header is cut") {
  const support::TlsPeer peer(support::lab_server(), [](support::Visit& visit) {
    if (visit.request().empty()) return;
    visit.write("HTTP/1.1 200 OK\r\n");
    const std::string block = "X-Padding: " + std::string(8000, 'x') + "\r\n";
    for (int i = 0; i < 1000; ++i)
      if (SSL_write(visit.ssl(), block.data(), static_cast<int>(block.size())) <= 0) return;
  });
  const auto seen = ask(*wire::make_wire(support::lab_settings()), lab_request(peer.port()));
  CHECK(seen.outcome == Outcome::answered);
  CHECK(seen.truncated);
}

TEST_CASE("garbage instead of HTTP is an answer nobody can read") {
  const support::TlsPeer peer(support::lab_server(), [](support::Visit& visit) {
    if (visit.request().empty()) return;
    visit.write("220 smtp.example ESMTP\r\n");
  });
  const auto seen = ask(*wire::make_wire(support::lab_settings()), lab_request(peer.port()));
  CHECK(seen.outcome == Outcome::answered);
  CHECK(seen.status == 0);
}

TEST_CASE("a close after the first octets of an answer is an answer, not a refusal") {
  for (const char* octets : {"HTTP/1.1 2", "HTTP/1.1 103 Early Hints\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\nDATA"}) {
    CAPTURE(octets);
    const support::TlsPeer peer(support::lab_server(), [&](support::Visit& visit) {
      if (!visit.request().empty()) visit.write(octets);
    });
    const auto seen = ask(*wire::make_wire(support::lab_settings()), lab_request(peer.port()));
    CHECK(seen.outcome == Outcome::answered);
    CHECK(seen.status == 0);
  }
}

TEST_CASE("a trailer is no header, whatever it looks like") {
  for (const char* trailer : {"Cache-Control: no-store", "HTTP/1.1: x"}) {
    CAPTURE(trailer);
    const support::TlsPeer peer(support::lab_server(), [&](support::Visit& visit) {
      if (visit.request().empty()) return;
      visit.write(std::string("HTTP/1.1 200 OK\r\nX-Kept: yes\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n") + trailer + "\r\n\r\n");
    });
    const auto seen = ask(*wire::make_wire(support::lab_settings()), lab_request(peer.port()));
    CHECK(seen.status == 200);
    CHECK(model::header_value(seen, "X-Kept") == "yes");
    CHECK_FALSE(model::header_value(seen, "Cache-Control").has_value());
  }
}

TEST_CASE("an answer that nobody asked for is not the answer to the next request") {
  std::promise<void> written;
  const support::TlsPeer peer(support::lab_server(), [&](support::Visit& visit) {
    const std::string stray = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    if (visit.request().empty()) return;
    visit.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    visit.write(stray);
    written.set_value();
    (void)visit.request();  // until the client goes
  });
  const auto wire = wire::make_wire(support::lab_settings());
  CHECK(ask(*wire, lab_request(peer.port())).status == 200);
  written.get_future().wait();  // on loopback, what was written is there
  const auto seen = ask(*wire, lab_request(peer.port()));
  CHECK(seen.outcome == Outcome::closed);
  CHECK(seen.reused_connection);
  CHECK(seen.detail == model::unasked_answer);
}

TEST_CASE("a header that is judged is kept whole behind a hundred others") {
  const support::TlsPeer peer(support::lab_server(), [](support::Visit& visit) {
    if (visit.request().empty()) return;
    std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";
    for (int i = 0; i < 110; ++i) head += "X-" + std::to_string(i) + ": y\r\n";
    visit.write(head + "Cache-Control: " + std::string(1500, 'a') + ", no-store\r\n\r\n");
  });
  const auto seen = ask(*wire::make_wire(support::lab_settings()), lab_request(peer.port()));
  CHECK(model::has_no_store(seen));
}

TEST_CASE("silence after the request") {
  const support::TlsPeer peer(support::lab_server(), [](support::Visit& visit) {
    (void)visit.request();
    (void)visit.request();  // waits until the client gives up
  });
  auto settings = support::lab_settings();
  settings.limits.exchange = base::Milliseconds{300};
  const auto seen = ask(*wire::make_wire(settings), lab_request(peer.port()));
  CHECK(seen.outcome == Outcome::timed_out);
  CHECK(seen.layer == Layer::http);
}

TEST_CASE("silence instead of a handshake") {
  const support::ScriptedPeer peer([](int fd, int) { swallow(fd); });
  auto settings = support::lab_settings();
  settings.limits.exchange = base::Milliseconds{300};
  const auto wire = wire::make_wire(settings);
  const auto http = ask(*wire, lab_request(peer.port()));
  CHECK(http.outcome == Outcome::timed_out);
  CHECK(http.layer == Layer::tls);
  const auto hello = ask(*wire, support::lab_hello(peer.port(), model::TlsVersion::tls1_2, {0xC030}));
  CHECK(hello.outcome == Outcome::timed_out);
}

TEST_CASE("a closed port is nobody, and the target said so") {
  std::uint16_t port = 0;
  {
    const support::ScriptedPeer peer([](int, int) {});
    port = peer.port();
  }
  const auto wire = wire::make_wire(support::lab_settings());
  for (const auto& exchange : {model::Exchange(lab_request(port)), model::Exchange(plain_request(port)),
                               model::Exchange(support::lab_hello(port, model::TlsVersion::tls1_2, {0xC030}))}) {
    const auto seen = ask(*wire, exchange);
    CHECK(seen.outcome == Outcome::unreachable);
    CHECK(seen.layer == Layer::tcp);
    CHECK(seen.side == Side::target);
  }
}

TEST_CASE("a close during the handshake is the target's") {
  const support::ScriptedPeer peer([](int fd, int) {
    char buffer[4096];
    (void)!::recv(fd, buffer, sizeof buffer, 0);
  });
  const auto seen = ask(*wire::make_wire(support::lab_settings()), lab_request(peer.port()));
  CHECK(seen.outcome == Outcome::closed);
  CHECK(seen.side == Side::target);
  CHECK(seen.layer == Layer::tls);
}

TEST_CASE("a reset in answer to a request is told from a close") {
  const auto ended_by = [](bool reset) {
    const support::TlsPeer peer(support::lab_server(), [reset](support::Visit& visit) {
      (void)visit.request();
      sockaddr nobody{};
      nobody.sa_family = AF_UNSPEC;
      if (reset) (void)!::connect(SSL_get_fd(visit.ssl()), &nobody, sizeof nobody);   // sends RST at once
    });
    return ask(*wire::make_wire(support::lab_settings()), lab_request(peer.port()));
  };
  const auto reset = ended_by(true);
  CHECK(reset.outcome == Outcome::closed);
  CHECK(reset.layer == Layer::http);
  CHECK(reset.detail == "reset");
  const auto closed = ended_by(false);
  CHECK(closed.outcome == Outcome::closed);
  CHECK(closed.detail.empty());
}

TEST_CASE("plain HTTP: an alert is a refusal, HTTP an answer") {
  const support::ScriptedPeer alerting([](int fd, int) {
    char buffer[4096];
    (void)!::recv(fd, buffer, sizeof buffer, 0);
    const unsigned char alert[] = {21, 3, 1, 0, 2, 2, 10};
    (void)!::send(fd, alert, sizeof alert, MSG_NOSIGNAL);
  });
  const auto wire = wire::make_wire(support::lab_settings());
  const auto refused = ask(*wire, plain_request(alerting.port()));
  CHECK(refused.outcome == Outcome::refused);
  CHECK(refused.alert == "unexpected_message");
  const support::ScriptedPeer serving([](int fd, int) {
    char buffer[4096];
    (void)!::recv(fd, buffer, sizeof buffer, 0);
    const std::string answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno";
    (void)!::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
  });
  const auto answered = ask(*wire, plain_request(serving.port()));
  CHECK(answered.outcome == Outcome::answered);
  CHECK(answered.status == 400);
  CHECK(answered.excerpt == "no");
}

TEST_CASE("what is secret in an answer does not stay in it") {
  const support::TlsPeer peer(support::lab_server(), [](support::Visit& visit) {
    if (visit.request().empty()) return;
    const std::string body = R"({"resourceType":"Patient","identifier":[{"value":"9434765919"}]})";
    visit.write("HTTP/1.1 200 OK\r\nSet-Cookie: session=hush\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
  });
  const auto seen = ask(*wire::make_wire(support::lab_settings()), lab_request(peer.port()));
  CHECK(seen.excerpt.find("9434765919") == std::string::npos);
  for (const auto& header : seen.headers) {
    CHECK(header.value.find("hush") == std::string::npos);
    CHECK(header.name != "Date");
  }
  CHECK(seen.clock_offset < -1000);
  CHECK(seen.resource_type == "Patient");
}

TEST_CASE("an http_proxy variable does not divert anything") {
  const support::TlsPeer peer(support::lab_server(), serve_all);
  ::setenv("https_proxy", "http://127.0.0.1:1", 1);
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  const auto wire = wire::make_wire(support::lab_settings());
  CHECK(ask(*wire, lab_request(peer.port())).status == 200);
  CHECK(ask(*wire, support::lab_hello(peer.port(), model::TlsVersion::tls1_2, {0xC030})).outcome == Outcome::answered);
  ::unsetenv("https_proxy");
  ::unsetenv("http_proxy");
}
