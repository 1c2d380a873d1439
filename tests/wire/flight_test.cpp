// SPDX-License-Identifier: Apache-2.0
// What a server says up to its ServerHelloDone, read from octets made here and from a real server.
#include <algorithm>

#include "tests/catch.hpp"
#include "tests/support/lab.hpp"
#include "wire/hello.hpp"
#include "wire/server_answer.hpp"

using model::TlsVersion;

namespace {

using Octets = std::vector<std::uint8_t>;

Octets operator+(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Octets length(std::size_t size, int octets) {
  Octets out;
  for (int i = octets - 1; i >= 0; --i) out.push_back(static_cast<std::uint8_t>((size >> (8 * i)) & 0xFFU));
  return out;
}

Octets message(std::uint8_t type, const Octets& body) { return Octets{type} + length(body.size(), 3) + body; }
Octets record(const Octets& body) { return Octets{22, 3, 3} + length(body.size(), 2) + body; }

Octets server_hello(std::uint8_t high, std::uint8_t low, std::uint8_t compression = 0) {
  return message(2, Octets{3, 3} + Octets(32, 1) + Octets{0, high, low, compression, 0, 5, 0xFF, 1, 0, 1, 0});
}

const Octets done = message(14, {});
// A prime of 1023 bits behind a zero octet.
const Octets dhe = message(12, length(129, 2) + Octets{0, 0x7F} + Octets(127, 0xFF) + Octets{0, 1, 2, 0, 1, 4, 4, 1, 0, 1, 9});
const Octets request = message(13, Octets{2, 1, 64, 0, 4, 4, 3, 8, 4} + length(6, 2) + length(4, 2) + Octets{48, 2, 49, 0});

wire::ServerAnswer fed(const Octets& octets, std::size_t piece = 100000) {
  wire::ServerAnswer answer(true);
  for (std::size_t at = 0; at < octets.size(); at += piece)
    answer.feed(std::span(octets).subspan(at, std::min(piece, octets.size() - at)));
  return answer;
}

}  // namespace

TEST_CASE("the flight is read whole, in one record or many, octet by octet") {
  const Octets chain = message(11, length(8, 3) + length(5, 3) + Octets{1, 2, 3, 4, 5});
  const Octets parts = server_hello(0x00, 0x9F, 1) + chain + message(22, {1}) + dhe + request + done;
  const Octets many = record(server_hello(0x00, 0x9F, 1)) + record(chain + message(22, {1})) + record(dhe) + record(request) + record(done);
  for (const auto& octets : {record(parts), many}) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, octets.size()}) {
      const auto answer = fed(octets, piece);
      REQUIRE(answer.ended());
      REQUIRE(answer.state() == wire::ServerAnswer::State::hello);
      const auto& flight = answer.flight();
      CHECK(flight.note.empty());
      CHECK(flight.seen.complete);
      CHECK(flight.seen.compressed);
      CHECK(flight.seen.stapled);
      CHECK(flight.seen.dh_bits == 1023);
      CHECK(flight.seen.signature == 0x0401);
      CHECK(flight.seen.extensions == std::vector<std::uint16_t>{0xFF01});
      CHECK(flight.chain == std::vector<Octets>{{1, 2, 3, 4, 5}});
      CHECK(flight.certificate_requested);
      CHECK(flight.seen.signatures == std::vector<std::uint16_t>{0x0403, 0x0804});
      CHECK(flight.ca_names.size() == 1);
    }
  }
}

TEST_CASE("the ServerHello stands, whatever is wrong behind it") {
  const Octets long_chain = message(11, length(90, 3) + length(80, 3) + Octets{1});
  const Octets huge{11, 0xFF, 0xFF, 0xFF};
  for (const auto& rest : {record(long_chain), record(huge), Octets{21, 3, 3, 0, 2, 2, 80}, Octets{'H', 'T', 'T', 'P', '/', '1'}, record(message(77, {1}))}) {
    const auto answer = fed(record(server_hello(0xC0, 0x30)) + rest);
    CHECK(answer.ended());
    CHECK(answer.state() == wire::ServerAnswer::State::hello);
    CHECK(answer.suite() == 0xC030);
    CHECK_FALSE(answer.flight().note.empty());
    CHECK_FALSE(answer.flight().seen.complete);
  }
}

TEST_CASE("without the wish nothing is read behind the ServerHello") {
  wire::ServerAnswer answer;
  answer.feed(record(server_hello(0xC0, 0x30)));
  CHECK(answer.ended());
}

TEST_CASE("the octets shown leave out what differs from run to run") {
  CHECK(fed(record(server_hello(0xC0, 0x30) + done)).octets() == "03 03 [random] 00 c0 30 00 00 05 ff 01 00 01 00");
  const Octets alert = {21, 3, 3, 0, 2, 2, 40};
  CHECK(fed(alert).octets() == "02 28");
}

TEST_CASE("a hello of one group says so, and one for the whole flight offers what servers may be asked") {
  const Octets random(32, 7);
  model::HelloExchange hello{{}, "", {TlsVersion::tls1_2}, {0xC030}};
  hello.groups = {24};
  const auto lean = wire::client_hello(hello, random);
  const Octets one_group = {0, 10, 0, 4, 0, 2, 0, 24};
  CHECK(std::search(lean.begin(), lean.end(), one_group.begin(), one_group.end()) != lean.end());
  hello.whole_flight = true;
  const auto full = wire::client_hello(hello, random);
  const Octets deflate = {2, 1, 0};
  CHECK(std::search(full.begin(), full.end(), deflate.begin(), deflate.end()) != full.end());
}
