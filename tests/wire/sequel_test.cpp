// SPDX-License-Identifier: Apache-2.0
// What is sent after ServerHelloDone, what is made of the answer, and records made by hand.
#include <algorithm>

#include "pki/digest.hpp"
#include "tests/catch.hpp"
#include "tests/support/lab.hpp"
#include "wire/cbc_record.hpp"
#include "wire/hello.hpp"
#include "wire/sequel.hpp"

using model::SequelSeen;
using model::TlsVersion;

namespace {

using Octets = std::vector<std::uint8_t>;

Octets operator+(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Octets two(std::size_t value) { return {static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value & 0xFFU)}; }
Octets record(std::uint8_t type, const Octets& body) { return Octets{type, 3, 3} + two(body.size()) + body; }

Octets flight(const Octets& extensions) {
  const Octets body = Octets{3, 3} + Octets(32, 1) + Octets{0, 0x00, 0x9C, 0} + two(extensions.size()) + extensions;
  return record(22, Octets{2, 0} + two(body.size()) + body + Octets{14, 0, 0, 0});
}

Octets sequel(model::Sequel then, const Octets& answered) {
  wire::ServerAnswer answer(true);
  answer.feed(answered);
  model::HelloExchange hello;
  hello.versions = {TlsVersion::tls1_2};
  hello.then = then;
  const Octets sent = wire::client_hello(hello, Octets(32, 7));
  return wire::sequel_octets(hello, {sent, answer, nullptr});
}

wire::Reaction fed(const Octets& octets, std::size_t piece = 100000) {
  wire::Reaction out;
  for (std::size_t at = 0; at < octets.size(); at += piece) out.feed(std::span(octets).subspan(at, std::min(piece, octets.size() - at)));
  return out;
}

Octets response(std::size_t claimed, std::size_t held, std::uint8_t filler = 'p') {
  return record(24, Octets{2} + two(claimed) + Octets(held, filler) + Octets(17, 0xEE));
}

bool has(const Octets& hello, const Octets& part) { return std::search(hello.begin(), hello.end(), part.begin(), part.end()) != hello.end(); }

}  // namespace

TEST_CASE("a false heartbeat claims one octet more than it holds, and only where heartbeats are taken") {
  CHECK(sequel(model::Sequel::heartbeat, flight({0xFF, 1, 0, 1, 0})).empty());
  const auto octets = sequel(model::Sequel::heartbeat, flight({0, 15, 0, 1, 1}));
  REQUIRE(octets.size() == 5 + 3 + wire::heartbeat_payload + 7);
  CHECK(octets[0] == 24);
  CHECK(octets[5] == 1);
  CHECK(octets[6] * 256U + octets[7] == wire::heartbeat_payload + 1);
  CHECK(Octets(octets.end() - 7, octets.end()) == Octets{21, 3, 3, 0, 2, 1, 0});
}

TEST_CASE("nothing is sent after a flight that did not end, nor a key exchange without a key") {
  const Octets cut = [] {
    auto octets = flight({0, 15, 0, 1, 1});
    octets.resize(octets.size() - 4);
    octets[4] = static_cast<std::uint8_t>(octets[4] - 4);
    return octets;
  }();
  CHECK(sequel(model::Sequel::heartbeat, cut).empty());
  CHECK(sequel(model::Sequel::early_cipher_change, cut).empty());
  CHECK(sequel(model::Sequel::rsa_sound, flight({})).empty());
  CHECK(sequel(model::Sequel::early_cipher_change, flight({})).front() == 20);
}

TEST_CASE("of a heartbeat that comes back only its length is told, and what stands behind ours") {
  const std::size_t ours = wire::heartbeat_payload;
  for (const std::size_t piece : {std::size_t{1}, std::size_t{11}, std::size_t{100000}}) {
    const auto seen = fed(response(ours + 1, ours) + Octets{21, 3, 3, 0, 2, 1, 0}, piece);
    CHECK(seen.beyond() == 1);
    CHECK(seen.ended());
    CHECK(seen.seen(SequelSeen::End::closed).records == std::vector<std::string>{"heartbeat 4220", "alert 2"});
    CHECK(seen.seen(SequelSeen::End::closed).end == SequelSeen::End::closed);
  }
  CHECK(fed(response(ours, ours)).beyond() == 0);              // no more than was sent
  CHECK(fed(response(ours + 1, ours, 'x')).beyond() == 0);     // not what was sent
  CHECK(fed(record(24, {2, 0xFF, 0xFF})).beyond() == 0);       // a claim, and nothing
  CHECK(fed(record(24, {1, 0x10, 0x69})).beyond() == 0);       // a request of its own
}

