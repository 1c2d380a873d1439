// SPDX-License-Identifier: Apache-2.0
// One handshake in memory: our client with an installed credential against a server that checks
// client certificates as nginx would. Says what arrived, what the server thought, and who ended it.
#pragma once

#include <openssl/err.h>

#include <string>
#include <vector>

#include "tests/pki/support.hpp"

namespace support {

struct Handshake {
  std::vector<std::string> arrived;  // digests of the certificates the server saw, leaf first
  int verification = -1;             // X509_V_...; -1: the server never got to verify anything
  bool server_done = false;
  std::string alert;  // what the client was told; "" without a fatal alert
};

class TlsPair {
 public:
  // The trust store of the client is given so that tests can see it is not used to complete chains.
  TlsPair(const pki::Kit& kit, const pki::Credential& shown, int version)
      : server_(pki::acquired<pki::SslCtx>(SSL_CTX_new(TLS_server_method()))),
        client_(pki::acquired<pki::SslCtx>(SSL_CTX_new(TLS_client_method()))) {
    set_up_server(kit);
    for (const auto& ca : kit.trust->ca)
      X509_STORE_add_cert(SSL_CTX_get_cert_store(client_.get()), ca.get());
    SSL_CTX_set_min_proto_version(client_.get(), version);
    SSL_CTX_set_max_proto_version(client_.get(), version);
    installed = pki::install(client_.get(), shown);
  }

  Handshake shake() {
    const auto server = pki::acquired<pki::Ssl>(SSL_new(server_.get()));
    const auto client = pki::acquired<pki::Ssl>(SSL_new(client_.get()));
    BIO* server_end = nullptr;
    BIO* client_end = nullptr;
    if (BIO_new_bio_pair(&server_end, 0, &client_end, 0) != 1) throw std::bad_alloc{};
    SSL_set_bio(server.get(), server_end, server_end);
    SSL_set_bio(client.get(), client_end, client_end);
    SSL_set_accept_state(server.get());
    SSL_set_connect_state(client.get());
    SSL_set_app_data(client.get(), &seen_);
    SSL_set_info_callback(client.get(), note_alert);
    for (int round = 0; round < 20; ++round) {
      SSL_do_handshake(client.get());
      if (SSL_do_handshake(server.get()) == 1) seen_.server_done = true;
    }
    // At TLS 1.3 the client has finished before it is refused: the alert comes with the first read.
    char byte = 0;
    SSL_read(client.get(), &byte, 1);
    ERR_clear_error();
    return seen_;
  }

  base::Status installed = base::Nothing{};

 private:
  void set_up_server(const pki::Kit& kit) {
    SSL_CTX* context = server_.get();
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_use_certificate_chain_file(context, kit.server_cert.c_str());
    SSL_CTX_use_PrivateKey_file(context, kit.server_key.c_str(), SSL_FILETYPE_PEM);
    X509_STORE* store = SSL_CTX_get_cert_store(context);
    for (const auto& ca : kit.trust->ca) X509_STORE_add_cert(store, ca.get());
    for (const auto& crl : kit.trust->crls) X509_STORE_add_crl(store, crl.get());
    X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(context), kit.loaded_at);
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context),
                                X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_cert_verify_callback(context, verify, &seen_);
  }

  static int verify(X509_STORE_CTX* context, void* seen) {
    auto& self = *static_cast<Handshake*>(seen);
    STACK_OF(X509)* sent = X509_STORE_CTX_get0_untrusted(context);
    for (int i = 0; i < sk_X509_num(sent); ++i)
      self.arrived.push_back(digest_of(sk_X509_value(sent, i)));
    const int verified = X509_verify_cert(context);
    self.verification = X509_STORE_CTX_get_error(context);
    return verified;
  }

  static void note_alert(const SSL* ssl, int where, int value) {
    const bool fatal = (value >> 8) == SSL3_AL_FATAL;
    if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT && fatal)
      static_cast<Handshake*>(SSL_get_app_data(ssl))->alert = SSL_alert_desc_string_long(value);
  }

  pki::SslCtx server_;
  pki::SslCtx client_;
  Handshake seen_;
};

}  // namespace support
