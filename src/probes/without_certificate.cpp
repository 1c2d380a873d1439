// SPDX-License-Identifier: Apache-2.0
// Whether the refusal of clients without a certificate depends on what they ask for. Each change is
// asked twice: without a certificate, and with the valid one, so that a refusal of the change itself
// is not taken for a refusal of the client.
#include <fmt/format.h>

#include <algorithm>

#include "probes/families.hpp"
#include "probes/grading.hpp"
#include "probes/presented.hpp"
#include "probes/reproduce.hpp"
#include "probes/request_builder.hpp"
#include "probes/sni.hpp"

namespace probes {

namespace {

using model::Cause;
using model::HttpExchange;
using model::Judgement;
using model::Observation;
using model::Outcome;
using model::Verdict;


// One way to ask differently.
struct Change {
  std::string_view word;
  void (*apply)(HttpExchange& http);
};
constexpr Change changes[] = {
    {"options", [](HttpExchange& http) { http.method = "OPTIONS"; }},
    {"head", [](HttpExchange& http) { http.method = "HEAD"; }},
    {"root-path", [](HttpExchange& http) { http.path = "/"; }},
    {"another-host",
     [](HttpExchange& http) {
       for (auto& header : http.headers)
         if (header.name == "Host") header.value = unknown_name;
     }},
    {"another-sni", [](HttpExchange& http) { http.server_name = unknown_name; }},
    {"no-sni", [](HttpExchange& http) { http.names_server = false; }},
};

const Change& change_of(const model::Check& check) {
  const std::string word = check.with.value("change", "");
  const auto* at = std::find_if(std::begin(changes), std::end(changes), [&](const Change& c) { return c.word == word; });
  return at == std::end(changes) ? changes[0] : *at;
}

model::Prepared prepare(const model::Check& check, const model::Subject& subject) {
  model::Prepared prepared = apart_from_control(check, subject);
  if (prepared.settled) return prepared;
  HttpExchange http = prepared.control->exchange;
  const Change& change = change_of(check);
  if (change.word == "no-sni" && server_name(subject, http.origin).empty()) {
    prepared.settled = settled(Verdict::skipped, Cause::not_applicable,
                               "the target is named by its address, for which no SNI is ever sent");
    return prepared;
  }
  change.apply(http);
  if (http == prepared.control->exchange) {
    prepared.settled = settled(Verdict::skipped, Cause::not_applicable, "the base request is asked this way itself");
    return prepared;
  }
  HttpExchange without = http;
  without.credential.clear();
  const bool in_curl = change.word != "no-sni" && change.word != "another-sni";
  if (in_curl) prepared.reproduce.push_back(curl_line(without, subject.credentials));
  prepared.asks = {std::move(without), std::move(http)};
  return prepared;
}

// The connection without a certificate ended in the handshake, or where an answer was due.
Judgement judge_hang_up(Judgement judgement, const Observation& without, const Observation& with) {
  if (without.tls.certificate_requested) {
    if (!hung_up(with) || with.layer != without.layer || with.alert != without.alert) return judgement;
    judgement.verdict = Verdict::warn;
    judgement.cause = Cause::deviation;
    judgement.because = "the valid certificate is hung up on in the same way: nothing shows that the certificate was looked at first";
    return judgement;
  }
  if (hung_up(with) && without.layer == model::Layer::tls) {
    judgement.because = "refused before a certificate is asked for, and with the valid one as well: nobody gets in this way";
    judgement.ask_again = false;
    return judgement;
  }
  judgement.verdict = Verdict::inconclusive;
  judgement.cause = Cause::ambiguous;
  judgement.because = "refused without having asked for a certificate, but served with one";
  judgement.ask_again = false;
  return judgement;
}

// Whether one answer cannot be told from the other; to HEAD, the header fields are all there is.
bool same_answer(const Observation& a, const Observation& b) {
  const auto field = [](const Observation& seen, const char* name) { return model::header_value(seen, name); };
  return a.status == b.status && a.body_digest == b.body_digest && field(a, "Content-Type") == field(b, "Content-Type") &&
         field(a, "Content-Length") == field(b, "Content-Length");
}

Judgement judge(const model::Trial& trial) {
  // A bare close is asked again: the later pair counts, and its outcome must be the first one's.
  const std::size_t pair = trial.answers.size() - 2;
  const Observation& without = trial.answers[pair];
  const Observation& with = trial.answers[pair + 1];
  Judgement judgement = judge_refusal(without, trial.check.expect, Column::identity);
  judgement.evidence = {without.id, with.id};
  if (hung_up(without)) judgement = judge_hang_up(std::move(judgement), without, with);
  const bool refused_in_http = without.outcome == Outcome::answered && without.status >= 400 && judgement.cause != Cause::network;
  if (refused_in_http && judgement.verdict != Verdict::fail && same_answer(without, with)) {
    judgement.verdict = Verdict::warn;
    judgement.cause = Cause::deviation;
    judgement.because = "the valid certificate gets the same answer: nothing shows that the certificate was looked at first";
  }
  return pair > 0 ? agreed(std::move(judgement), trial.answers.front(), without) : judgement;
}

constexpr model::Parameter parameters[] = {
    {"change", model::Parameter::Type::text, true,
     "options head root-path another-host another-sni no-sni", "how the request differs from the base one"},
};

}  // namespace

constinit const model::Probe without_certificate = {
    .name = "without-certificate",
    .about = "Asks without a certificate in another way than the base request: another verb, path, Host or server name, "
             "each on a connection of its own. The same is asked with the valid certificate, so that a refusal of "
             "the change itself is told from a refusal of the client.",
    .control = "the base request with the valid credential, on fresh connections",
    .parameters = parameters,
    .stage = model::Stage::epoch,
    .prepare = prepare,
    .judge = judge,
};

}  // namespace probes