TEST_CASE("the last alert tells how it ended; what is no TLS, and too much, ends it") {
  const auto alert = fed({21, 3, 3, 0, 2, 2, 20});
  CHECK(alert.ended());
  CHECK(alert.seen(SequelSeen::End::closed).alert == "bad_record_mac");
  CHECK(alert.seen(SequelSeen::End::closed).end == SequelSeen::End::alert);
  CHECK(fed({'H', 'T', 'T', 'P', '/', '1'}).ended());
  CHECK(fed({22, 3, 3, 0xFF, 0xFF}).ended());
  CHECK_FALSE(fed({22, 3, 3, 0x40, 0x00, 1}).ended());
  Octets many;
  for (int i = 0; i < 100; ++i) many = many + record(22, {1});
  const auto seen = fed(many);
  CHECK(seen.ended());
  CHECK(seen.seen(SequelSeen::End::silent).records.size() == 16);
}

TEST_CASE("odd hellos are odd in one way, and otherwise as ever") {
  model::HelloExchange hello{{}, "host.example", {TlsVersion::tls1_2}, {0xC030, 0xC02F}};
  const Octets random(32, 7);
  const auto octets = [&](model::Oddity oddity) {
    hello.oddity = oddity;
    return wire::client_hello(hello, random);
  };
  CHECK(octets(model::Oddity::later_version)[10] == 4);
  CHECK_FALSE(has(octets(model::Oddity::later_version), {0, 43, 0}));
  CHECK(has(octets(model::Oddity::unknown_version), {0, 43, 0, 5, 4, 3, 5, 3, 3}));
  CHECK(has(octets(model::Oddity::unknown_extension), {0x5C, 1, 0, 0, 0x5C, 2, 0, 4}));
  CHECK(has(octets(model::Oddity::grease), {0, 6, 0x5A, 0x5A, 0xC0, 0x30, 0xC0, 0x2F}));
  CHECK(octets(model::Oddity::medium_length).size() - 5 == 300);
  CHECK(octets(model::Oddity::great_length).size() - 5 == 1500);
  for (const auto& [oddity, word] : model::Words<model::Oddity>::table) {
    const auto made = octets(oddity);
    CAPTURE(word);
    CHECK(made[3] * 256U + made[4] == made.size() - 5);
    CHECK((oddity == model::Oddity::medium_length || made.size() - 5 < 256 || made.size() - 5 > 511));
  }
}

TEST_CASE("a record made by hand is opened again, whatever its padding, and by nothing else") {
  const Octets master(48, 3), client(32, 4), server(32, 5);
  const Octets plain = {'H', 'E', 'A', 'D'};
  for (const std::uint32_t suite : {0xC028U, 0x0039U, 0x003CU, 0xC027U, 0x0041U}) {
    const auto keys = wire::client_keys(suite, master, client, server);
    CAPTURE(suite);
    REQUIRE(keys);
    for (const auto padding : {model::Padding::sound, model::Padding::altered}) {
      const auto whole = wire::sealed(*keys, {1, 23}, plain, padding);
      REQUIRE(whole.size() > 5);
      const auto fragment = std::span(whole).subspan(5);
      CHECK(wire::opened(*keys, {1, 23}, fragment) == plain);
      CHECK_FALSE(wire::opened(*keys, {2, 23}, fragment));
      CHECK_FALSE(wire::opened(*keys, {1, 22}, fragment));
      CHECK_FALSE(wire::opened(*keys, {1, 23}, fragment.first(fragment.size() - 1)));
    }
  }
  CHECK_FALSE(wire::client_keys(0xC030, master, client, server));
  CHECK_FALSE(wire::client_keys(0x000A, master, client, server));
}
