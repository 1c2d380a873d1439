// SPDX-License-Identifier: Apache-2.0
// Pace, budget, deadline, second tries.
#include "run/courier.hpp"

#include "base/text.hpp"
#include "pki/sign.hpp"
#include "tests/catch.hpp"
#include "tests/support/fake_wire.hpp"

namespace {

using base::Milliseconds;
using model::Observation;
using model::Outcome;

model::HttpExchange get(const std::string& path) {
  model::HttpExchange http;
  http.origin = {true, "host", 443};
  http.path = path;
  http.headers = {{"Host", "host"}, {"Ssp-TraceID", "{trace-id}"}};
  return http;
}

Observation status(int code, std::vector<model::Header> headers = {}) {
  Observation seen;
  seen.outcome = Outcome::answered;
  seen.status = code;
  seen.headers = std::move(headers);
  return seen;
}

std::vector<run::Question> questions(int n) {
  std::vector<run::Question> out;
  for (int i = 0; i < n; ++i) out.push_back({"q-" + std::to_string(i), get("/" + std::to_string(i))});
  return out;
}

run::Courier courier(support::FakeWire& wire, run::Pace pace, std::function<bool()> interrupted = {}) {
  return run::Courier(wire, pace, "01234567-89ab-4cde-8f01-23456789abcd", std::move(interrupted), [] { return 1800000000; });
}

}  // namespace

TEST_CASE("answers come back in the order of the questions, no more in flight than jobs") {
  support::FakeWire wire([](const model::Exchange& exchange) {
    auto seen = status(200);
    seen.detail = std::get<model::HttpExchange>(exchange).path;
    return seen;
  });
  run::Pace pace;
  pace.jobs = 3;
  auto sender = courier(wire, pace);
  const auto answers = sender.ask(questions(10));
  REQUIRE(answers.size() == 10);
  for (int i = 0; i < 10; ++i) CHECK(answers[static_cast<std::size_t>(i)].detail == "/" + std::to_string(i));
  CHECK(wire.most_in_flight() == 3);
  CHECK(sender.requests_sent() == 10);
  CHECK(sender.log().size() == 10);
}

TEST_CASE("the rate is kept: a burst of one second, then one at a time") {
  support::FakeWire wire([](const model::Exchange&) { return status(200); });
  run::Pace pace;
  pace.jobs = 64;
  pace.rate = 10;
  auto sender = courier(wire, pace);
  (void)sender.ask(questions(30));
  const auto& at = wire.sent_at();
  CHECK(at[9] == Milliseconds{0});
  CHECK(at[10] >= Milliseconds{90});
  CHECK(at[29] >= Milliseconds{1900});
  CHECK(at[29] <= Milliseconds{2500});
}

namespace {

// Each answer brings one more question, as long as there are any.
class Chain final : public run::Source {
 public:
  Chain(int first, int further) : waiting_(first), further_(further) {}
  [[nodiscard]] bool ready() const override { return waiting_ > 0; }
  run::Question next() override {
    --waiting_;
    const int n = handed_out_++;
    return {"q-" + std::to_string(n), get("/" + std::to_string(n))};
  }
  void answered(const Observation& seen) override {
    told.push_back(seen.id);
    if (further_-- > 0) ++waiting_;
  }

  std::vector<std::string> told;

 private:
  int waiting_;
  int further_;
  int handed_out_ = 0;
};

}  // namespace

TEST_CASE("a source is asked for more with every answer, and the width stays full") {
  support::FakeWire wire([](const model::Exchange&) { return status(200); });
  run::Pace pace;
  pace.jobs = 4;
  auto sender = courier(wire, pace);
  Chain source(4, 16);
  sender.ask_from(source);
  CHECK(source.told.size() == 20);
  CHECK(sender.log().size() == 20);
  CHECK(wire.most_in_flight() == 4);
  CHECK(wire.sent_at().back() == Milliseconds{40});  // five round trips of 10 ms, begun at 0
}

