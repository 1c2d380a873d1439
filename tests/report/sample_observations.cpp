// SPDX-License-Identifier: Apache-2.0
#include "tests/report/sample_report.hpp"

namespace sample {

namespace {

using model::Layer;
using model::Observation;
using model::Outcome;
using model::Side;
using model::TlsVersion;

const model::Origin origin{true, "gp.example.net", 8443};
constexpr const char* metadata = "/A12345/STU3/1/gpconnect/metadata";

Observation hello(const char* id, TlsVersion version, std::uint32_t suite) {
  Observation seen;
  seen.id = id;
  seen.exchange =
      model::HelloExchange{origin, "gp.example.net", {version}, model::suites_for(version)};
  seen.ms = 14;
  if (suite == 0) {
    seen.outcome = Outcome::refused;
    seen.side = Side::target;
    seen.layer = Layer::tls;
    seen.alert = "protocol_version";
    return seen;
  }
  seen.outcome = Outcome::answered;
  seen.layer = Layer::tls;
  seen.tls.version = version;
  seen.tls.suite = suite;
  return seen;
}

model::HttpExchange request(const char* credential) {
  model::HttpExchange http;
  http.origin = origin;
  http.server_name = "gp.example.net";
  http.path = metadata;
  http.headers = {
      {"Host", "gp.example.net:8443"},
      {"User-Agent", "probity/0.1.0 (conformance test; trace ids 7c1f0b0e)"},
      {"Accept", "application/fhir+json"},
      {"Ssp-TraceID", "{trace-id}"},
      {"Ssp-From", "200000000115"},
      {"Ssp-To", "200000000116"},
      {"Ssp-InteractionID", "urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1"},
      {"Authorization", "Bearer {token}"}};
  http.token = model::TokenRecipe{{{"iss", "https://probity.invalid/"},
                                   {"sub", "1"},
                                   {"aud", "https://gp.example.net:8443/A12345/STU3/1/gpconnect"},
                                   {"reason_for_request", "directcare"},
                                   {"requested_scope", "patient/*.read"}},
                                  {}};
  http.credential = credential;
  return http;
}

Observation answered(const char* id, model::HttpExchange http, int status, const char* resource,
                     const char* code = "") {
  Observation seen;
  seen.id = id;
  seen.exchange = std::move(http);
  seen.trace_id = "0000000000a1";
  seen.outcome = Outcome::answered;
  seen.layer = Layer::http;
  seen.status = status;
  seen.headers = {{"Content-Type", "application/fhir+json;charset=utf-8"},
                  {"Cache-Control", "no-store"},
                  {"Server", "ExampleGP/4.2"}};
  seen.resource_type = resource;
  seen.excerpt = "{\n  \"resourceType\": \"" + std::string(resource) + "\"";
  if (*code != '\0') {
    seen.issue_codes = {code};
    seen.excerpt +=
        ",\n  \"issue\": [{\"severity\": \"error\", \"details\": {\"coding\": [{\"code\": \"" +
        std::string(code) + "\"}]}}]";
  }
  seen.excerpt += "\n}";
  seen.body_bytes = seen.excerpt.size();
  seen.body_digest = "4e1243bd22c66e76c2ba9eddc1f91394e57f9f83f3b1c1ff8cdd1c5a2c6e2a90";
  seen.tls.version = TlsVersion::tls1_2;
  seen.tls.suite = 0xC030;
  seen.tls.complete = true;
  seen.tls.certificate_requested = true;
  seen.tls.certificate_left = true;
  seen.tls.leaf_sent = "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";
  seen.tls.verify_sent = true;
  seen.tls.server = facts().certificate;
  seen.tls.ca_names = facts().client_auth->ca_names;
  seen.ms = 38;
  return seen;
}

Observation refused(const char* id, const char* credential, const char* alert) {
  Observation seen = answered(id, request(credential), 0, "");
  seen.outcome = Outcome::refused;
  seen.side = Side::target;
  seen.layer = Layer::tls;
  seen.alert = alert;
  seen.headers.clear();
  seen.excerpt.clear();
  seen.body_bytes = 0;
  seen.body_digest.clear();
  seen.tls.complete = false;
  return seen;
}

model::HttpExchange mutated(const char* op, const char* name) {
  auto http = request("valid");
  http.token->mutations = {{op, name, {}}};
  return http;
}

model::HttpExchange without(const char* header) {
  auto http = request("valid");
  std::erase_if(http.headers, [&](const model::Header& h) { return h.name == header; });
  return http;
}

Observation hostile_answer() {
  auto seen =
      answered("token.rejects-missing-exp-1", mutated("token.claim.remove", "exp"), 422, "");
  seen.headers = {{hostile("header name"), hostile("header value")},
                  {"X-Long", std::string(3000, 'A')},
                  {"Cache-Control", "no-store"}};
  seen.alert = hostile("alert");
  seen.resource_type = hostile("resource type");
  seen.issue_codes = {hostile("issue code")};
  seen.excerpt = hostile("body") + "\n" + hostile("second line") + "\n" + std::string(5000, 'B');
  seen.detail = hostile("detail");
  seen.truncated = true;
  seen.body_bytes = 8'388'608;
  seen.tls.ca_names = {hostile("CA name of this answer alone")};
  return seen;
}

Observation silent(const char* id) {
  Observation seen = answered(id, request(""), 0, "");
  auto http = request("");
  http.origin = {false, "gp.example.net", 8443};
  seen.exchange = http;
  seen.outcome = Outcome::timed_out;
  seen.side = Side::ours;
  seen.headers.clear();
  seen.excerpt.clear();
  seen.body_digest.clear();
  seen.body_bytes = 0;
  seen.tls = {};
  seen.detail = "no octet in 10 s, asked twice";
  seen.ms = 10000;
  return seen;
}

Observation not_sent(const char* id) {
  Observation seen = refused(id, "weak-key", "");
  seen.outcome = Outcome::not_sent;
  seen.side = Side::ours;
  seen.detail = "OpenSSL sent an empty Certificate instead of this one";
  seen.tls.leaf_sent.clear();
  seen.believed = false;
  return seen;
}

Observation gateway() {
  auto seen =
      answered("headers.refuses-foreign-ssp-to-1", request("valid"), 502, "OperationOutcome", "5");
  seen.made_by_gateway = true;
  seen.headers = {{"Content-Type", "text/html"}, {"Via", "1.1 edge.example.net"}};
  return seen;
}

}  // namespace

std::string hostile(const std::string& where) {
  return where +
         " <script>alert(1)</script> ]]> & \"'> \x1b[31mred\x1b[0m \x01\x7f \xff\xfe \xe2\x80\xae" +
         "txt \xef\xbf\xbe <!-- {{x}}";
}

std::vector<Observation> observations() {
  auto handshake = hello("survey-handshake-1", TlsVersion::tls1_2, 0xC030);
  handshake.exchange = model::HandshakeExchange{origin, "gp.example.net", ""};
  handshake.tls = answered("", request(""), 0, "").tls;
  handshake.tls.leaf_sent.clear();
  handshake.tls.verify_sent = false;
  return {hello("survey-SSLv2-1", TlsVersion::ssl2, 0),
          hello("survey-SSLv3-1", TlsVersion::ssl3, 0),
          hello("survey-TLSv1.0-1", TlsVersion::tls1_0, 0xC014),
          hello("survey-TLSv1.1-1", TlsVersion::tls1_1, 0),
          hello("survey-TLSv1.2-1", TlsVersion::tls1_2, 0xC030),
          hello("survey-TLSv1.2-2", TlsVersion::tls1_2, 0x009F),
          hello("survey-TLSv1.3-1", TlsVersion::tls1_3, 0x1302),
          handshake,
          answered("control-metadata-1", request("valid"), 200, "CapabilityStatement"),
          silent("transport.serves-no-plain-http-1"),
          refused("identity.refuses-none-1", "", "handshake_failure"),
          answered("identity.refuses-expired-1", request("expired"), 200, "CapabilityStatement"),
          answered("identity.refuses-revoked-1", request("revoked"), 200, "CapabilityStatement"),
          refused("identity.refuses-wrong-fqdn-1", "wrong-fqdn", "certificate_unknown"),
          refused("identity.refuses-untrusted-ca-1", "untrusted-ca", "unknown_ca"),
          not_sent("identity.refuses-weak-key-1"),
          answered("identity.refuses-lookalike-ca-1", request("lookalike-ca"), 200,
                   "CapabilityStatement"),
          answered("headers.refuses-missing-ssp-to-1", without("Ssp-To"), 400, "OperationOutcome",
                   "BAD_REQUEST"),
          gateway(),
          answered("headers.refuses-foreign-interaction-1", request("valid"), 400,
                   "OperationOutcome", "BAD_REQUEST"),
          answered("token.rejects-absent-1", without("Authorization"), 400, "OperationOutcome",
                   "BAD_REQUEST"),
          answered("token.rejects-expired-1", mutated("token.shift", ""), 400, "OperationOutcome",
                   "BAD_REQUEST"),
          hostile_answer()};
}

model::Facts facts() {
  model::Facts facts;
  model::TlsFacts tls;
  for (const auto& [version, name] : model::Words<TlsVersion>::table)
    tls.versions[version].state = model::HelloState::refused;
  tls.versions[TlsVersion::ssl2].state = model::HelloState::closed;
  tls.versions[TlsVersion::ssl3].state = model::HelloState::no_answer;
  tls.versions[TlsVersion::ssl3].unanswered = {0x000A, 0x0035};
  auto& tls10 = tls.versions[TlsVersion::tls1_0];
  tls10.state = model::HelloState::accepted;
  tls10.accepted = {0xC014};
  tls10.refused = {0x0035, 0x002F};
  tls10.evidence = {{0xC014, "survey-TLSv1.0-1"}};
  auto& tls12 = tls.versions[TlsVersion::tls1_2];
  tls12.state = model::HelloState::accepted;
  tls12.accepted = {0xC030, 0xC02F, 0x009F, 0xC028, 0x006B};
  tls12.refused = {0x000A, 0x002F, 0x0035};
  tls12.evidence = {{0xC030, "survey-TLSv1.2-1"}, {0x009F, "survey-TLSv1.2-2"}};
  auto& tls13 = tls.versions[TlsVersion::tls1_3];
  tls13.state = model::HelloState::accepted;
  tls13.accepted = {0x1302};
  tls13.refused = {0x1301};
  tls13.evidence = {{0x1302, "survey-TLSv1.3-1"}};
  tls.alive = true;
  tls.authentication = {"RSA"};
  tls12.preference = model::Preference::server;
  tls12.ordered = true;
  tls12.order_evidence = {"survey-TLSv1.2-1"};
  tls.groups = {29, 23};
  tls.dh = model::DhFacts{2048, "RFC 7919 ffdhe2048", "survey-TLSv1.2-2"};
  tls.features["compression"] = {model::Feature::State::no, "", "survey-TLSv1.2-2"};
  tls.features["secure-renegotiation"] = {model::Feature::State::yes, "", "survey-TLSv1.2-2"};
  tls.vulnerabilities["heartbleed"] = {model::Feature::State::no, "takes no heartbeats", "survey-TLSv1.2-2"};
  tls.vulnerabilities["robot"] = {model::Feature::State::unknown, hostile("detail"), "survey-TLSv1.2-2"};
  tls.contradictions = {"TLSv1.2 " + hostile("suite") + ": accepted once, refused another time"};
  facts.tls = tls;
  facts.certificate =
      model::CertificateFacts{"CN=" + hostile("subject") + ",O=Example Health Systems",
                              "CN=Example SubCA,O=Example",
                              "gp.example.net",
                              {"gp.example.net", hostile("SAN")},
                              "04D2",
                              1'767'225'600,
                              1'798'761'600,
                              "RSA 2048",
                              "sha256WithRSAEncryption",
                              "c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2", ""};
  facts.client_auth.emplace();
  facts.client_auth->requested = true;
  facts.client_auth->required = false;
  facts.client_auth->ca_names = {"CN=Example SubCA,O=Example", "CN=" + hostile("CA name")};
  facts.server_verification = "verified against lab/server-ca.pem";
  facts.clock_offset = -2;
  return facts;
}

}  // namespace sample
