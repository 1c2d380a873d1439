// SPDX-License-Identifier: Apache-2.0
#include "demo/server_certificate.hpp"

#include <algorithm>
#include <iterator>

#include "pki/issue.hpp"
#include "pki/key.hpp"

namespace demo {

namespace {

constexpr base::EpochSeconds one_day = 86400;

struct Spoilt {
  const char* fault;
  void (*spoil)(pki::CertificatePlan& plan, base::EpochSeconds now);
};
constexpr Spoilt spoilt[] = {
    {"presents-expired-certificate",
     [](pki::CertificatePlan& plan, base::EpochSeconds now) { plan.period = {now - 100 * one_day, now - one_day}; }},
    {"presents-another-name",
     [](pki::CertificatePlan& plan, base::EpochSeconds) {
       plan.dns_names = {"elsewhere.example"};
       plan.ip_addresses.clear();
     }},
    {"presents-leaf-alone", [](pki::CertificatePlan&, base::EpochSeconds) {}},
    {"presents-short-key", [](pki::CertificatePlan&, base::EpochSeconds) {}},
    {"presents-sha1-signature", [](pki::CertificatePlan& plan, base::EpochSeconds) { plan.digest = EVP_sha1(); }},
};

const Spoilt* chosen(const Faults& faults) {
  const auto* at = std::find_if(std::begin(spoilt), std::end(spoilt), [&](const Spoilt& row) { return faults.contains(row.fault); });
  return at == std::end(spoilt) ? nullptr : at;
}

}  // namespace

bool presents_another(const Faults& faults) { return chosen(faults) != nullptr; }

base::Status present_another(SSL_CTX* context, const Identity& identity, const Faults& faults) {
  const Spoilt* row = chosen(faults);
  if (row == nullptr) return base::Nothing{};
  const auto now = identity.now;
  const pki::Pkey ca_key = pki::new_key(pki::KeyType::rsa);
  const pki::Name ca_name = pki::distinguished_name("GB", "probity test kit", "CA of the occasion");
  const pki::Cert ca = pki::issue({.subject = ca_name.get(), .period = {now - one_day, now + 30 * one_day}, .role = pki::Role::ca},
                                  ca_key.get(), {nullptr, ca_key.get()});
  const pki::Name subject = pki::distinguished_name("GB", "", "localhost");
  pki::CertificatePlan plan{.subject = subject.get(),
                            .dns_names = {"localhost"},
                            .ip_addresses = {"127.0.0.1", "::1"},
                            .period = {now - one_day, now + 20 * one_day},
                            .client_use = false};
  row->spoil(plan, now);
  const bool is_short = faults.contains("presents-short-key");
  const pki::Pkey key = is_short ? pki::new_rsa_key(1024) : pki::new_key(pki::KeyType::rsa);
  const pki::Cert leaf = pki::issue(plan, key.get(), {ca.get(), ca_key.get()});
  SSL_CTX_clear_chain_certs(context);
  const bool alone = faults.contains("presents-leaf-alone");
  const bool done = SSL_CTX_use_certificate(context, leaf.get()) == 1 && SSL_CTX_use_PrivateKey(context, key.get()) == 1 &&
                    (alone || SSL_CTX_add1_chain_cert(context, ca.get()) == 1);
  if (!done) return base::Error{base::Trouble::internal, "OpenSSL refuses the spoilt certificate", "", ""};
  SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
  return base::Nothing{};
}

}  // namespace demo