TEST_CASE("what a source holds when the run is halted is not sent, and says so") {
  support::FakeWire wire([](const model::Exchange&) { return status(200); });
  run::Pace pace;
  pace.jobs = 1;
  pace.max_requests = 3;
  auto sender = courier(wire, pace);
  Chain source(5, 0);
  sender.ask_from(source);
  CHECK(source.told.size() == 3);
  REQUIRE(sender.log().size() == 5);
  CHECK(sender.log()[4].outcome == Outcome::not_sent);
  CHECK(sender.withheld("q-4"));
}

TEST_CASE("a pace that was found is kept without bursts") {
  support::FakeWire wire([](const model::Exchange&) { return status(200); });
  run::Pace pace;
  pace.jobs = 8;
  auto sender = courier(wire, pace);
  (void)sender.ask(questions(8));
  CHECK(wire.sent_at().back() == Milliseconds{0});
  sender.slow_to(10);
  (void)sender.ask(questions(5));
  const auto& at = wire.sent_at();
  for (std::size_t i = 9; i < 13; ++i) CHECK(at[i] - at[i - 1] >= Milliseconds{99});
}

TEST_CASE("429 and 503 are repeated once, after Retry-After") {
  int n = 0;
  support::FakeWire wire([&](const model::Exchange&) { return ++n == 1 ? status(429, {{"Retry-After", "3"}}) : status(200); });
  auto sender = courier(wire, {});
  const auto seen = sender.ask_one({"q", get("/")});
  CHECK(seen.status == 200);
  CHECK(wire.sent_at()[1] - wire.sent_at()[0] >= Milliseconds{3000});
  REQUIRE(sender.log().size() == 2);
  CHECK(sender.log()[0].id == "q-limited");
  CHECK(sender.log()[1].id == "q");
}

TEST_CASE("a longer Retry-After holds back those that wait already") {
  int n = 0;
  support::FakeWire wire([&](const model::Exchange&) {
    ++n;
    return n == 1 ? status(429, {{"Retry-After", "1"}}) : n == 2 ? status(429, {{"Retry-After", "3"}}) : status(200);
  });
  run::Pace pace;
  pace.jobs = 2;
  auto sender = courier(wire, pace);
  const auto answers = sender.ask(questions(2));
  CHECK(answers[0].status == 200);
  CHECK(answers[1].status == 200);
  REQUIRE(wire.sent_at().size() == 4);
  CHECK(wire.sent_at()[2] >= Milliseconds{3000});
}

TEST_CASE("a second 503 stands") {
  support::FakeWire wire([](const model::Exchange&) { return status(503); });
  auto sender = courier(wire, {});
  CHECK(sender.ask_one({"q", get("/")}).status == 503);
  CHECK(wire.sent().size() == 2);
  CHECK(wire.sent_at()[1] - wire.sent_at()[0] >= Milliseconds{1000});
}

TEST_CASE("a reset in answer to a request halves the rate once; one in a handshake, or of an idle connection, does not") {
  const auto time_of_last = [](model::Layer layer, bool reused) {
    int n = 0;
    support::FakeWire wire([&](const model::Exchange&) {
      if (++n > 2) return status(200);
      Observation seen;
      seen.outcome = Outcome::closed;
      seen.layer = layer;
      seen.detail = "reset";
      seen.reused_connection = reused;
      return seen;
    });
    run::Pace pace;
    pace.jobs = 64;
    pace.rate = 20;
    auto sender = courier(wire, pace);
    (void)sender.ask(questions(60));
    return wire.sent_at().back();
  };
  CHECK(time_of_last(model::Layer::tls, false) <= Milliseconds{2200});
  CHECK(time_of_last(model::Layer::http, true) <= Milliseconds{2400});
  CHECK(time_of_last(model::Layer::http, false) >= Milliseconds{4000});
  CHECK(time_of_last(model::Layer::http, false) <= Milliseconds{5500});
}

TEST_CASE("a dead reused connection says nothing about the request: asked again, fresh") {
  int n = 0;
  support::FakeWire wire([&](const model::Exchange&) {
    Observation seen = status(400);
    if (++n == 1) {
      seen = {};
      seen.outcome = Outcome::closed;
      seen.reused_connection = true;
    }
    return seen;
  });
  auto sender = courier(wire, {});
  CHECK(sender.ask_one({"q", get("/")}).status == 400);
  REQUIRE(wire.sent().size() == 2);
  CHECK(std::get<model::HttpExchange>(wire.sent()[1]).connection == model::Connection::fresh);
}

