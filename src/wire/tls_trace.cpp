// SPDX-License-Identifier: Apache-2.0
#include "wire/tls_trace.hpp"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "pki/digest.hpp"
#include "wire/certificate_request.hpp"

namespace wire {

namespace {

using Octets = std::span<const std::uint8_t>;
using Holder = std::shared_ptr<TlsTrace>;

std::size_t get(Octets bytes, std::size_t at, std::size_t count) {
  std::size_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = (value << 8U) | bytes[at + i];
  return value;
}

std::string_view text(Octets bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // octets are octets
}

// The first certificate of a Certificate message body; empty when it holds none.
Octets first_certificate(Octets body, bool tls13) {
  std::size_t at = 0;
  if (tls13) {
    if (body.empty()) return {};
    at = 1 + body[0];  // certificate_request_context
  }
  if (body.size() < at + 6) return {};
  const std::size_t length = get(body, at + 3, 3);
  if (length == 0 || body.size() < at + 6 + length) return {};
  return body.subspan(at + 6, length);
}

// Whether the first entry of a TLS 1.3 Certificate message carries status_request (RFC 8446 4.4.2.1).
bool has_status(Octets body, std::size_t leaf) {
  constexpr std::size_t status_request = 5;
  if (body.empty() || leaf == 0) return false;
  std::size_t at = std::size_t{1} + body[0] + 6 + leaf;
  if (body.size() < at + 2) return false;
  const std::size_t end = std::min(body.size(), at + 2 + get(body, at, 2));
  for (at += 2; end >= at + 4; at += 4 + get(body, at + 2, 2))
    if (get(body, at, 2) == status_request) return true;
  return false;
}

// The certificates after the first one.
std::vector<std::vector<std::uint8_t>> further_certificates(Octets body, bool tls13) {
  constexpr std::size_t most = 20;
  std::vector<std::vector<std::uint8_t>> out;
  const std::size_t start = tls13 && !body.empty() ? std::size_t{1} + body[0] : 0;
  std::size_t at = start + 3;
  for (bool first = true; body.size() >= at + 3 && out.size() < most; first = false) {
    const std::size_t length = get(body, at, 3);
    at += 3;
    if (length == 0 || body.size() < at + length) break;
    const Octets one = body.subspan(at, length);
    if (!first) out.emplace_back(one.begin(), one.end());
    at += length;
    if (!tls13) continue;
    if (body.size() < at + 2) break;
    at += 2 + get(body, at, 2);  // the extensions of this entry
  }
  return out;
}

void note_alert(TlsTrace& trace, bool sent, Octets alert) {
  if (alert.size() < 2) return;
  constexpr std::uint8_t close_notify = 0;
  constexpr std::uint8_t user_canceled = 90;
  if (alert[0] != 2 || alert[1] == close_notify || alert[1] == user_canceled) return;
  std::string& slot = sent ? trace.alert_out : trace.alert_in;
  if (slot.empty()) slot = model::alert_name(alert[1]);
}

void note_certificate(TlsTrace& trace, bool sent, Octets body, bool tls13) {
  const Octets leaf = first_certificate(body, tls13);
  if (sent) {
    trace.seen.certificate_left = true;
    trace.seen.leaf_sent = leaf.empty() ? "" : pki::sha256_hex(text(leaf));
  } else {
    trace.server_leaf.assign(leaf.begin(), leaf.end());
    trace.server_issuers = further_certificates(body, tls13);
    if (tls13) trace.status_stapled = has_status(body, leaf.size());
  }
}

// How many octets stand behind ours in the session id of a ServerHello.
void note_session_id(TlsTrace& trace, Octets body) {
  constexpr std::size_t at = 2 + 32;
  if (trace.short_id.empty() || body.size() <= at || body.size() < at + 1 + body[at]) return;
  const Octets echoed = body.subspan(at + 1, body[at]);
  if (echoed.size() > trace.short_id.size() && std::equal(trace.short_id.begin(), trace.short_id.end(), echoed.begin()))
    trace.seen.beyond = static_cast<int>(echoed.size() - trace.short_id.size());
}

void note_request(TlsTrace& trace, CertificateRequest request) {
  trace.seen.certificate_requested = true;
  trace.seen.ca_names = std::move(request.ca_names);
  trace.seen.key_types = std::move(request.key_types);
  trace.seen.signature_algorithms = std::move(request.signature_algorithms);
}

void note_handshake(TlsTrace& trace, bool sent, Octets message, int version) {
  if (message.size() < 4) return;
  const bool tls13 = version == TLS1_3_VERSION;
  const Octets body = message.subspan(4);
  switch (message[0]) {
    case SSL3_MT_SERVER_HELLO:
      if (sent) break;
      trace.hello_answered = true;
      note_session_id(trace, body);
      break;
    case SSL3_MT_CERTIFICATE: note_certificate(trace, sent, body, tls13); break;
    case SSL3_MT_CERTIFICATE_REQUEST:
      if (sent) break;
      note_request(trace, read_certificate_request(body, version));
      break;
    case SSL3_MT_CERTIFICATE_STATUS: trace.status_stapled = true; break;
    case SSL3_MT_CERTIFICATE_VERIFY:
      if (sent) trace.seen.verify_sent = true;
      break;
    case SSL3_MT_FINISHED:
      if (sent) trace.seen.complete = true;
      break;
    default: break;
  }
}

// The outer type of every TLS 1.3 record is application data; what it holds is told apart by the inner one.
bool is_application_data(const SSL* ssl, int content_type, Octets bytes) {
  const int telling = SSL_version(ssl) == TLS1_3_VERSION ? SSL3_RT_INNER_CONTENT_TYPE : SSL3_RT_HEADER;
  return content_type == telling && !bytes.empty() && bytes[0] == SSL3_RT_APPLICATION_DATA;
}

void note_session(TlsTrace& trace, const SSL* ssl) {
  if (ssl == nullptr) return;
  if (const auto version = model::version_of(static_cast<std::uint16_t>(SSL_version(ssl))); version)
    trace.seen.version = version;
  if (const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl); cipher != nullptr)
    trace.seen.suite = SSL_CIPHER_get_protocol_id(cipher);
  if (SSL_session_reused(ssl) == 1) trace.seen.session = model::Session::resumed;
}

extern "C" void on_message(int sent, int version, int content_type, const void* buffer, std::size_t length,
                           SSL* ssl, void* argument) noexcept {
  auto& trace = *static_cast<TlsTrace*>(argument);
  try {
    const Octets bytes(static_cast<const std::uint8_t*>(buffer), length);
    if (sent == 0 && is_application_data(ssl, content_type, bytes)) ++trace.data_in;
    if (content_type == SSL3_RT_ALERT) note_alert(trace, sent != 0, bytes);
    if (content_type != SSL3_RT_HANDSHAKE) return;
    note_handshake(trace, sent != 0, bytes, version);
    if (!bytes.empty() && (bytes[0] == SSL3_MT_FINISHED || bytes[0] == SSL3_MT_SERVER_HELLO))
      note_session(trace, ssl);
  } catch (...) {  // out of memory: nothing may leave a C callback
    trace.incomplete = true;
  }
}

extern "C" void free_holder(void* /*parent*/, void* holder, CRYPTO_EX_DATA* /*data*/, int /*index*/, long /*argl*/,
                            void* /*argp*/) noexcept {
  delete static_cast<Holder*>(holder);
}

int holder_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, free_holder);
  return index;
}

}  // namespace

std::shared_ptr<TlsTrace> attach_trace(SSL_CTX* context) {
  auto holder = std::make_unique<Holder>(std::make_shared<TlsTrace>());
  Holder trace = *holder;
  SSL_CTX_set_msg_callback(context, on_message);
  SSL_CTX_set_msg_callback_arg(context, trace.get());
  SSL_CTX_set_ex_data(context, holder_index(), holder.release());
  return trace;
}

std::shared_ptr<TlsTrace> trace_of(const SSL_CTX* context) {
  const auto* holder = static_cast<Holder*>(SSL_CTX_get_ex_data(context, holder_index()));
  return holder == nullptr ? nullptr : *holder;
}

}  // namespace wire
