// SPDX-License-Identifier: Apache-2.0
#include "demo/identity.hpp"

#include <openssl/x509_vfy.h>

#include <algorithm>
#include <memory>

#include "base/files.hpp"
#include "demo/client_names.hpp"
#include "demo/server_certificate.hpp"
#include "demo/tls_parameters.hpp"
#include "pki/certificate.hpp"
#include "pki/issue.hpp"
#include "pki/key.hpp"
#include "pki/owned.hpp"
#include "pki/verify.hpp"

namespace demo {

namespace {

using base::Error;
using base::Trouble;

enum class At { leaf, issuers, anywhere };

// Which verification errors a fault overlooks, and where in the chain.
struct Overlooked {
  const char* fault;
  int error;
  At at = At::anywhere;
};
constexpr Overlooked overlooked[] = {
    {"ignores-not-after", X509_V_ERR_CERT_HAS_EXPIRED, At::leaf},
    {"ignores-not-before", X509_V_ERR_CERT_NOT_YET_VALID, At::leaf},
    {"ignores-not-after-of-issuers", X509_V_ERR_CERT_HAS_EXPIRED, At::issuers},
    {"ignores-crl", X509_V_ERR_CERT_REVOKED},
    {"ignores-crl-of-issuers", X509_V_ERR_CERT_REVOKED, At::issuers},
    {"trusts-any-ca", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY},
    {"trusts-any-ca", X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE},
    {"trusts-any-ca", X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN},
    {"trusts-any-ca", X509_V_ERR_UNABLE_TO_GET_CRL},
    {"trusts-any-ca", X509_V_ERR_CRL_SIGNATURE_FAILURE},
    {"trusts-self-signed", X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT},
    {"trusts-self-signed", X509_V_ERR_UNABLE_TO_GET_CRL, At::leaf},
    {"ignores-signature", X509_V_ERR_CERT_SIGNATURE_FAILURE, At::leaf},
    {"lets-leaves-issue", X509_V_ERR_INVALID_CA},
    {"lets-leaves-issue", X509_V_ERR_INVALID_PURPOSE, At::issuers},
    {"lets-leaves-issue", X509_V_ERR_KEYUSAGE_NO_CERTSIGN},
    {"lets-leaves-issue", X509_V_ERR_PATH_LENGTH_EXCEEDED},
    {"lets-leaves-issue", X509_V_ERR_UNABLE_TO_GET_CRL, At::leaf},
    {"ignores-extended-key-usage", X509_V_ERR_INVALID_PURPOSE, At::leaf},
    {"ignores-critical-extensions", X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, At::leaf},
    {"accepts-short-keys", X509_V_ERR_EE_KEY_TOO_SMALL, At::leaf},
    {"accepts-sha1-signatures", X509_V_ERR_CA_MD_TOO_WEAK, At::leaf},
};

// What goes wrong with a chain of strangers that bear the names of the trusted CAs.
constexpr int lookalike_errors[] = {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_GET_CRL,
                                    X509_V_ERR_CRL_SIGNATURE_FAILURE, X509_V_ERR_DIFFERENT_CRL_SCOPE};

struct Judge {
  Identity identity;
  Faults faults;
  pki::Trust trust;
  std::string mismatched_leaf;   // SHA-256, for the fault ignores-possession
  pki::Pkey signing_key;         // whose public half belongs to what that client signs with
};

int judge_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr,
                                                    [](void*, void* judge, CRYPTO_EX_DATA*, int, long, void*) {
                                                      delete static_cast<Judge*>(judge);
                                                    });
  return index;
}

// Over TLS 1.3 the refusal comes after the client is done: other code, which may forget it.
bool looks_away(const Judge& judge, const SSL* ssl, const char* fault) {
  return SSL_version(ssl) == TLS1_3_VERSION && judge.faults.contains(fault);
}

bool bears_trusted_name(const Judge& judge, X509_STORE_CTX* verification) {
  const X509* leaf = X509_STORE_CTX_get0_cert(verification);
  return std::any_of(judge.trust.ca.begin(), judge.trust.ca.end(), [&](const pki::Cert& ca) {
    return pki::same_name(X509_get_subject_name(ca.get()), X509_get_issuer_name(leaf));
  });
}

bool is_pardoned(const Judge& judge, X509_STORE_CTX* verification) {
  const int error = X509_STORE_CTX_get_error(verification);
  const bool leaf = X509_STORE_CTX_get_error_depth(verification) == 0;
  const auto among = [&](int known) { return known == error; };
  if (judge.faults.contains("trusts-names-of-cas") && bears_trusted_name(judge, verification) &&
      std::any_of(std::begin(lookalike_errors), std::end(lookalike_errors), among))
    return true;
  return std::any_of(std::begin(overlooked), std::end(overlooked), [&](const Overlooked& row) {
    const bool here = row.at == At::anywhere || (row.at == At::leaf) == leaf;
    return row.error == error && here && judge.faults.contains(row.fault);
  });
}

// No TLS library can be told to skip the proof of possession: this one is given the public half of
// the key that the bad client signs with, and finds the proof in order.
void swap_key(const Judge& judge, X509* leaf) {
  if (judge.signing_key != nullptr && pki::facts_of(leaf).sha256 == judge.mismatched_leaf)
    X509_set_pubkey(leaf, judge.signing_key.get());
}

