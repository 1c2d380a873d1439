// SPDX-License-Identifier: Apache-2.0
#include "pki/verify.hpp"

#include <openssl/err.h>

#include <algorithm>

#include "pki/certificate.hpp"

namespace pki {

namespace {

// OpenSSL's verify callback: notes each complaint and tells OpenSSL to go on.
int note_complaint(int ok, X509_STORE_CTX* context) noexcept {
  if (ok == 1) return 1;
  auto& complaints = *static_cast<std::vector<Complaint>*>(X509_STORE_CTX_get_app_data(context));
  const X509* current = X509_STORE_CTX_get_current_cert(context);
  const int code = X509_STORE_CTX_get_error(context);
  complaints.push_back({code, X509_STORE_CTX_get_error_depth(context),
                        current == nullptr ? "" : short_name_of(X509_get_subject_name(current)),
                        X509_verify_cert_error_string(code)});
  X509_STORE_CTX_set_error(context, X509_V_OK);
  return 1;
}

Store store_of(const Trust& trust) {
  auto store = acquired<Store>(X509_STORE_new());
  for (const auto& certificate : trust.ca) X509_STORE_add_cert(store.get(), certificate.get());
  for (const auto& crl : trust.crls) X509_STORE_add_crl(store.get(), crl.get());
  return store;
}

unsigned long flags_of(CrlCheck check) {
  switch (check) {
    case CrlCheck::off:
      return 0;
    case CrlCheck::leaf:
      return X509_V_FLAG_CRL_CHECK;
    case CrlCheck::chain:
      return X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL;
  }
  return 0;
}

}  // namespace

base::Result<Trust> read_trust(const std::filesystem::path& ca, const std::filesystem::path& crl) {
  Trust trust;
  if (!ca.empty()) {
    auto certificates = read_certificates(ca);
    if (!certificates) return certificates.error();
    trust.ca = std::move(*certificates);
  }
  if (!crl.empty()) {
    auto crls = read_crls(crl);
    if (!crls) return crls.error();
    trust.crls = std::move(*crls);
  }
  return trust;
}

bool ServerView::complains_of(int code, int depth) const {
  return std::any_of(complaints.begin(), complaints.end(),
                     [&](const Complaint& c) { return c.code == code && c.depth == depth; });
}

ServerView verify_as_server(const Trust& trust, const ServerRules& rules,
                            const std::vector<Cert>& presented) {
  const Store store = store_of(trust);
  const auto untrusted = acquired<Certs>(sk_X509_new_null());
  for (const auto& certificate : presented)
    if (sk_X509_push(untrusted.get(), shared(certificate.get()).release()) == 0)
      throw std::bad_alloc{};

  ServerView view;
  const auto context = acquired<StoreCtx>(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), presented.front().get(), untrusted.get());
  X509_STORE_CTX_set_default(context.get(), "ssl_client");  // as libssl does for a server
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(parameters, rules.now);
  X509_VERIFY_PARAM_set_flags(parameters, flags_of(rules.crl));
  X509_VERIFY_PARAM_set_auth_level(parameters, rules.security_level);
  X509_STORE_CTX_set_app_data(context.get(), &view.complaints);
  X509_STORE_CTX_set_verify_cb(context.get(), note_complaint);
  // The callback overrules every complaint; what is left is a failure before any certificate was
  // seen.
  if (X509_verify_cert(context.get()) != 1 && view.complaints.empty()) {
    const int code = X509_STORE_CTX_get_error(context.get());
    view.complaints.push_back({code, 0, "", X509_verify_cert_error_string(code)});
  }
  ERR_clear_error();
  view.named = rules.fqdn.empty() || names_host(presented.front().get(), rules.fqdn);
  return view;
}

}  // namespace pki
