// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "model/tls_names.hpp"
#include "report/exchange_json.hpp"

namespace report {

using base::Fields;
using base::Json;
using base::Problems;

namespace {

std::vector<model::Header> headers_from(Fields& fields, const std::string& key,
                                        Problems& problems) {
  return each<model::Header>(fields, key, [&](const Json& json, const std::string& pointer) {
    Fields header(json, pointer, problems);
    model::Header out{header.text_or("name"), header.text_or("value")};
    header.finish();
    return out;
  });
}

model::Origin origin_from(Fields& fields) {
  const auto url = model::parse_url(fields.text("origin"));
  if (url) return url->origin;
  fields.wrong("origin", "must be https://host:port or http://host:port");
  return {};
}

model::TokenRecipe token_from(const Json& json, const std::string& pointer, Problems& problems) {
  Fields fields(json, pointer, problems);
  model::TokenRecipe token;
  if (const Json* claims = fields.raw("claims"); claims != nullptr) token.claims = *claims;
  token.mutations =
      each<model::Mutation>(fields, "mutations", [&](const Json& entry, const std::string& at) {
        Fields mutation(entry, at, problems);
        model::Mutation out{mutation.text("op"), mutation.text_or("name"), {}};
        if (const Json* value = mutation.raw("value"); value != nullptr) out.value = *value;
        mutation.finish();
        return out;
      });
  fields.finish();
  return token;
}

std::uint16_t group_from(const std::string& name, Fields& fields, const std::string& key) {
  const auto* group = model::find_group(name);
  return group != nullptr ? group->code : static_cast<std::uint16_t>(code_from(name, fields, key));
}

template <class Code>
std::vector<Code> codes_from(Fields& fields, const std::string& key) {
  std::vector<Code> out;
  const Json* array = fields.has(key) ? fields.array(key) : nullptr;
  for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
    if (!(*array)[i].is_number_unsigned()) fields.wrong(key, "must be a list of numbers");
    out.push_back((*array)[i].is_number_unsigned() ? (*array)[i].template get<Code>() : Code{});
  }
  return out;
}

model::FlightSeen flight_from(const Json& json, const std::string& pointer, Problems& problems) {
  Fields fields(json, pointer, problems);
  model::FlightSeen flight;
  flight.complete = fields.boolean_or("complete", false);
  flight.extensions = codes_from<std::uint16_t>(fields, "extensions");
  flight.compressed = fields.boolean_or("compressed", false);
  flight.session_id = fields.boolean_or("session_id", false);
  if (const auto group = fields.maybe_text("group")) flight.group = group_from(*group, fields, "group");
  flight.dh_bits = static_cast<int>(fields.integer_or("dh_bits", 0));
  flight.dh_prime = fields.text_or("dh_prime");
  flight.signature = static_cast<std::uint16_t>(fields.integer_or("signature", 0));
  flight.certificates = static_cast<int>(fields.integer_or("certificates", 0));
  flight.stapled = fields.boolean_or("stapled", false);
  flight.warning = fields.text_or("warning");
  flight.certificate_types = codes_from<std::uint8_t>(fields, "certificate_types");
  flight.signatures = codes_from<std::uint16_t>(fields, "signatures");
  fields.finish();
  return flight;
}

model::SequelSeen sequel_from(const Json& json, const std::string& pointer, Problems& problems) {
  Fields fields(json, pointer, problems);
  model::SequelSeen sequel;
  sequel.end = word_of<model::SequelSeen::End>(fields, "end");
  sequel.alert = fields.text_or("alert");
  sequel.records = fields.texts_or("records");
  fields.finish();
  return sequel;
}

model::HelloExchange hello_from(Fields& fields) {
  model::HelloExchange hello;
  hello.origin = origin_from(fields);
  hello.server_name = fields.text_or("server_name");
  for (const auto& name : fields.texts_or("versions")) {
    const auto version = model::from_word<model::TlsVersion>(name);
    if (!version) fields.wrong("versions", "unknown protocol version " + name);
    hello.versions.push_back(version.value_or(model::TlsVersion::tls1_2));
  }
  for (const auto& code : fields.texts_or("suites"))
    hello.suites.push_back(code_from(code, fields, "suites"));
  for (const auto& name : fields.texts_or("groups")) hello.groups.push_back(group_from(name, fields, "groups"));
  hello.whole_flight = fields.boolean_or("whole_flight", false);
  if (fields.has("oddity")) hello.oddity = word_of<model::Oddity>(fields, "oddity");
  if (fields.has("then")) hello.then = word_of<model::Sequel>(fields, "then");
  hello.credential = fields.text_or("credential");
  return hello;
}

model::HandshakeExchange handshake_from(Fields& fields) {
  model::HandshakeExchange handshake;
  handshake.origin = origin_from(fields);
  handshake.server_name = fields.text_or("server_name");
  handshake.credential = fields.text_or("credential");
  if (fields.has("only")) handshake.only = word_of<model::TlsVersion>(fields, "only");
  if (fields.has("resumes")) handshake.resumes = word_of<model::Resumption>(fields, "resumes");
  handshake.renegotiates = fields.boolean_or("renegotiates", false);
  if (fields.has("padding")) handshake.padding = word_of<model::Padding>(fields, "padding");
  handshake.short_session_id = fields.boolean_or("short_session_id", false);
  return handshake;
}

model::HttpExchange http_from(Fields& fields, Problems& problems) {
  model::HttpExchange http;
  http.origin = origin_from(fields);
  http.server_name = fields.text_or("server_name");
  http.method = fields.text_or("method");
  http.path = fields.text_or("path");
  http.headers = headers_from(fields, "headers", problems);
  if (const Json* token = fields.raw("token"); token != nullptr)
    http.token = token_from(*token, fields.pointer_to("token"), problems);
  http.body = fields.text_or("body");
  http.credential = fields.text_or("credential");
  const std::vector<std::string> ways = {"pooled", "fresh"};
  http.connection = fields.word("connection", ways) == "fresh" ? model::Connection::fresh
                                                               : model::Connection::pooled;
  http.names_server = fields.boolean_or("names_server", true);
  if (fields.has("only")) http.only = word_of<model::TlsVersion>(fields, "only");
  // "" is a session that began without a certificate.
  if (fields.has("session_of")) http.session_of = fields.text_or("session_of");
  return http;
}

base::EpochSeconds time_from(Fields& fields, const std::string& key) {
  const auto time = base::parse_rfc3339(fields.text(key));
  if (!time) fields.wrong(key, "must be a time such as 2026-11-23T14:05:10Z");
  return time.value_or(0);
}

void read_server(Fields& fields, const model::Facts& facts, model::TlsSeen& tls,
                 Problems& problems) {
  const Json* server = fields.raw("server");
  if (server == nullptr) return;
  if (*server != same_as_facts)
    tls.server = certificate_from(*server, fields.pointer_to("server"), problems);
  else
    tls.server = facts.certificate;
}

model::TlsSeen tls_from(const Json& json, const std::string& pointer, const model::Facts& facts,
                        Problems& problems) {
  Fields fields(json, pointer, problems);
  model::TlsSeen tls;
  if (fields.has("version")) tls.version = word_of<model::TlsVersion>(fields, "version");
  if (const auto code = fields.maybe_text("suite")) tls.suite = code_from(*code, fields, "suite");
  for (const auto& kind : fields.texts_or("ssl2_kinds")) tls.ssl2_kinds.push_back(code_from(kind, fields, "ssl2_kinds"));
  if (const Json* flight = fields.object("flight"); flight != nullptr)
    tls.flight = flight_from(*flight, fields.pointer_to("flight"), problems);
  if (const Json* sequel = fields.object("sequel"); sequel != nullptr)
    tls.sequel = sequel_from(*sequel, fields.pointer_to("sequel"), problems);
  tls.beyond = static_cast<int>(fields.integer_or("beyond", 0));
  tls.complete = fields.boolean_or("complete", false);
  tls.certificate_requested = fields.boolean_or("certificate_requested", false);
  tls.certificate_left = fields.boolean_or("certificate_left", false);
  tls.leaf_sent = fields.text_or("leaf_sent");
  tls.verify_sent = fields.boolean_or("verify_sent", false);
  const bool has_usual = tls.certificate_requested && facts.client_auth;
  const model::ClientAuthFacts usual = has_usual ? *facts.client_auth : model::ClientAuthFacts{};
  const auto list = [&](const char* key, const std::vector<std::string>& otherwise) {
    return fields.has(key) ? fields.texts_or(key) : otherwise;
  };
  tls.ca_names = list("ca_names", usual.ca_names);
  tls.key_types = list("key_types", usual.key_types);
  tls.signature_algorithms = list("signature_algorithms", usual.signature_algorithms);
  if (fields.has("session")) tls.session = word_of<model::Session>(fields, "session");
  if (fields.has("renegotiation")) tls.renegotiation = word_of<model::Renegotiation>(fields, "renegotiation");
  tls.issuers = each<model::CertificateFacts>(fields, "issuers", [&](const Json& one, const std::string& at) {
    return certificate_from(one, at, problems);
  });
  tls.stapled = fields.texts_or("stapled");
  read_server(fields, facts, tls, problems);
  fields.finish();
  return tls;
}

}  // namespace