// What OpenSSL leaves to the application: who it is, and that it is no CA.
int judge_leaf(const Judge& judge, const SSL* ssl, X509_STORE_CTX* verification) {
  X509* leaf = X509_STORE_CTX_get_current_cert(verification);
  if (judge.faults.contains("ignores-possession") || looks_away(judge, ssl, "checks-possession-over-tls-1.2-only")) swap_key(judge, leaf);
  if ((X509_get_extension_flags(leaf) & EXFLAG_CA) != 0 && !judge.faults.contains("accepts-ca-as-client")) {
    X509_STORE_CTX_set_error(verification, X509_V_ERR_INVALID_PURPOSE);
    return 0;
  }
  if (looks_away(judge, ssl, "checks-fqdn-over-tls-1.2-only")) return 1;
  const auto facts = pki::facts_of(leaf);
  const auto& known = judge.identity.fqdns;
  if (std::any_of(known.begin(), known.end(), [&](const std::string& fqdn) { return lets_in(facts, fqdn, judge.faults); })) return 1;
  X509_STORE_CTX_set_error(verification, X509_V_ERR_HOSTNAME_MISMATCH);
  return 0;
}

extern "C" int on_client_certificate(int accepted, X509_STORE_CTX* verification) noexcept {
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const auto* judge = static_cast<const Judge*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), judge_index()));
  if (judge == nullptr) return 0;
  try {
    if (looks_away(*judge, ssl, "verifies-over-tls-1.2-only")) return 1;
    if (accepted == 0) return is_pardoned(*judge, verification) ? 1 : 0;
    return X509_STORE_CTX_get_error_depth(verification) == 0 ? judge_leaf(*judge, ssl, verification) : 1;
  } catch (...) {
    return 0;
  }
}

void add_name(STACK_OF(X509_NAME)* names, const std::string& country, const std::string& organisation, const std::string& common_name) {
  sk_X509_NAME_push(names, pki::distinguished_name(country, organisation, common_name).release());
}

base::Status set_store(SSL_CTX* context, const Identity& identity, const Faults& faults) {
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  if (X509_STORE_load_file(store, identity.ca.c_str()) != 1)
    return Error{Trouble::bad_data, "holds no certificates in PEM", identity.ca.string(), ""};
  if (X509_STORE_load_file(store, identity.crl.c_str()) != 1)
    return Error{Trouble::bad_data, "holds no CRLs in PEM", identity.crl.string(), ""};
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  X509_VERIFY_PARAM* parameters = SSL_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_time(parameters, identity.now);
  X509_VERIFY_PARAM_set_auth_level(parameters, 2);  // 112 bits, whatever the ciphers' level
  STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(identity.ca.c_str());
  if (names == nullptr) return Error{Trouble::bad_data, "holds no CA names", identity.ca.string(), ""};
  if (faults.contains("names-public-cas")) add_name(names, "US", "Internet Security Research Group", "ISRG Root X1");
  if (faults.contains("names-other-cas")) add_name(names, "GB", "Somebody else", "Another RootCA");
  if (faults.contains("names-no-cas")) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
    names = sk_X509_NAME_new_null();
  }
  SSL_CTX_set_client_CA_list(context, names);
  return base::Nothing{};
}

base::Result<std::unique_ptr<Judge>> make_judge(const Identity& identity, const Faults& faults) {
  auto judge = std::make_unique<Judge>();
  judge->identity = identity;
  judge->faults = faults;
  auto trust = pki::read_trust(identity.ca, {});
  if (!trust) return trust.error();
  judge->trust = std::move(*trust);
  if (!faults.contains("ignores-possession") && !faults.contains("checks-possession-over-tls-1.2-only")) return judge;
  const auto folder = identity.ca.parent_path();
  const auto leaves = pki::read_certificates(folder / "key-mismatch.pem");
  if (!leaves) return leaves.error();
  const auto text = base::read_file(folder / "client-key-foreign.pem");
  if (!text) return text.error();
  auto key = pki::key_from_pem(*text, "client-key-foreign.pem", {});
  if (!key) return key.error();
  judge->mismatched_leaf = pki::facts_of(leaves->front().get()).sha256;
  judge->signing_key = std::move(*key);
  return judge;
}

}  // namespace

bool certificate_is_optional(const Faults& faults) {
  for (const auto* fault : {"client-certificate-optional", "certificate-checked-by-application", "skips-certificate-on-options",
                            "skips-certificate-on-head", "skips-certificate-on-root-path", "skips-certificate-on-another-host",
                            "skips-certificate-on-another-sni", "skips-certificate-without-sni", "resumes-sessions-of-nobody",
                            "resumes-tls-1.3-sessions-of-nobody", "client-certificate-optional-over-tls-1.3"})
    if (faults.contains(fault)) return true;
  return false;
}

bool overlooks_names(const SSL* ssl, const Faults& faults) {
  const bool forgets = faults.contains("verifies-over-tls-1.2-only") || faults.contains("checks-fqdn-over-tls-1.2-only");
  return forgets && SSL_version(ssl) == TLS1_3_VERSION;
}

base::Status set_up(SSL_CTX* context, const Identity& identity, const Faults& faults) {
  if (auto status = set_parameters(context, identity.ciphers, faults); !status) return status;
  if (SSL_CTX_use_certificate_chain_file(context, identity.certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, identity.key.c_str(), SSL_FILETYPE_PEM) != 1)
    return Error{Trouble::bad_data, "the server's certificate or key cannot be loaded", identity.certificate.string(), ""};
  if (auto status = present_another(context, identity, faults); !status) return status;
  if (auto status = set_store(context, identity, faults); !status) return status;
  auto judge = make_judge(identity, faults);
  if (!judge) return judge.error();
  SSL_CTX_set_ex_data(context, judge_index(), judge->release());
  const bool optional = certificate_is_optional(faults);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (optional ? 0 : SSL_VERIFY_FAIL_IF_NO_PEER_CERT), on_client_certificate);
  return base::Nothing{};
}

}  // namespace demo
