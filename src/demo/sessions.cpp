// SPDX-License-Identifier: Apache-2.0
#include "demo/sessions.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>

namespace demo {

namespace {

// Gives tickets, and takes none: for the fault lengthens-session-ids, which has no need of a resumed session.
extern "C" int on_ticket(SSL* /*ssl*/, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, int gives) noexcept {
  if (gives == 0) return 0;
  unsigned char key[32] = {};
  char digest[] = "SHA256";
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key, sizeof key),
                             OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
  std::fill_n(name, 16, static_cast<unsigned char>('t'));
  std::fill_n(iv, 16, static_cast<unsigned char>(0));
  return EVP_EncryptInit_ex2(cipher, EVP_aes_256_cbc(), key, iv, nullptr) == 1 && EVP_MAC_CTX_set_params(mac, parameters) == 1 ? 1 : -1;
}

}  // namespace

void set_sessions(SSL_CTX* context, const Faults& faults) {
  const bool renegotiates = faults.contains("renegotiates-on-wish");
  SSL_CTX_set_options(context, renegotiates ? SSL_OP_ALLOW_CLIENT_RENEGOTIATION : SSL_OP_NO_RENEGOTIATION);
  constexpr const char* resuming[] = {"resumes-sessions", "resumes-sessions-of-nobody", "resumes-tls-1.3-sessions",
                                      "resumes-tls-1.3-sessions-of-nobody"};
  const auto has = [&](const char* fault) { return faults.contains(fault); };
  if (std::any_of(std::begin(resuming), std::end(resuming), has)) {
    constexpr unsigned char name[] = "provider";
    SSL_CTX_set_session_id_context(context, name, sizeof name - 1);
    return;
  }
  if (has("lengthens-session-ids")) {
    SSL_CTX_set_tlsext_ticket_key_evp_cb(context, on_ticket);
  } else {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  }
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

}  // namespace demo