std::uint32_t code_from(const std::string& text, Fields& fields, const std::string& key) {
  std::uint32_t code = 0;
  const bool prefixed = text.starts_with("0x");
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + (prefixed ? 2 : 0), end, code, 16);
  if (!prefixed || parsed.ec != std::errc{} || parsed.ptr != end)
    fields.wrong(key, "\"" + text + "\" is no suite code such as 0xC030");
  return code;
}

model::CertificateFacts certificate_from(const Json& json, const std::string& pointer,
                                         Problems& problems) {
  Fields fields(json, pointer, problems);
  model::CertificateFacts out;
  out.subject = fields.text_or("subject");
  out.issuer = fields.text_or("issuer");
  out.common_name = fields.text_or("common_name");
  out.names = fields.texts_or("names");
  out.serial = fields.text_or("serial");
  out.not_before = time_from(fields, "not_before");
  out.not_after = time_from(fields, "not_after");
  out.key = fields.text_or("key");
  out.signature = fields.text_or("signature");
  out.sha256 = fields.text_or("sha256");
  fields.finish();
  return out;
}

model::Exchange exchange_from(const Json& json, const std::string& pointer, Problems& problems) {
  Fields fields(json, pointer, problems);
  const std::vector<std::string> kinds = {"http", "hello", "handshake"};
  const std::string kind = fields.word("kind", kinds);
  model::Exchange out;
  if (kind == "http") out = http_from(fields, problems);
  if (kind == "hello") out = hello_from(fields);
  if (kind == "handshake") out = handshake_from(fields);
  fields.finish();
  return out;
}

