// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "model/tls_names.hpp"
#include "report/exchange_json.hpp"

namespace report {

using base::Json;

namespace {

// JSON has no way to write bytes that are not UTF-8; the library tells by throwing.
bool is_utf8(const std::string& text) {
  try {
    static_cast<void>(Json(text).dump());
    return true;
  } catch (const Json::exception&) {
    return false;
  }
}

Json headers_json(const std::vector<model::Header>& headers, bool from_target) {
  Json out = Json::array();
  for (const auto& header : headers)
    out.push_back({{"name", from_target ? shown(header.name) : own(header.name)},
                   {"value", from_target ? shown(header.value) : own(header.value)}});
  return out;
}

Json texts(const std::vector<std::string>& values) {
  Json out = Json::array();
  for (const auto& value : values) out.push_back(shown(value));
  return out;
}

Json mutation_json(const model::Mutation& mutation) {
  Json out = {{"op", own(mutation.op)}};
  if (!mutation.name.empty()) out["name"] = own(mutation.name);
  if (!mutation.value.is_null()) out["value"] = own(mutation.value);
  return out;
}

Json token_json(const model::TokenRecipe& token) {
  Json mutations = Json::array();
  for (const auto& mutation : token.mutations) mutations.push_back(mutation_json(mutation));
  return {{"claims", own(*token.claims)}, {"mutations", mutations}};
}

Json words_of(const model::HelloExchange& hello) {
  Json versions = Json::array();
  for (const auto version : hello.versions) versions.push_back(model::word(version));
  Json suites = Json::array();
  for (const auto code : hello.suites) suites.push_back(model::code_text(code));
  Json out = {{"kind", "hello"},
              {"origin", own(in_words(hello.origin))},
              {"server_name", own(hello.server_name)},
              {"versions", versions},
              {"suites", suites}};
  for (const auto code : hello.groups) out["groups"].push_back(model::group_name(code));
  if (hello.whole_flight) out["whole_flight"] = true;
  if (hello.oddity != model::Oddity::none) out["oddity"] = model::word(hello.oddity);
  if (hello.then != model::Sequel::none) out["then"] = model::word(hello.then);
  if (!hello.credential.empty()) out["credential"] = own(hello.credential);
  return out;
}

Json words_of(const model::HandshakeExchange& handshake) {
  Json out = {{"kind", "handshake"},
              {"origin", own(in_words(handshake.origin))},
              {"server_name", own(handshake.server_name)},
              {"credential", own(handshake.credential)}};
  if (handshake.only) out["only"] = model::word(*handshake.only);
  if (handshake.resumes != model::Resumption::none) out["resumes"] = model::word(handshake.resumes);
  if (handshake.renegotiates) out["renegotiates"] = true;
  if (handshake.padding != model::Padding::usual) out["padding"] = model::word(handshake.padding);
  if (handshake.short_session_id) out["short_session_id"] = true;
  return out;
}

Json words_of(const model::HttpExchange& http) {
  Json out = {{"kind", "http"},
              {"origin", own(in_words(http.origin))},
              {"server_name", own(http.server_name)},
              {"method", own(http.method)},
              {"path", own(http.path)},
              {"headers", headers_json(http.headers, false)}};
  if (http.token) out["token"] = token_json(*http.token);
  if (!http.body.empty()) out["body"] = own(http.body);
  out["credential"] = own(http.credential);
  out["connection"] = http.connection == model::Connection::fresh ? "fresh" : "pooled";
  if (!http.names_server) out["names_server"] = false;
  if (http.only) out["only"] = model::word(*http.only);
  if (http.session_of) out["session_of"] = own(*http.session_of);
  return out;
}

template <class Codes, class Name>
void name_all(Json& out, const char* key, const Codes& codes, const Name& name) {
  for (const auto code : codes) out[key].push_back(name(code));
}

Json flight_json(const model::FlightSeen& flight) {
  Json out = Json::object();
  if (flight.complete) out["complete"] = true;
  name_all(out, "extensions", flight.extensions, [](std::uint16_t code) { return code; });
  if (flight.compressed) out["compressed"] = true;
  if (flight.session_id) out["session_id"] = true;
  if (flight.group != 0) out["group"] = model::group_name(flight.group);
  if (flight.dh_bits != 0) out["dh_bits"] = flight.dh_bits;
  if (!flight.dh_prime.empty()) out["dh_prime"] = flight.dh_prime;
  if (flight.signature != 0) out["signature"] = flight.signature;
  if (flight.certificates != 0) out["certificates"] = flight.certificates;
  if (flight.stapled) out["stapled"] = true;
  if (!flight.warning.empty()) out["warning"] = shown(flight.warning);
  name_all(out, "certificate_types", flight.certificate_types, [](std::uint8_t code) { return code; });
  name_all(out, "signatures", flight.signatures, [](std::uint16_t code) { return code; });
  return out;
}

Json sequel_json(const model::SequelSeen& sequel) {
  Json out = {{"end", model::word(sequel.end)}};
  if (!sequel.alert.empty()) out["alert"] = shown(sequel.alert);
  if (!sequel.records.empty()) out["records"] = texts(sequel.records);
  return out;
}

// Only what was seen: an absent key is "no" or "nothing".
Json tls_json(const model::TlsSeen& tls, const model::Facts& facts) {
  Json out = Json::object();
  if (tls.version) out["version"] = model::word(*tls.version);
  if (tls.suite != 0) out["suite"] = model::code_text(tls.suite);
  name_all(out, "ssl2_kinds", tls.ssl2_kinds, model::code_text);
  if (tls.complete) out["complete"] = true;
  if (tls.certificate_requested) out["certificate_requested"] = true;
  if (tls.certificate_left) out["certificate_left"] = true;
  if (!tls.leaf_sent.empty()) out["leaf_sent"] = shown(tls.leaf_sent);
  if (tls.verify_sent) out["verify_sent"] = true;
  // What the CertificateRequest says is the same in nearly all of them: told once, in the facts.
  const bool has_usual = tls.certificate_requested && facts.client_auth;
  const model::ClientAuthFacts usual = has_usual ? *facts.client_auth : model::ClientAuthFacts{};
  if (tls.ca_names != usual.ca_names) out["ca_names"] = texts(tls.ca_names);
  if (tls.key_types != usual.key_types) out["key_types"] = texts(tls.key_types);
  if (tls.signature_algorithms != usual.signature_algorithms)
    out["signature_algorithms"] = texts(tls.signature_algorithms);
  if (tls.session != model::Session::none) out["session"] = model::word(tls.session);
  if (tls.renegotiation != model::Renegotiation::none) out["renegotiation"] = model::word(tls.renegotiation);
  if (tls.sequel) out["sequel"] = sequel_json(*tls.sequel);
  if (tls.beyond != 0) out["beyond"] = tls.beyond;
  for (const auto& issuer : tls.issuers) out["issuers"].push_back(to_json(issuer));
  if (!tls.stapled.empty()) out["stapled"] = texts(tls.stapled);
  if (tls.server) {
    const Json server = to_json(*tls.server);
    const bool same = facts.certificate && to_json(*facts.certificate) == server;
    out["server"] = same ? Json(same_as_facts) : server;
  }
  if (tls.flight) out["flight"] = flight_json(*tls.flight);
  return out;
}

}  // namespace

std::string shown(const std::string& text) {
  return base::printable(text);
}
std::string shown_lines(const std::string& text) {
  return base::printable(text, true);
}
std::string own(const std::string& text) {
  return is_utf8(text) ? text : base::printable(text, true);
}

Json own(const Json& value) {
  if (value.is_string()) return own(value.get<std::string>());
  if (value.is_array()) {
    Json out = Json::array();
    for (const auto& element : value) out.push_back(own(element));
    return out;
  }
  if (!value.is_object()) return value;
  Json out = Json::object();
  for (const auto& [key, element] : value.items()) out[own(key)] = own(element);
  return out;
}

Json to_json(const model::CertificateFacts& certificate) {
  return {{"subject", shown(certificate.subject)},
          {"issuer", shown(certificate.issuer)},
          {"common_name", shown(certificate.common_name)},
          {"names", texts(certificate.names)},
          {"serial", shown(certificate.serial)},
          {"not_before", base::rfc3339(certificate.not_before)},
          {"not_after", base::rfc3339(certificate.not_after)},
          {"key", shown(certificate.key)},
          {"signature", shown(certificate.signature)},
          {"sha256", shown(certificate.sha256)}};
}

Json to_json(const model::Exchange& exchange) {
  return std::visit([](const auto& e) { return words_of(e); }, exchange);
}

Json to_json(const model::Observation& seen, const model::Facts& facts) {
  Json out = {{"id", shown(seen.id)},
              {"exchange", to_json(seen.exchange)},
              {"outcome", model::word(seen.outcome)},
              {"side", model::word(seen.side)},
              {"layer", model::word(seen.layer)},
              {"alert", shown(seen.alert)},
              {"status", seen.status},
              {"headers", headers_json(seen.headers, true)},
              {"body_digest", shown(seen.body_digest)},
              {"excerpt", shown_lines(seen.excerpt)},
              {"ms", seen.ms}};
  if (!seen.detail.empty()) out["detail"] = shown(seen.detail);
  if (seen.body_bytes != 0) out["body_bytes"] = seen.body_bytes;
  if (seen.truncated) out["truncated"] = true;
  if (!seen.resource_type.empty()) out["resource_type"] = shown(seen.resource_type);
  if (!seen.issue_codes.empty()) out["issue_codes"] = texts(seen.issue_codes);
  if (!seen.outcome_lacks.empty()) out["outcome_lacks"] = texts(seen.outcome_lacks);
  if (!seen.stable_digest.empty()) out["stable_digest"] = shown(seen.stable_digest);
  if (seen.total) out["total"] = *seen.total;
  if (seen.listed != 0) out["listed"] = seen.listed;
  if (seen.more_pages) out["more_pages"] = true;
  if (seen.unnamed != 0) out["unnamed"] = seen.unnamed;
  for (const auto& pointer : seen.pointers)
    out["pointers"].push_back({{"id", shown(pointer.id)},
                               {"version", shown(pointer.version)},
                               {"status", shown(pointer.status)},
                               {"identifier", shown(pointer.identifier)},
                               {"custodian", shown(pointer.custodian)}});
  if (seen.made_by_gateway) out["made_by_gateway"] = true;
  if (!seen.trace_id.empty()) out["trace_id"] = shown(seen.trace_id);
  if (!seen.believed) out["believed"] = false;
  if (seen.tls != model::TlsSeen{}) out["tls"] = tls_json(seen.tls, facts);
  return out;
}

}  // namespace report
