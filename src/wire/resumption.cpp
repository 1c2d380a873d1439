// SPDX-License-Identifier: Apache-2.0
#include "wire/resumption.hpp"

#include "pki/digest.hpp"
#include "wire/tls_trace.hpp"

namespace wire {

namespace {

// A TLS 1.3 target may send several, after the handshake: the last one counts.
extern "C" int on_new_session(SSL* ssl, SSL_SESSION* session) noexcept {
  try {
    const auto trace = trace_of(SSL_get_SSL_CTX(ssl));
    if (trace && trace->kept && SSL_SESSION_is_resumable(session) == 1)
      trace->kept->session.reset(SSL_SESSION_dup(session));
  } catch (...) {
    return 0;
  }
  return 0;  // the reference stays OpenSSL's: ours is a copy
}

// libcurl makes the SSL object itself; this is the last moment before its ClientHello is built.
extern "C" void on_handshake_start(const SSL* ssl, int where, int /*value*/) noexcept {
  if ((where & SSL_CB_HANDSHAKE_START) == 0) return;
  try {
    const auto trace = trace_of(SSL_get_SSL_CTX(ssl));
    if (!trace || !trace->kept || !trace->kept->session || trace->hello_answered) return;
    SSL_set_session(const_cast<SSL*>(ssl), trace->kept->session.get());
  } catch (...) {
    return;
  }
}

}  // namespace

void keep_session(SSL_CTX* context) {
  SSL_CTX_clear_options(context, SSL_OP_NO_TICKET);  // libcurl sets it
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, on_new_session);
}

void offer_session(SSL_CTX* context) {
  SSL_CTX_clear_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_set_info_callback(context, on_handshake_start);
}

void shorten_id(KeptSession& kept, TlsTrace& trace) {
  constexpr std::size_t short_of_whole = 31;
  const std::string name = pki::random_bytes(short_of_whole);
  trace.short_id.assign(name.begin(), name.end());
  if (kept.session) SSL_SESSION_set1_id(kept.session.get(), trace.short_id.data(), short_of_whole);
}

}  // namespace wire
