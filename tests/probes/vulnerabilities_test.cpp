// SPDX-License-Identifier: Apache-2.0
// What is asked about known flaws, and what the answers mean, row by row, without a network.
#include <algorithm>
#include <functional>
#include <set>

#include "probes/vulnerabilities.hpp"
#include "tests/catch.hpp"
#include "tests/probes/scripted_server.hpp"

namespace {

using model::Exchange;
using model::HandshakeExchange;
using model::HelloExchange;
using model::Observation;
using model::Oddity;
using model::Outcome;
using model::Padding;
using model::Sequel;
using model::TlsVersion;
using State = model::Feature::State;
using End = model::SequelSeen::End;
using Accepts = std::map<TlsVersion, std::vector<std::uint32_t>>;
// Changes what a sound server says; n counts how often that exchange was asked, from 1; 0 is the survey.
using Twist = std::function<void(const Exchange&, int n, Observation&)>;

const Accepts conformant = {{TlsVersion::tls1_2, {0xC030, 0x009F, 0xC028}}};
const Accepts with_transport = {{TlsVersion::tls1_2, {0xC030, 0x009C}}};

Observation sound_hello(const HelloExchange& hello, const Accepts& accepts, const std::string& id) {
  Observation seen = scripted::answered(hello, accepts, id);
  if (seen.outcome != Outcome::answered || !hello.whole_flight) return seen;
  seen.tls.flight = model::FlightSeen{};
  seen.tls.flight->complete = true;
  seen.tls.flight->extensions = {0xFF01};
  if (hello.then == Sequel::early_cipher_change) seen.tls.sequel = model::SequelSeen{End::alert, "unexpected_message", {}};
  if (hello.then > Sequel::early_cipher_change) seen.tls.sequel = model::SequelSeen{End::alert, "bad_record_mac", {}};
  return seen;
}

Observation sound_handshake(const HandshakeExchange& handshake, const std::string& id) {
  Observation seen;
  seen.id = id;
  seen.exchange = handshake;
  seen.outcome = Outcome::answered;
  if (handshake.padding == Padding::sound) seen.tls.sequel = model::SequelSeen{End::answered, "", {}};
  if (handshake.padding == Padding::altered) seen.tls.sequel = model::SequelSeen{End::alert, "bad_record_mac", {}};
  if (handshake.short_session_id) seen.tls.session = model::Session::resumed;
  return seen;
}

// A survey, and then the questions about flaws until there are none.
std::vector<Observation> asked(const Accepts& accepts, const Twist& twist = [](const auto&, int, auto&) {}) {
  auto seen = scripted::surveyed(accepts);
  for (auto& one : seen)
    if (const auto& hello = std::get<HelloExchange>(one.exchange); hello.whole_flight) {
      one = sound_hello(HelloExchange(hello), accepts, one.id);
      twist(Exchange(one.exchange), 0, one);
    }
  std::map<std::string, int> counts;
  for (int step = 0; step < 6; ++step)
    for (const auto& question : probes::vulnerability_questions(scripted::plan, std::vector(seen))) {
      const auto* hello = std::get_if<HelloExchange>(&question.exchange);
      Observation one = hello != nullptr ? sound_hello(*hello, accepts, question.id) : sound_handshake(std::get<HandshakeExchange>(question.exchange), question.id);
      twist(question.exchange, ++counts[model::fingerprint(question.exchange)], one);
      seen.push_back(std::move(one));
    }
  return seen;
}

model::Feature found(const char* name, const Accepts& accepts, const Twist& twist = [](const auto&, int, auto&) {}) {
  return probes::tls_facts(asked(accepts, twist)).vulnerability(name);
}

bool then(const Exchange& exchange, Sequel sequel) {
  const auto* hello = std::get_if<HelloExchange>(&exchange);
  return hello != nullptr && hello->then == sequel;
}

std::size_t questions(const std::vector<Observation>& seen) {
  return static_cast<std::size_t>(std::count_if(seen.begin(), seen.end(), [](const auto& one) { return one.id.starts_with("vulnerability-"); }));
}

}  // namespace

