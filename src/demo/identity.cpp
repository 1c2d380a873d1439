// SPDX-License-Identifier: Apache-2.0
#include "demo/identity.hpp"

#include <openssl/x509_vfy.h>

#include <algorithm>

#include "base/text.hpp"
#include "pki/certificate.hpp"
#include "pki/owned.hpp"

namespace demo {

namespace {

using base::Error;
using base::Trouble;

// The list of the specification, and what each fault makes of it.
constexpr const char* specified = "AESGCM+EECDH:AESGCM+EDH:AES256+EECDH:AES256+EDH:!aNULL";

struct CipherFault {
  const char* fault;
  const char* ciphers;
};
constexpr CipherFault cipher_faults[] = {
    {"accepts-static-rsa", "AESGCM+EECDH:AESGCM+EDH:AES256+EECDH:AES256+EDH:!aNULL:AES128-SHA256"},
    {"accepts-null-cipher", "AESGCM+EECDH:AESGCM+EDH:AES256+EECDH:AES256+EDH:!aNULL:NULL-SHA256:@SECLEVEL=0"},
    {"accepts-anonymous", "AESGCM+EECDH:AESGCM+EDH:AES256+EECDH:AES256+EDH:ADH-AES128-SHA256:@SECLEVEL=0"},
    {"lacks-aesgcm-eecdh", "ECDHE-RSA-AES256-SHA384:AESGCM+EDH:AES256+EDH:!aNULL"},
    {"lacks-aesgcm-edh", "AESGCM+EECDH:AES256+EECDH:DHE-RSA-AES256-SHA256:!aNULL"},
    {"lacks-aes256-eecdh", "ECDHE-RSA-AES128-GCM-SHA256:AESGCM+EDH:AES256+EDH:!aNULL"},
    {"lacks-aes256-edh", "AESGCM+EECDH:AES256+EECDH:DHE-RSA-AES128-GCM-SHA256:!aNULL"},
};

// Which verification errors a fault overlooks.
struct Overlooked {
  const char* fault;
  int error;
};
constexpr Overlooked overlooked[] = {
    {"ignores-not-after", X509_V_ERR_CERT_HAS_EXPIRED},
    {"ignores-not-before", X509_V_ERR_CERT_NOT_YET_VALID},
    {"ignores-crl", X509_V_ERR_CERT_REVOKED},
    {"trusts-any-ca", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY},
    {"trusts-any-ca", X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE},
    {"trusts-any-ca", X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN},
    {"trusts-any-ca", X509_V_ERR_UNABLE_TO_GET_CRL},
    {"trusts-self-signed", X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT},
    {"trusts-self-signed", X509_V_ERR_UNABLE_TO_GET_CRL},
};

struct Judge {
  const Identity& identity;
  const Faults& faults;
};

int judge_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr,
                                                    [](void*, void* judge, CRYPTO_EX_DATA*, int, long, void*) {
                                                      delete static_cast<Judge*>(judge);
                                                    });
  return index;
}

bool carries_name(X509* leaf, const std::string& fqdn) {
  const auto facts = pki::facts_of(leaf);
  if (facts.names.empty()) return base::same_ignoring_case(facts.common_name, fqdn);
  return std::any_of(facts.names.begin(), facts.names.end(),
                     [&](const std::string& name) { return base::same_ignoring_case(name, fqdn); });
}

extern "C" int on_client_certificate(int accepted, X509_STORE_CTX* verification) noexcept {
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const auto* judge = static_cast<const Judge*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), judge_index()));
  if (judge == nullptr) return 0;
  if (accepted == 0) {
    const int error = X509_STORE_CTX_get_error(verification);
    const bool pardoned = std::any_of(std::begin(overlooked), std::end(overlooked), [&](const Overlooked& row) {
      return row.error == error && judge->faults.contains(row.fault);
    });
    return pardoned ? 1 : 0;
  }
  if (X509_STORE_CTX_get_error_depth(verification) != 0 || judge->faults.contains("ignores-fqdn")) return 1;
  try {
    if (carries_name(X509_STORE_CTX_get_current_cert(verification), judge->identity.fqdn)) return 1;
  } catch (...) {
    return 0;
  }
  X509_STORE_CTX_set_error(verification, X509_V_ERR_HOSTNAME_MISMATCH);
  return 0;
}

void set_versions(SSL_CTX* context, const Faults& faults) {
  int lowest = TLS1_2_VERSION;
  if (faults.contains("accepts-tls-1.1")) lowest = TLS1_1_VERSION;
  if (faults.contains("accepts-tls-1.0")) {
    lowest = TLS1_VERSION;
    if (!faults.contains("accepts-tls-1.1")) SSL_CTX_set_options(context, SSL_OP_NO_TLSv1_1);
  }
  if (faults.contains("refuses-tls-1.2")) lowest = TLS1_3_VERSION;
  const bool tls13 = faults.contains("offers-tls-1.3") || faults.contains("refuses-tls-1.2");
  SSL_CTX_set_min_proto_version(context, lowest);
  SSL_CTX_set_max_proto_version(context, tls13 ? TLS1_3_VERSION : TLS1_2_VERSION);
  if (lowest < TLS1_2_VERSION) SSL_CTX_set_security_level(context, 0);  // MD5+SHA-1 signatures
}

const char* ciphers_for(const Faults& faults) {
  for (const auto& row : cipher_faults)
    if (faults.contains(row.fault)) return row.ciphers;
  return specified;
}

base::Status set_store(SSL_CTX* context, const Identity& identity) {
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  if (X509_STORE_load_file(store, identity.ca.c_str()) != 1)
    return Error{Trouble::bad_data, "holds no certificates in PEM", identity.ca.string(), ""};
  if (X509_STORE_load_file(store, identity.crl.c_str()) != 1)
    return Error{Trouble::bad_data, "holds no CRLs in PEM", identity.crl.string(), ""};
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(context), identity.now);
  STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(identity.ca.c_str());
  if (names == nullptr) return Error{Trouble::bad_data, "holds no CA names", identity.ca.string(), ""};
  SSL_CTX_set_client_CA_list(context, names);
  return base::Nothing{};
}

}  // namespace

base::Status set_up(SSL_CTX* context, const Identity& identity, const Faults& faults) {
  set_versions(context, faults);
  if (SSL_CTX_set_cipher_list(context, ciphers_for(faults)) != 1)
    return Error{Trouble::internal, "OpenSSL refuses the cipher list", "", ""};
  SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_dh_auto(context, 1);
  if (SSL_CTX_use_certificate_chain_file(context, identity.certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, identity.key.c_str(), SSL_FILETYPE_PEM) != 1)
    return Error{Trouble::bad_data, "the server's certificate or key cannot be loaded", identity.certificate.string(), ""};
  if (auto status = set_store(context, identity); !status) return status;
  SSL_CTX_set_ex_data(context, judge_index(), new Judge{identity, faults});
  const bool optional = faults.contains("client-certificate-optional") || faults.contains("certificate-checked-by-application");
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (optional ? 0 : SSL_VERIFY_FAIL_IF_NO_PEER_CERT), on_client_certificate);
  return base::Nothing{};
}

}  // namespace demo