model::Observation observation_from(const Json& json, const std::string& pointer,
                                    const model::Facts& facts, Problems& problems) {
  Fields fields(json, pointer, problems);
  model::Observation seen;
  seen.id = fields.text("id");
  const Json* exchange = fields.object("exchange");
  if (exchange == nullptr)
    fields.wrong("exchange", "is missing");
  else
    seen.exchange = exchange_from(*exchange, fields.pointer_to("exchange"), problems);
  seen.outcome = word_of<model::Outcome>(fields, "outcome");
  seen.side = word_of<model::Side>(fields, "side");
  seen.layer = word_of<model::Layer>(fields, "layer");
  seen.alert = fields.text_or("alert");
  seen.status = static_cast<int>(fields.integer("status"));
  seen.headers = headers_from(fields, "headers", problems);
  seen.body_digest = fields.text_or("body_digest");
  seen.excerpt = fields.text_or("excerpt");
  seen.ms = fields.integer("ms");
  seen.detail = fields.text_or("detail");
  seen.body_bytes = static_cast<std::size_t>(fields.integer_or("body_bytes", 0));
  seen.truncated = fields.boolean_or("truncated", false);
  seen.resource_type = fields.text_or("resource_type");
  seen.issue_codes = fields.texts_or("issue_codes");
  seen.outcome_lacks = fields.texts_or("outcome_lacks");
  seen.stable_digest = fields.text_or("stable_digest");
  if (fields.has("total")) seen.total = fields.integer("total");
  seen.listed = fields.integer_or("listed", 0);
  seen.more_pages = fields.boolean_or("more_pages", false);
  seen.unnamed = fields.integer_or("unnamed", 0);
  seen.pointers = each<model::PointerSeen>(fields, "pointers", [&](const Json& entry, const std::string& p) {
    Fields seen_pointer(entry, p, problems);
    model::PointerSeen out{seen_pointer.text_or("id"), seen_pointer.text_or("version"), seen_pointer.text_or("status"), seen_pointer.text_or("identifier"),
                           seen_pointer.text_or("custodian")};
    seen_pointer.finish();
    return out;
  });
  seen.made_by_gateway = fields.boolean_or("made_by_gateway", false);
  seen.trace_id = fields.text_or("trace_id");
  seen.believed = fields.boolean_or("believed", true);
  if (const Json* tls = fields.object("tls"); tls != nullptr)
    seen.tls = tls_from(*tls, fields.pointer_to("tls"), facts, problems);
  fields.finish();
  return seen;
}

}  // namespace report
