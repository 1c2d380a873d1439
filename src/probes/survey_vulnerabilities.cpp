// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "probes/survey_parts.hpp"
#include "probes/vulnerabilities.hpp"
#include "probes/vulnerability_readings.hpp"

namespace probes {

namespace {

using model::HandshakeExchange;
using model::HelloExchange;
using model::Observation;
using model::Oddity;
using model::Padding;
using model::Sequel;
using model::TlsVersion;
using End = model::SequelSeen::End;

constexpr std::size_t most_tries = 2;

// Shown twice is believed, shown once of two times is not.
Reading together(const std::string& name, const std::vector<const Observation*>& answers, std::span<const Observation> all) {
  Reading last{Sign::unclear, "not asked"};
  std::size_t signs = 0;
  for (const auto* answer : answers) {
    Reading one = read(name, *answer, all);
    if (one.sign == Sign::shown) ++signs;
    last = one.sign == Sign::unclear && last.sign != Sign::unclear ? last : std::move(one);
  }
  if (signs == 0 || signs == answers.size()) return signs == 1 ? Reading{Sign::unclear, "seen once, and not asked again"} : last;
  return {Sign::unclear, "seen once of two times"};
}

bool has_cbc(const model::VersionFacts& facts) {
  return std::any_of(facts.accepted.begin(), facts.accepted.end(), [](std::uint32_t code) {
    const auto* suite = model::find_suite(code);
    return suite != nullptr && suite->encryption.ends_with("CBC");
  });
}

void tell(model::TlsFacts& facts, const std::string& name, model::Feature::State state, std::string detail, std::string observation) {
  facts.vulnerabilities[name] = {state, std::move(detail), std::move(observation)};
}

// Records are made by hand for TLS 1.2 alone.
void deduce_cbc(model::TlsFacts& facts, const std::string& observation) {
  using State = model::Feature::State;
  if (has_cbc(facts.of(TlsVersion::tls1_2))) return;
  bool older = false;
  bool open = false;
  for (const auto version : {TlsVersion::tls1_0, TlsVersion::tls1_1, TlsVersion::tls1_2}) {
    older = older || has_cbc(facts.of(version));
    open = open || !facts.of(version).unanswered.empty();
  }
  if (older) return tell(facts, "poodle-over-tls", State::unknown, "CBC suites before TLS 1.2 only, where it is not tried", observation);
  if (open) return tell(facts, "poodle-over-tls", State::unknown, "hellos with CBC suites stayed unanswered", observation);
  tell(facts, "poodle-over-tls", State::no, "no CBC suite", observation);
}

// What the survey decides by itself, at no cost. Those that apply to TLS 1.2 and below are not told of a
// target that speaks TLS 1.3 alone.
void deduce(model::TlsFacts& facts) {
  using State = model::Feature::State;
  const auto& ssl3 = facts.of(TlsVersion::ssl3);
  const std::string seen = ssl3.observations.empty() ? "" : ssl3.observations.front();
  if (ssl3.state == model::HelloState::accepted && has_cbc(ssl3)) {
    tell(facts, "poodle", State::yes, "SSLv3 with a CBC suite", ssl3.evidence.begin()->second);
  } else if (ssl3.state == model::HelloState::refused || ssl3.state == model::HelloState::closed) {
    tell(facts, "poodle", State::no, "SSLv3 is refused", seen);
  } else if (ssl3.state == model::HelloState::accepted && ssl3.unanswered.empty()) {
    tell(facts, "poodle", State::no, "SSLv3 without any CBC suite", seen);
  } else {
    tell(facts, "poodle", State::unknown, "hellos of SSLv3 stayed unanswered", seen);
  }
  const auto version = highest_below_13(facts);
  if (!version) return;
  deduce_cbc(facts, facts.of(*version).observations.front());
  const auto& ticket = facts.feature("session-ticket");
  if (ticket.state == State::no) tell(facts, "ticketbleed", State::no, "gives no tickets", ticket.observation);
}

bool decided(const model::TlsFacts& facts, const char* name) { return facts.vulnerability(name).state == model::Feature::State::no; }

constexpr std::size_t few = 8;   // suites of a hello: it has to stay short

// In which order they were found differs from run to run.
Suites in_order(Suites suites) {
  std::sort(suites.begin(), suites.end());
  return suites;
}

HelloExchange plain(const SurveyPlan& plan, TlsVersion version, Suites suites) {
  if (suites.size() > few) suites.resize(few);
  return hello(plan, version, std::move(suites));
}

HandshakeExchange handshake(const SurveyPlan& plan, TlsVersion version) {
  HandshakeExchange out;
  out.origin = plan.origin;
  out.server_name = plan.server_name;
  out.credential = plan.credential;
  out.only = version;
  return out;
}

// Of a target that speaks nothing better.
std::vector<model::Exchange> wanted_of_ssl3(const SurveyPlan& plan, std::span<const Observation> seen) {
  const Suites suites = in_order(found(seen, TlsVersion::ssl3));
  if (suites.empty()) return {};
  HelloExchange asked = plain(plan, TlsVersion::ssl3, suites);
  asked.whole_flight = true;
  asked.then = Sequel::early_cipher_change;
  return {asked};
}

// Everything that is worth asking of this target.
std::vector<model::Exchange> wanted(const SurveyPlan& plan, const model::TlsFacts& facts, std::span<const Observation> seen) {
  std::vector<model::Exchange> out;
  const auto below = highest_below_13(facts);
  const TlsVersion version = below.value_or(TlsVersion::tls1_3);
  const Suites suites = in_order(found(seen, version));
  if (suites.empty()) return wanted_of_ssl3(plan, seen);
  const HelloExchange base = plain(plan, version, suites);
  for (const auto& [oddity, word] : model::Words<Oddity>::table) {
    if (oddity == Oddity::none || (oddity == Oddity::later_version && !below)) continue;
    HelloExchange odd = base;
    odd.oddity = oddity;
    out.emplace_back(std::move(odd));
  }
  if (!below) return out;
  for (const auto then : {Sequel::heartbeat, Sequel::early_cipher_change}) {
    HelloExchange asked = base;
    asked.whole_flight = true;
    asked.then = then;
    out.emplace_back(std::move(asked));
  }
  for (const auto padding : {Padding::sound, Padding::altered}) {
    if (facts.vulnerabilities.contains("poodle-over-tls")) break;
    HandshakeExchange asked = handshake(plan, TlsVersion::tls1_2);
    asked.padding = padding;
    out.emplace_back(std::move(asked));
  }
  if (decided(facts, "ticketbleed")) return out;
  HandshakeExchange asked = handshake(plan, *below);
  asked.resumes = model::Resumption::ticket;
  asked.short_session_id = true;
  out.emplace_back(std::move(asked));
  return out;
}

bool is_control(const model::Exchange& exchange) {
  const auto* handshake = std::get_if<HandshakeExchange>(&exchange);
  return handshake != nullptr && handshake->padding == Padding::sound;
}

// An odd hello whose answer says nothing was sent twice already (run/odd_hellos.cpp).
bool settled(const model::Exchange& exchange, const Observation& last, std::span<const Observation> seen) {
  if (is_control(exchange)) return last.tls.sequel && last.tls.sequel->end == End::answered;
  const Sign sign = read(about(exchange), last, seen).sign;
  const auto* hello = std::get_if<HelloExchange>(&exchange);
  const bool odd = hello != nullptr && hello->oddity != Oddity::none;
  return sign == Sign::clean || (odd && sign == Sign::unclear);
}

// "grease", "rsa-sound": what is particular to it.
std::string label(const model::Exchange& exchange) {
  if (is_control(exchange)) return "poodle-over-tls-control";
  const auto* hello = std::get_if<HelloExchange>(&exchange);
  return hello != nullptr && hello->oddity != Oddity::none ? std::string(word(hello->oddity)) : about(exchange);
}

bool asked_for_this(const Observation& seen) { return seen.id.starts_with("vulnerability-"); }

}  // namespace

std::string question_id(const std::string& what, std::size_t n) { return fmt::format("vulnerability-{}-{}", what, n); }

std::vector<const Observation*> answers_to(const model::Exchange& exchange, std::span<const Observation> seen) {
  std::vector<std::pair<std::string, const Observation*>> found;
  for (const auto& observation : seen) {
    if (observation.exchange != exchange || is_known_good(observation)) continue;
    const std::string id = observation.id.substr(0, observation.id.find("-again"));
    const auto at = std::find_if(found.begin(), found.end(), [&](const auto& known) { return known.first == id; });
    if (at == found.end()) {
      found.emplace_back(id, &observation);
    } else {
      at->second = &observation;
    }
  }
  std::vector<const Observation*> out;
  for (const auto& one : found) out.push_back(one.second);
  return out;
}

std::vector<VulnerabilityQuestion> vulnerability_questions(const SurveyPlan& plan, std::span<const Observation> seen) {
  model::TlsFacts facts = tls_facts(seen);
  facts.vulnerabilities.clear();   // what was asked once may have to be asked again
  deduce(facts);
  std::vector<VulnerabilityQuestion> out = robot_questions(plan, facts, seen);
  for (auto& exchange : wanted(plan, facts, seen)) {
    const auto answers = answers_to(exchange, seen);
    if (answers.size() >= most_tries) continue;
    if (!answers.empty() && settled(exchange, *answers.back(), seen)) continue;
    out.push_back({question_id(label(exchange), answers.size() + 1), std::move(exchange)});
  }
  return out;
}

void learn_vulnerabilities(model::TlsFacts& facts, std::span<const Observation> seen) {
  using State = model::Feature::State;
  if (std::none_of(seen.begin(), seen.end(), asked_for_this)) return;
  deduce(facts);
  learn_robot(facts, seen);
  std::map<std::string, std::vector<const Observation*>> by_exchange;
  for (const auto& observation : seen) {
    const std::string name = about(observation.exchange);
    if (name.empty() || decided(facts, name.c_str()) || by_exchange.contains(fingerprint(observation.exchange))) continue;
    by_exchange[fingerprint(observation.exchange)] = answers_to(observation.exchange, seen);
  }
  std::map<std::string, std::vector<std::pair<Reading, const Observation*>>> by_name;
  for (const auto& [print, answers] : by_exchange) {
    const std::string name = about(answers.back()->exchange);
    by_name[name].emplace_back(together(name, answers, seen), answers.back());
  }
  // The worst that any of its exchanges tells: shown, then unclear.
  for (auto& [name, readings] : by_name) {
    const auto rank = [](const auto& one) { return one.first.sign == Sign::shown ? 0 : one.first.sign == Sign::unclear ? 1 : 2; };
    const auto worst = std::min_element(readings.begin(), readings.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    const State state = worst->first.sign == Sign::shown ? State::yes : worst->first.sign == Sign::clean ? State::no : State::unknown;
    tell(facts, name, state, worst->first.detail, worst->second->id);
  }
}

}  // namespace probes
