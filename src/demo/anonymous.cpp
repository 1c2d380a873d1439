// SPDX-License-Identifier: Apache-2.0
#include "demo/anonymous.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace demo {

namespace {

std::string_view server_name(const SSL* ssl) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : name;
}

// A kind of request for which a fault forgets the certificate.
struct Hole {
  const char* fault;
  bool (*leads_here)(const Arrived& arrived, const SSL* ssl);
};
constexpr Hole holes[] = {
    {"skips-certificate-on-options", [](const Arrived& arrived, const SSL*) { return arrived.method == "OPTIONS"; }},
    {"skips-certificate-on-head", [](const Arrived& arrived, const SSL*) { return arrived.method == "HEAD"; }},
    {"skips-certificate-on-root-path", [](const Arrived& arrived, const SSL*) { return arrived.path == "/"; }},
    {"skips-certificate-on-another-host",
     [](const Arrived& arrived, const SSL*) { return !arrived.header("Host").value_or("").starts_with("127.0.0.1"); }},
    {"skips-certificate-on-another-sni",
     [](const Arrived&, const SSL* ssl) { return !server_name(ssl).empty() && server_name(ssl) != "localhost"; }},
    {"skips-certificate-without-sni", [](const Arrived&, const SSL* ssl) { return server_name(ssl).empty(); }},
};

}  // namespace

Anonymous judge_anonymous(const Arrived& arrived, const SSL* ssl, const Faults& faults) {
  if (faults.contains("client-certificate-optional") || faults.contains("certificate-checked-by-application"))
    return Anonymous::passed_on;
  const bool resumes = faults.contains("resumes-sessions-of-nobody") || faults.contains("resumes-tls-1.3-sessions-of-nobody");
  if (resumes && SSL_session_reused(ssl) == 1) return Anonymous::passed_on;
  if (faults.contains("client-certificate-optional-over-tls-1.3") && SSL_version(ssl) == TLS1_3_VERSION)
    return Anonymous::passed_on;
  const bool hole = std::any_of(std::begin(holes), std::end(holes), [&](const Hole& row) {
    return faults.contains(row.fault) && row.leads_here(arrived, ssl);
  });
  return hole ? Anonymous::answered : Anonymous::refused;
}

}  // namespace demo