TEST_CASE("a sound server has none of it, and is asked as little as will do") {
  const auto seen = asked(conformant);
  const auto facts = probes::tls_facts(seen);
  for (const auto* name : {"heartbleed", "ccs-injection", "robot", "poodle", "poodle-over-tls", "ticketbleed", "version-intolerance",
                           "extension-intolerance", "grease-intolerance", "length-intolerance"}) {
    CAPTURE(name);
    CHECK(facts.vulnerability(name).state == State::no);
  }
  // Six odd hellos, heartbeat, early change, two records; no tickets, no RSA key transport.
  CHECK(questions(seen) == 10);
  CHECK(facts.vulnerability("robot").detail == "no suite with RSA key transport");
  CHECK(facts.vulnerability("heartbleed").detail == "takes no heartbeats");
}

TEST_CASE("nothing is told of flaws where nothing was asked about them") {
  CHECK(probes::tls_facts(scripted::surveyed(conformant)).vulnerabilities.empty());
}

TEST_CASE("what the survey tells is not asked") {
  CHECK(found("poodle-over-tls", {{TlsVersion::tls1_2, {0xC030}}}).detail == "no CBC suite");
  // Where it is not tried nothing is claimed.
  CHECK(found("poodle-over-tls", {{TlsVersion::tls1_1, {0x0039}}}).state == State::unknown);
  CHECK(found("poodle-over-tls", {{TlsVersion::tls1_0, {0x0039}}, {TlsVersion::tls1_2, {0xC030}}}).state == State::unknown);
  const auto old = probes::tls_facts(asked({{TlsVersion::ssl3, {0x0039}}}));
  CHECK(old.vulnerability("poodle").state == State::yes);
  CHECK(old.vulnerability("ccs-injection").state == State::no);
  CHECK_FALSE(old.vulnerabilities.contains("heartbleed"));
  CHECK(found("poodle", {{TlsVersion::tls1_2, {0xC030}}, {TlsVersion::ssl3, {0x002F}}}).state == State::yes);
  CHECK(found("poodle", {{TlsVersion::tls1_2, {0xC030}}, {TlsVersion::ssl3, {0x0005}}}).state == State::no);
  const auto only13 = probes::tls_facts(asked({{TlsVersion::tls1_3, {0x1301}}}));
  CHECK_FALSE(only13.vulnerabilities.contains("heartbleed"));
  CHECK_FALSE(only13.vulnerabilities.contains("robot"));
  CHECK(only13.vulnerability("grease-intolerance").state == State::no);
}

TEST_CASE("RSA key transport at SSLv3 alone is not tried, and not absent") {
  CHECK(found("robot", {{TlsVersion::tls1_2, {0xC030}}, {TlsVersion::ssl3, {0x002F}}}).state == State::unknown);
  CHECK(found("robot", {{TlsVersion::tls1_2, {0xC030}}, {TlsVersion::ssl3, {0x0039}}}).state == State::no);
  CHECK(found("robot", {{TlsVersion::tls1_2, {0xC030, 0x009C}}, {TlsVersion::ssl3, {0x002F}}}).state == State::no);
}

TEST_CASE("Heartbleed: who takes heartbeats is sent a false one") {
  struct Row {
    std::optional<model::SequelSeen> sequel;
    int beyond;
    State state;
  };
  const Row rows[] = {{model::SequelSeen{End::closed, "", {}}, 0, State::no},
                      {model::SequelSeen{End::alert, "unexpected_message", {}}, 0, State::no},
                      {model::SequelSeen{End::silent, "", {}}, 0, State::unknown},
                      {std::nullopt, 0, State::unknown},
                      {model::SequelSeen{End::closed, "", {"heartbeat 4220"}}, 1, State::yes}};
  for (const auto& row : rows) {
    const auto state = found("heartbleed", conformant, [&](const Exchange& exchange, int, Observation& seen) {
      if (!then(exchange, Sequel::heartbeat)) return;
      seen.tls.flight->extensions.push_back(15);
      seen.tls.sequel = row.sequel;
      seen.tls.beyond = row.beyond;
    }).state;
    CHECK(state == row.state);
  }
}

TEST_CASE("a flaw that is seen once of two times is not believed") {
  const auto once = found("ccs-injection", conformant, [](const Exchange& exchange, int n, Observation& seen) {
    if (then(exchange, Sequel::early_cipher_change) && n == 1) seen.tls.sequel->alert = "bad_record_mac";
  });
  CHECK(once.state == State::unknown);
  CHECK(once.detail == "seen once of two times");
}

