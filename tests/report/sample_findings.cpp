// SPDX-License-Identifier: Apache-2.0
#include "tests/report/sample_report.hpp"

#include "base/text.hpp"

namespace sample {

namespace {

using model::Cause;
using model::Finding;
using model::Level;
using model::Severity;
using model::Verdict;
using Texts = std::vector<std::string>;

constexpr const char* hello_method =
    "Sends raw ClientHellos, each offering one protocol version, and reads the first answer. What "
    "counts "
    "is what the target puts on the wire, not what a TLS library here still speaks.";
constexpr const char* request_method =
    "Sends the control's request with one mutation, between two controls that the target must "
    "accept.";
constexpr const char* identity_method =
    "Sends the control's request with another client certificate, on a connection of its own, "
    "between two "
    "controls with the valid one.";
constexpr const char* manual_method = "Not examined by probity: a person has to.";

Finding finding(const char* id, const char* title, Texts cites, Severity severity, Verdict verdict,
                Cause cause, const char* expected, std::string observed, const char* because = "") {
  Finding f;
  f.check.id = id;
  f.check.title = title;
  f.check.slug = base::slug(title);
  f.check.suite = f.check.id.substr(0, f.check.id.find('.'));
  f.check.cites = std::move(cites);
  f.check.severity = severity;
  f.verdict = verdict;
  f.cause = cause;
  f.expected = expected;
  f.observed = std::move(observed);
  f.because = because;
  f.ms = 42;
  f.red = verdict == Verdict::fail || verdict == Verdict::inconclusive;
  const bool tls = f.check.suite == "transport" || f.check.suite == "ciphers";
  f.check.probe = tls                           ? "tls.versions"
                  : f.check.suite == "identity" ? "http.identity"
                                                : "http.mutation";
  f.method = tls ? hello_method : f.check.suite == "identity" ? identity_method : request_method;
  return f;
}

// With its observation, between accepted controls.
Finding asked(Finding f) {
  f.control = "metadata";
  f.control_before = f.control_after = true;
  f.observations = {f.check.id + "-1"};
  f.reproduce = {
      "curl --tls-max 1.2 --cert \"$CERT\" --key \"$KEY\" --cacert lab/server-ca.pem "
      "-H \"Authorization: Bearer $(probity token --mutate exp-missing)\" "
      "https://gp.example.net:8443/A12345/STU3/1/gpconnect/metadata",
      "probity run -p gp-connect-provider https://gp.example.net:8443/A12345/STU3/1/gpconnect "
      "--target example-int.json --only " +
          f.check.id};
  return f;
}

Finding surveyed(Finding f, Texts observations) {
  f.observations = std::move(observations);
  f.reproduce = {"openssl s_client -connect gp.example.net:8443 -servername gp.example.net"};
  return f;
}

Finding advised(Finding f, const char* why, const char* remedy) {
  f.check.why = why;
  f.check.remedy = remedy;
  return f;
}

Finding mutating(Finding f, const char* op, const char* name) {
  f.check.with = {{"mutations", {{{"op", op}, {"name", name}}}}};
  return f;
}

std::vector<Finding> tls_findings() {
  std::vector<Finding> out = {
      surveyed(
          finding("transport.accepts-tls-1.2", "TLS 1.2 is accepted", {"GPC-TLS-1"}, Severity::high,
                  Verdict::pass, Cause::none, "a ServerHello", "accepted TLSv1.2"),
          {"survey-TLSv1.2-1"}),
      advised(surveyed(finding("transport.refuses-tls-1.0", "TLS 1.0 is refused",
                               {"GPC-TLS-2", "GPC-CON-4"}, Severity::high, Verdict::fail,
                               Cause::assertion, "the handshake is refused",
                               "accepted TLSv1.0, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"),
                       {"survey-TLSv1.0-1"}),
              "TLS 1.0 cannot be made to protect records against an active attacker.",
              "Tomcat: protocols=\"TLSv1.2\" on SSLHostConfig. nginx: ssl_protocols TLSv1.2;"),
      surveyed(finding("transport.refuses-ssl-3", "SSLv3 is refused", {"GPC-TLS-2", "GPC-CON-4"},
                       Severity::critical, Verdict::pass, Cause::none, "the handshake is refused",
                       "refused with the TLS alert protocol_version"),
               {"survey-SSLv3-1", "survey-SSLv2-1"}),
      surveyed(
          finding(
              "transport.notes-tls-1.3", "TLS 1.3 beside 1.2", {"GPC-TLS-1"}, Severity::info,
              Verdict::warn, Cause::deviation, "TLS 1.2 alone",
              "accepted TLSv1.3, TLS_AES_256_GCM_SHA384",
              "The page lists TLS 1.2 only; offering 1.3 besides is safer, but not in the text."),
          {"survey-TLSv1.3-1"}),
      asked(finding("transport.serves-no-plain-http", "Nothing is served over plain HTTP",
                    {"GPC-CON-4"}, Severity::critical, Verdict::inconclusive, Cause::timeout,
                    "closed, 400, 497 or a redirect to https", "no answer in 10 s, asked twice")),
      surveyed(finding("ciphers.only-listed", "Only listed suites are accepted",
                       {"GPC-CIP-2", "GPC-CON-3"}, Severity::high, Verdict::pass, Cause::none,
                       "suites of the list", "5 suites accepted at TLS 1.2, all of the list"),
               {"survey-TLSv1.2-1", "survey-TLSv1.2-2"}),
      surveyed(
          finding("ciphers.supports-each-group", "Each group has a suite", {"GPC-CIP-1"},
                  Severity::medium, Verdict::pass, Cause::none, "a suite of each of four groups",
                  "AESGCM+EECDH, AESGCM+EDH, AES256+EECDH, AES256+EDH"),
          {"survey-TLSv1.2-1"}),
      surveyed(finding("ciphers.honours-order", "The server's order is followed", {"GPC-CIP-3"},
                       Severity::low, Verdict::warn, Cause::assertion, "the server's first choice",
                       "the client's first choice, twice"),
               {"survey-TLSv1.2-2"})};
  out[4].check.probe = "http.plain";
  out[4].method = "Sends the control's request without TLS, to the same port.";
  out[7].check.level = Level::should;
  return out;
}

std::vector<Finding> identity_findings() {
  std::vector<Finding> out = {
      asked(finding("identity.refuses-none", "No certificate is refused",
                    {"GPC-CON-1", "GPC-CON-2"}, Severity::critical, Verdict::pass, Cause::none,
                    "refused in TLS or with 401, 403, 495, 496",
                    "refused with the TLS alert handshake_failure")),
      advised(
          asked(finding("identity.refuses-expired", "An expired certificate is refused",
                        {"GPC-MA-3"}, Severity::critical, Verdict::fail, Cause::assertion,
                        "refused in TLS or with 401, 403, 495, 496", "HTTP 200 CapabilityStatement",
                        "The certificate ended 2025-11-30; the target served it all the same.")),
          "A certificate that has ended is one nobody vouches for any more.",
          "Check the validity period in the verify callback; do not accept "
          "X509_V_ERR_CERT_HAS_EXPIRED."),
      asked(finding(
          "identity.refuses-revoked", "A revoked certificate is refused", {"GPC-MA-4"},
          Severity::high, Verdict::inconclusive, Cause::ambiguous,
          "refused in TLS or with 401, 403, 495, 496", "HTTP 200 CapabilityStatement",
          "The kit does not say how the revocation reaches the target (revocation: unknown).")),
      asked(finding("identity.refuses-wrong-fqdn", "Another system's name is refused",
                    {"GPC-MA-5", "GPC-CON-1"}, Severity::critical, Verdict::pass, Cause::none,
                    "refused in TLS or with 401, 403, 495, 496",
                    "refused with the TLS alert certificate_unknown")),
      asked(finding("identity.refuses-weak-key", "A 512-bit key is refused", {"GPC-MA-2"},
                    Severity::low, Verdict::inconclusive, Cause::capability, "refused", "not sent",
                    "OpenSSL sent an empty Certificate instead of this one.")),
      asked(finding("identity.refuses-untrusted-ca", "A foreign CA is refused",
                    {"GPC-MA-1", "GPC-MA-2", "GPC-CON-1"}, Severity::critical, Verdict::pass,
                    Cause::none, "refused in TLS or with 401, 403, 495, 496",
                    "refused with the TLS alert unknown_ca")),
      asked(finding("identity.refuses-lookalike-ca", "A CA of the same name is refused",
                    {"GPC-MA-1"}, Severity::critical, Verdict::waived, Cause::waiver,
                    "refused in TLS or with 401, 403, 495, 496", "HTTP 200 CapabilityStatement"))};
  out[4].check.level = Level::should;
  out[4].red = false;
  return out;
}

std::vector<Finding> request_findings() {
  auto control = asked(finding(
      "headers.refuses-foreign-interaction", "Another endpoint's interaction is refused",
      {"GPC-CON-6"}, Severity::medium, Verdict::inconclusive, Cause::control, "400 and BAD_REQUEST",
      "HTTP 400 OperationOutcome BAD_REQUEST", "The closing control was not accepted: HTTP 503."));
  control.control_after = false;
  auto deadline =
      finding("token.rejects-two-parts", "A token of two parts is refused", {"GPC-CON-8"},
              Severity::medium, Verdict::inconclusive, Cause::deadline, "400 and BAD_REQUEST", "",
              "The deadline of 10 min passed before it was asked.");
  return {asked(mutating(finding("headers.refuses-missing-ssp-to", "Ssp-To missing is refused",
                                 {"GPC-CON-7"}, Severity::medium, Verdict::pass, Cause::none,
                                 "400 and BAD_REQUEST", "HTTP 400 OperationOutcome BAD_REQUEST"),
                         "header.remove", "Ssp-To")),
          asked(mutating(finding("headers.refuses-foreign-ssp-to",
                                 "Another system's ASID is refused", {"GPC-CON-5"}, Severity::high,
                                 Verdict::inconclusive, Cause::network, "400 and BAD_REQUEST",
                                 "HTTP 502 OperationOutcome 5, written by an intermediary",
                                 "The provider was not reached."),
                         "header.set", "Ssp-To")),
          control,
          asked(mutating(finding("token.rejects-absent", "A request without token is refused",
                                 {"GPC-CON-8"}, Severity::high, Verdict::pass, Cause::none,
                                 "400 and BAD_REQUEST", "HTTP 400 OperationOutcome BAD_REQUEST"),
                         "header.remove", "Authorization")),
          asked(mutating(finding("token.rejects-expired", "An expired token is refused",
                                 {"GPC-CON-8"}, Severity::high, Verdict::pass, Cause::none,
                                 "400 and BAD_REQUEST", "HTTP 400 OperationOutcome BAD_REQUEST"),
                         "token.shift", "")),
          asked(mutating(
              finding("token.rejects-missing-exp", "A token without exp is refused", {"GPC-CON-8"},
                      Severity::high, Verdict::warn, Cause::deviation, "400 and BAD_REQUEST",
                      hostile("HTTP 422"), "Refused, but not in the specified shape."),
              "token.claim.remove", "exp")),
          deadline,
          finding("token.rejects-wrong-aud", "A token for another server is refused", {"GPC-CON-8"},
                  Severity::medium, Verdict::inconclusive, Cause::tool, "400 and BAD_REQUEST", "",
                  "probity could not mint the token: claims are not an object.")};
}

std::vector<Finding> other_findings() {
  auto cached = asked(finding("caching.no-store-on-200", "no-store on a good answer", {"GPC-RSP-1"},
                              Severity::medium, Verdict::pass, Cause::none,
                              "Cache-Control: no-store", "Cache-Control: no-store"));
  cached.observations = {"control-metadata-1"};
  auto external = [](const char* id, const char* title, const char* cites) {
    auto f = finding(id, title, {cites}, Severity::info, Verdict::skipped, Cause::manual, "", "");
    f.check.level = Level::may;
    f.method = manual_method;
    f.check.probe = "manual";
    return f;
  };
  auto dos = finding("dos.limits-slow-requests", "Slow requests are cut off", {"GPC-TST-2"},
                     Severity::medium, Verdict::skipped, Cause::not_authorised, "", "",
                     "Needs --allow dos and --authorisation TEXT.");
  dos.check.level = Level::should;
  dos.check.risk = model::Risk::dos;
  return {
      finding("scope.patient-class", "An organization scope is refused on Patient", {"GPC-SCP-1"},
              Severity::high, Verdict::skipped, Cause::not_applicable, "", "",
              "The provider does not enforce scope: no mismatch of class was refused."),
      finding("scope.organization-class", "A patient scope is refused on Organization",
              {"GPC-SCP-2"}, Severity::high, Verdict::skipped, Cause::needs_input, "", "",
              "The target file lacks organization.ods_code."),
      cached,
      finding("caching.no-store-on-structured", "no-store on the structured record", {"GPC-RSP-1"},
              Severity::medium, Verdict::inconclusive, Cause::blocked_by, "Cache-Control: no-store",
              "", "Blocked by the control patient-search@structured: HTTP 503."),
      finding("owasp.refuses-verbs", "Unknown verbs are refused", {"GPC-TST-1"}, Severity::low,
              Verdict::skipped, Cause::filtered, "", "", "Left out by --skip owasp."),
      dos,
      external("external.algorithms", "Approved algorithms", "GPC-EXT-1"),
      external("external.environment", "Warranted environment", "GPC-EXT-2")};
}

}  // namespace

std::vector<Finding> findings() {
  std::vector<Finding> out;
  for (const auto& group :
       {tls_findings(), identity_findings(), request_findings(), other_findings()})
    out.insert(out.end(), group.begin(), group.end());
  return out;
}

}  // namespace sample
