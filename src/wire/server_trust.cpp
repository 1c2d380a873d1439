// SPDX-License-Identifier: Apache-2.0
#include "wire/server_trust.hpp"

#include <openssl/x509_vfy.h>

#include "pki/owned.hpp"
#include "wire/tls_trace.hpp"

namespace wire {

namespace {

extern "C" int on_verify(int accepted, X509_STORE_CTX* verification) noexcept {
  if (accepted == 1) return 1;
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx()));
  try {
    const auto trace = ssl == nullptr ? nullptr : trace_of(SSL_get_SSL_CTX(ssl));
    if (trace && trace->verify_error.empty())
      trace->verify_error = X509_verify_cert_error_string(X509_STORE_CTX_get_error(verification));
  } catch (...) {
    return 0;
  }
  return 0;
}

bool is_address(const std::string& host) {
  const pki::Owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> address(a2i_IPADDRESS(host.c_str()));
  return address != nullptr;
}

}  // namespace

base::Status require_trust(SSL_CTX* context, const Settings& settings, const std::string& host) {
  if (settings.server_ca.empty()) return base::Nothing{};
  pki::Store store = pki::acquired<pki::Store>(X509_STORE_new());
  if (X509_STORE_load_file(store.get(), settings.server_ca.c_str()) != 1)
    return base::Error{base::Trouble::bad_data, "holds no certificates in PEM", settings.server_ca, ""};
  SSL_CTX_set1_verify_cert_store(context, store.get());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, on_verify);
  X509_VERIFY_PARAM* parameters = SSL_CTX_get0_param(context);
  // What the user names is trusted, be it the issuing CA or the certificate itself; so does curl --cacert.
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
  const std::string& name = settings.verified_name.empty() ? host : settings.verified_name;
  const int named = is_address(name) ? X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str())
                                     : X509_VERIFY_PARAM_set1_host(parameters, name.c_str(), name.size());
  if (named != 1) return base::Error{base::Trouble::internal, "cannot set the name to verify", name, ""};
  return base::Nothing{};
}

}  // namespace wire