TEST_CASE("CCS injection: only a failed decryption tells that keys were changed") {
  const std::pair<model::SequelSeen, State> rows[] = {{{End::alert, "unexpected_message", {}}, State::no},
                                                      {{End::alert, "handshake_failure", {}}, State::no},
                                                      {{End::closed, "", {}}, State::no},
                                                      {{End::silent, "", {}}, State::unknown},
                                                      {{End::alert, "bad_record_mac", {}}, State::yes},
                                                      {{End::alert, "decryption_failed", {}}, State::yes}};
  for (const auto& [sequel, state] : rows)
    CHECK(found("ccs-injection", conformant, [&, answer = sequel](const Exchange& exchange, int, Observation& seen) {
            if (then(exchange, Sequel::early_cipher_change)) seen.tls.sequel = answer;
          }).state == state);
}

TEST_CASE("ROBOT: five answers alike are sound, different ones must stay so for three rounds") {
  const auto robot = [](const Twist& twist) { return found("robot", with_transport, twist); };
  CHECK(robot([](const auto&, int, auto&) {}).detail == "five premaster secrets are answered alike at the end of a complete flight: the alert bad_record_mac");
  const auto strong = robot([](const Exchange& exchange, int, Observation& seen) {
    if (then(exchange, Sequel::rsa_wrong_type)) seen.tls.sequel->alert = "handshake_failure";
  });
  CHECK(strong.state == State::yes);
  CHECK_THAT(strong.detail, ContainsSubstring("a strong oracle"));
  const auto weak = robot([](const Exchange& exchange, int, Observation& seen) {
    if (then(exchange, Sequel::rsa_wrong_type) || then(exchange, Sequel::rsa_early_zero) || then(exchange, Sequel::rsa_no_zero))
      seen.tls.sequel->alert = "handshake_failure";
  });
  CHECK_THAT(weak.detail, ContainsSubstring("a weak oracle"));
  const auto lost = robot([](const Exchange& exchange, int n, Observation& seen) {
    if (then(exchange, Sequel::rsa_sound) && n == 1) seen.tls.sequel = model::SequelSeen{End::closed, "", {}};
  });
  CHECK(lost.state == State::unknown);
  const auto silent = robot([](const Exchange&, int, Observation& seen) {
    if (seen.tls.sequel) seen.tls.sequel = model::SequelSeen{End::silent, "", {}};
  });
  CHECK(silent.state == State::unknown);
  const auto nothing_left = robot([](const Exchange& exchange, int, Observation& seen) {
    if (then(exchange, Sequel::rsa_no_zero)) seen.tls.sequel.reset();
  });
  CHECK(nothing_left.state == State::unknown);
  const auto wants_certificate = [](const char* alert) {
    return [alert](const Exchange&, int, Observation& seen) {
      seen.tls.certificate_requested = true;
      if (seen.tls.sequel) seen.tls.sequel->alert = alert;
    };
  };
  // The first three may be said of our certificate.
  for (const auto* alert : {"handshake_failure", "decrypt_error", "unknown_ca"}) CHECK(robot(wants_certificate(alert)).state == State::unknown);
  for (const auto* alert : {"bad_record_mac", "decryption_failed"}) CHECK(robot(wants_certificate(alert)).state == State::no);
}

TEST_CASE("POODLE over TLS: the altered record counts beside one that was answered") {
  struct Row {
    End control;
    End altered;
    State state;
  };
  const Row rows[] = {{End::answered, End::alert, State::no},      {End::answered, End::closed, State::no},
                      {End::answered, End::answered, State::yes},  {End::answered, End::silent, State::unknown},
                      {End::alert, End::alert, State::unknown},    {End::closed, End::closed, State::unknown},
                      {End::silent, End::answered, State::unknown},
                      {End::closed, End::alert, State::no},        {End::silent, End::alert, State::no},
                      {End::closed, End::silent, State::unknown}};
  for (const auto& row : rows) {
    const auto feature = found("poodle-over-tls", conformant, [&](const Exchange& exchange, int, Observation& seen) {
      const auto* handshake = std::get_if<HandshakeExchange>(&exchange);
      if (handshake == nullptr || handshake->padding == Padding::usual) return;
      seen.tls.sequel = model::SequelSeen{handshake->padding == Padding::sound ? row.control : row.altered, "bad_record_mac", {}};
    });
    CAPTURE(feature.detail);
    CHECK(feature.state == row.state);
  }
  const auto refused = found("poodle-over-tls", conformant, [](const Exchange& exchange, int, Observation& seen) {
    if (!std::holds_alternative<HandshakeExchange>(exchange)) return;
    seen.outcome = Outcome::refused;
    seen.tls.sequel.reset();
  });
  CHECK(refused.state == State::unknown);
}