TEST_CASE("a close on a fresh connection is an answer") {
  support::FakeWire wire([](const model::Exchange&) {
    Observation seen;
    seen.outcome = Outcome::closed;
    return seen;
  });
  auto sender = courier(wire, {});
  CHECK(sender.ask_one({"q", get("/")}).outcome == Outcome::closed);
  CHECK(wire.sent().size() == 1);
}

TEST_CASE("what comes after the budget, the deadline or Ctrl-C is not sent, and says so") {
  support::FakeWire wire([](const model::Exchange&) { return status(200); });
  run::Pace pace;
  pace.jobs = 1;
  SECTION("budget") {
    pace.max_requests = 3;
    auto sender = courier(wire, pace);
    const auto answers = sender.ask(questions(5));
    CHECK(answers[2].status == 200);
    CHECK(answers[3].outcome == Outcome::not_sent);
    CHECK(sender.withheld("q-3"));
    CHECK(sender.halted() == run::Halt::budget);
    CHECK(wire.sent().size() == 3);
  }
  SECTION("deadline") {
    pace.deadline = Milliseconds{25};
    auto sender = courier(wire, pace);
    const auto answers = sender.ask(questions(10));
    CHECK(answers[0].status == 200);
    CHECK(answers[9].outcome == Outcome::not_sent);
    CHECK(sender.halted() == run::Halt::deadline);
  }
  SECTION("Ctrl-C: what is in flight may finish") {
    auto sender = courier(wire, pace, [&] { return wire.sent().size() >= 2; });
    const auto answers = sender.ask(questions(5));
    CHECK(answers[1].status == 200);
    CHECK(answers[2].outcome == Outcome::not_sent);
    CHECK(sender.halted() == run::Halt::interrupted);
  }
  SECTION("Ctrl-C: but not for ever") {
    wire.latency = Milliseconds{60000};
    auto sender = courier(wire, pace, [&] { return !wire.sent().empty(); });
    const auto answers = sender.ask(questions(2));
    CHECK(answers[0].outcome == Outcome::not_sent);
    CHECK(wire.now() <= Milliseconds{3100});
    while (wire.turn()) {
    }  // the late answer finds nobody
  }
}

TEST_CASE("a token keyed with the target's public key waits for a handshake that shows it") {
  const std::string key = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
  support::FakeWire wire([&](const model::Exchange& exchange) {
    auto seen = status(200);
    if (!std::holds_alternative<model::HandshakeExchange>(exchange)) return seen;
    seen.tls.server.emplace().public_key = key;
    return seen;
  });
  auto sender = courier(wire, {});
  auto http = get("/");
  http.headers.push_back({"Authorization", "Bearer {token}"});
  http.token = model::TokenRecipe{base::Json::object(), {{"token.sign", "", "hs256-server-key"}}};
  const auto early = sender.ask_one({"early", http});
  CHECK(early.outcome == Outcome::not_sent);
  CHECK(early.detail == "the target's public key is not known");
  CHECK(sender.requests_sent() == 0);
  (void)sender.ask_one({"handshake", model::HandshakeExchange{}});
  CHECK(sender.ask_one({"late", http}).outcome == Outcome::answered);
  const std::string token = std::get<model::HttpExchange>(wire.sent().back()).headers.back().value.substr(7);
  const auto dot = token.rfind('.');
  CHECK(base::from_base64url(token.substr(dot + 1)) == pki::untrusted_signature("hs256-server-key", token.substr(0, dot), key));
}

TEST_CASE("trace ids name the run and the question") {
  support::FakeWire wire([](const model::Exchange&) { return status(200); });
  auto sender = courier(wire, {});
  const auto seen = sender.ask_one({"token.rejects-expired-1", get("/")});
  const std::string sent = std::get<model::HttpExchange>(wire.sent()[0]).headers[1].value;
  CHECK(sent.starts_with("01234567-89ab-4cde-8f01-"));
  CHECK(sent.size() == 36);
  CHECK(sent.ends_with(seen.trace_id));
  CHECK(std::get<model::HttpExchange>(seen.exchange).headers[1].value == "{trace-id}");
}
