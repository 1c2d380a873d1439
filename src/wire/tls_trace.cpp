// SPDX-License-Identifier: Apache-2.0
#include "wire/tls_trace.hpp"

#include <openssl/x509.h>

#include <span>
#include <string_view>

#include "base/text.hpp"
#include "pki/digest.hpp"
#include "pki/owned.hpp"

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

std::string name_in_words(Octets der) {
  const unsigned char* at = der.data();
  const pki::Owned<X509_NAME, X509_NAME_free> name(d2i_X509_NAME(nullptr, &at, static_cast<long>(der.size())));
  if (!name) return "(unreadable name)";
  const pki::Bio out = pki::acquired<pki::Bio>(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), name.get(), 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  const char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return base::printable({data, static_cast<std::size_t>(size)});
}

// A list of distinguished names, each behind two octets of length.
std::vector<std::string> names_in(Octets list) {
  constexpr std::size_t most = 1000;
  std::vector<std::string> names;
  while (list.size() >= 2 && names.size() < most) {
    const std::size_t length = get(list, 0, 2);
    if (list.size() < 2 + length) break;
    names.push_back(name_in_words(list.subspan(2, length)));
    list = list.subspan(2 + length);
  }
  return names;
}

// RFC 5246 7.4.4: types, signature algorithms (1.2 only), authorities.
std::vector<std::string> ca_names_12(Octets body, bool has_signatures) {
  if (body.empty()) return {};
  std::size_t at = 1 + body[0];
  if (has_signatures) {
    if (body.size() < at + 2) return {};
    at += 2 + get(body, at, 2);
  }
  if (body.size() < at + 2) return {};
  const std::size_t length = get(body, at, 2);
  if (body.size() < at + 2 + length) return {};
  return names_in(body.subspan(at + 2, length));
}

// RFC 8446 4.3.2: context, extensions; certificate_authorities is extension 47 (4.2.4).
std::vector<std::string> ca_names_13(Octets body) {
  if (body.empty()) return {};
  std::size_t at = 1 + body[0] + 2;
  while (body.size() >= at + 4) {
    const std::size_t type = get(body, at, 2);
    const std::size_t length = get(body, at + 2, 2);
    at += 4;
    if (body.size() < at + length) return {};
    if (type == 47 && length >= 2) return names_in(body.subspan(at + 2, length - 2));
    at += length;
  }
  return {};
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
  }
}

void note_handshake(TlsTrace& trace, bool sent, Octets message, int version) {
  if (message.size() < 4) return;
  const bool tls13 = version == TLS1_3_VERSION;
  const Octets body = message.subspan(4);
  switch (message[0]) {
    case SSL3_MT_SERVER_HELLO:
      if (!sent) trace.hello_answered = true;
      break;
    case SSL3_MT_CERTIFICATE: note_certificate(trace, sent, body, tls13); break;
    case SSL3_MT_CERTIFICATE_REQUEST:
      if (sent) break;
      trace.seen.certificate_requested = true;
      trace.seen.ca_names = tls13 ? ca_names_13(body) : ca_names_12(body, version == TLS1_2_VERSION);
      break;
    case SSL3_MT_CERTIFICATE_VERIFY:
      if (sent) trace.seen.verify_sent = true;
      break;
    case SSL3_MT_FINISHED:
      if (sent) trace.seen.complete = true;
      break;
    default: break;
  }
}

void note_session(TlsTrace& trace, const SSL* ssl) {
  if (ssl == nullptr) return;
  if (const auto version = model::version_of(static_cast<std::uint16_t>(SSL_version(ssl))); version)
    trace.seen.version = version;
  if (const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl); cipher != nullptr)
    trace.seen.suite = SSL_CIPHER_get_protocol_id(cipher);
}

extern "C" void on_message(int sent, int version, int content_type, const void* buffer, std::size_t length,
                           SSL* ssl, void* argument) noexcept {
  auto& trace = *static_cast<TlsTrace*>(argument);
  try {
    const Octets bytes(static_cast<const std::uint8_t*>(buffer), length);
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