TEST_CASE("Ticketbleed: a short session id comes back as it was, or longer, or not at all") {
  const auto ticket = [](const std::function<void(Observation&)>& change) {
    return found("ticketbleed", conformant, [&](const Exchange& exchange, int, Observation& seen) {
      if (seen.tls.flight) seen.tls.flight->extensions.push_back(35);
      const auto* handshake = std::get_if<HandshakeExchange>(&exchange);
      if (handshake != nullptr && handshake->short_session_id) change(seen);
    });
  };
  CHECK(found("ticketbleed", conformant).detail == "gives no tickets");
  CHECK_THAT(ticket([](Observation&) {}).detail, ContainsSubstring("as it was, or not at all"));
  CHECK(ticket([](Observation& seen) { seen.tls.session = model::Session::offered; }).state == State::no);
  CHECK(ticket([](Observation& seen) {
          seen.outcome = Outcome::not_sent;
          seen.side = model::Side::target;
          seen.tls.session = model::Session::withheld;
        }).state == State::no);
  // Our own side breaks off at what it did not ask for.
  CHECK(ticket([](Observation& seen) {
          seen.outcome = Outcome::not_sent;
          seen.side = model::Side::ours;
          seen.tls.beyond = 1;
        }).state == State::yes);
  CHECK(ticket([](Observation& seen) { seen.outcome = Outcome::refused; }).state == State::unknown);
  CHECK(ticket([](Observation& seen) { seen.outcome = Outcome::timed_out; }).state == State::unknown);
}

TEST_CASE("odd hellos: refused twice is intolerance, silence is nothing") {
  struct Row {
    Oddity oddity;
    const char* name;
  };
  const Row rows[] = {{Oddity::later_version, "version-intolerance"},       {Oddity::unknown_version, "version-intolerance"},
                      {Oddity::unknown_extension, "extension-intolerance"}, {Oddity::grease, "grease-intolerance"},
                      {Oddity::medium_length, "length-intolerance"},        {Oddity::great_length, "length-intolerance"}};
  const std::pair<Outcome, State> outcomes[] = {{Outcome::refused, State::yes}, {Outcome::closed, State::yes}, {Outcome::timed_out, State::unknown}};
  for (const auto& row : rows)
    for (const auto& [outcome, state] : outcomes) {
      const auto facts = probes::tls_facts(asked(conformant, [&, ends = outcome](const Exchange& exchange, int, Observation& seen) {
        const auto* hello = std::get_if<HelloExchange>(&exchange);
        if (hello == nullptr || hello->oddity != row.oddity) return;
        seen.outcome = ends;
        seen.alert = ends == Outcome::refused ? "decode_error" : "";
        seen.tls = {};
      }));
      CAPTURE(row.name);
      CHECK(facts.vulnerability(row.name).state == state);
      CHECK(facts.contradictions.empty());
      std::set<std::string> others;
      for (const auto& [name, feature] : facts.vulnerabilities)
        if (feature.state != State::no) others.insert(name);
      CHECK(others == std::set<std::string>{row.name});
    }
}

TEST_CASE("a refusal that nobody vouches for is no intolerance") {
  const auto doubted = found("grease-intolerance", conformant, [](const Exchange& exchange, int, Observation& seen) {
    const auto* hello = std::get_if<HelloExchange>(&exchange);
    if (hello == nullptr || hello->oddity != Oddity::grease) return;
    seen.outcome = Outcome::refused;
    seen.believed = false;
    seen.tls = {};
  });
  CHECK(doubted.state == State::unknown);
  CHECK_THAT(doubted.detail, ContainsSubstring("was not accepted before and after"));
}
