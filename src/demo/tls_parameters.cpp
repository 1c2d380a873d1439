// SPDX-License-Identifier: Apache-2.0
#include "demo/tls_parameters.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "demo/padding_repair.hpp"
#include "demo/sessions.hpp"

namespace demo {

namespace {

using base::Error;
using base::Trouble;

// What a fault makes of the list of the specification: another one, or that one and more.
struct CipherFault {
  const char* fault;
  const char* instead;
  const char* beside;
};
constexpr CipherFault cipher_faults[] = {
    {"accepts-static-rsa", nullptr, ":AES128-SHA256"},
    {"tells-padding-apart", nullptr, ":AES128-SHA256"},
    {"accepts-null-cipher", nullptr, ":NULL-SHA256:@SECLEVEL=0"},
    {"accepts-anonymous", nullptr, ":ADH-AES256-SHA256:@SECLEVEL=0"},
    {"lacks-aesgcm-eecdh", "AESGCM+EDH:ECDHE-RSA-AES256-SHA384:AES256+EDH", ""},
    {"prefers-edh", "AES256+EDH:AESGCM+EECDH:AESGCM+EDH:AES256+EECDH", ""},
    {"uses-weak-dh", nullptr, ":@SECLEVEL=0"},
    {"lacks-aesgcm-edh", "AESGCM+EECDH:AES256+EECDH:DHE-RSA-AES256-SHA256", ""},
    {"lacks-aes256-eecdh", "ECDHE-RSA-AES128-GCM-SHA256:AESGCM+EDH:AES256+EDH", ""},
    {"lacks-aes256-edh", "AESGCM+EECDH:DHE-RSA-AES128-GCM-SHA256:AES256+EECDH", ""},
    {"presents-short-key", nullptr, ":@SECLEVEL=0"},
    {"presents-sha1-signature", nullptr, ":@SECLEVEL=0"},
    // Seven of the eight of the published NRL pages: all but TLS_DHE_RSA_WITH_AES_256_CBC_SHA.
    {"offers-published-suites",
     "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256:"
     "ECDHE-RSA-AES256-SHA384:DHE-RSA-AES256-SHA256:ECDHE-RSA-AES256-SHA",
     ""},
};

// Where a fault lets older versions in and the list has no suite for them, they get one: at TLS 1.2 nothing changes.
// TLS 1.1 between two versions that are spoken is refused here, for OpenSSL takes a gap for the end of what is enabled.
extern "C" int on_hello(SSL* ssl, int* alert, void* without_tls_1_1) noexcept {
  const unsigned version = SSL_client_hello_get0_legacy_version(ssl);
  if (version == TLS1_1_VERSION && without_tls_1_1 != nullptr) {
    *alert = SSL_AD_PROTOCOL_VERSION;
    return SSL_CLIENT_HELLO_ERROR;
  }
  if (version < TLS1_2_VERSION) SSL_set_cipher_list(ssl, "AES256+EECDH:AES256+EDH:@SECLEVEL=0");
  return SSL_CLIENT_HELLO_SUCCESS;
}

void set_versions(SSL_CTX* context, const Faults& faults) {
  int lowest = TLS1_2_VERSION;
  if (faults.contains("accepts-tls-1.1") || faults.contains("ignores-fallback-scsv")) lowest = TLS1_1_VERSION;
  const bool gap = faults.contains("accepts-tls-1.0") && lowest == TLS1_2_VERSION;
  if (faults.contains("accepts-tls-1.0")) lowest = TLS1_VERSION;
  if (faults.contains("refuses-tls-1.2")) lowest = TLS1_3_VERSION;
  const auto has = [&](const char* fault) { return faults.contains(fault); };
  constexpr const char* with_tls13[] = {"offers-tls-1.3", "refuses-tls-1.2", "resumes-tls-1.3-sessions",
                                        "resumes-tls-1.3-sessions-of-nobody", "client-certificate-optional-over-tls-1.3",
                                        "verifies-over-tls-1.2-only", "checks-fqdn-over-tls-1.2-only",
                                        "checks-possession-over-tls-1.2-only"};
  const bool tls13 = std::any_of(std::begin(with_tls13), std::end(with_tls13), has);
  SSL_CTX_set_min_proto_version(context, lowest);
  SSL_CTX_set_max_proto_version(context, tls13 ? TLS1_3_VERSION : TLS1_2_VERSION);
  if (lowest >= TLS1_2_VERSION) return;
  SSL_CTX_set_security_level(context, 0);  // MD5+SHA-1 signatures
  SSL_CTX_set_client_hello_cb(context, on_hello, gap ? context : nullptr);
}

std::string ciphers_for(const std::string& specified, const Faults& faults) {
  for (const auto& row : cipher_faults)
    if (faults.contains(row.fault)) return row.instead != nullptr ? row.instead : specified + row.beside;
  return specified;
}

// By itself OpenSSL takes a prime as strong as the certificate's key.
base::Status set_dh(SSL_CTX* context, const Faults& faults) {
  const bool weak_group = faults.contains("uses-dh-of-rfc-5114");
  if (!faults.contains("uses-weak-dh") && !weak_group) {
    SSL_CTX_set_dh_auto(context, 1);
    return base::Nothing{};
  }
  char small[] = "dh_1024_160";  // RFC 5114 2.1
  char large[] = "dh_2048_256";  // RFC 5114 2.3
  char* group = weak_group ? large : small;
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0), OSSL_PARAM_construct_end()};
  using Context = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;
  const Context maker(EVP_PKEY_CTX_new_from_name(nullptr, "DHX", nullptr), EVP_PKEY_CTX_free);
  EVP_PKEY* weak = nullptr;
  if (!maker || EVP_PKEY_keygen_init(maker.get()) != 1 || EVP_PKEY_CTX_set_params(maker.get(), parameters) != 1 ||
      EVP_PKEY_generate(maker.get(), &weak) != 1 || SSL_CTX_set0_tmp_dh_pkey(context, weak) != 1)
    return Error{Trouble::internal, "OpenSSL makes no weak parameters", "", ""};
  return base::Nothing{};
}

}  // namespace

base::Status set_parameters(SSL_CTX* context, const std::string& ciphers, const Faults& faults) {
  set_versions(context, faults);
  if (SSL_CTX_set_cipher_list(context, ciphers_for(ciphers, faults).c_str()) != 1)
    return Error{Trouble::internal, "OpenSSL refuses the cipher list", "", ""};
  set_sessions(context, faults);
  if (!faults.contains("follows-client-order")) SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
  if (faults.contains("lacks-extended-master-secret")) SSL_CTX_set_options(context, SSL_OP_NO_EXTENDED_MASTER_SECRET);
  if (faults.contains("ignores-cbc-padding")) log_keys(context);
  return set_dh(context, faults);
}

}  // namespace demo
