// SPDX-License-Identifier: Apache-2.0
#include "tests/report/sample_report.hpp"

namespace sample {

namespace {

using model::Level;
using model::Requirement;

constexpr const char* connection = "Secure connection negotiation";
constexpr const char* protocols = "SSL and TLS protocols";
constexpr const char* ciphers = "Supported ciphers";
constexpr const char* certificates = "Client certificates";
constexpr const char* half =
    "The row applies to providers and consumers. This run examined the provider; that a consumer "
    "refuses such a server certificate was not examined.";

Requirement row(const char* id, Level level, const char* section, const char* title,
                const char* text) {
  Requirement r;
  r.id = id;
  r.spec = "gp-connect-security";
  r.level = level;
  r.section = section;
  r.title = title;
  r.text = text;
  if (std::string(section) == certificates) r.half = half;
  return r;
}

Requirement derived(Requirement r, const char* why) {
  r.derived = true;
  r.derivation = why;
  return r;
}

Requirement quoted(Requirement r, const char* quote) {
  r.quote = quote;
  return r;
}

Requirement manual(Requirement r) {
  r.manual = true;
  return r;
}

std::vector<Requirement> connection_rows() {
  return {row("GPC-CON-1", Level::must, connection, "Connections come from the SSP alone",
              "Accept connections only from the Spine Security Proxy."),
          row("GPC-CON-2", Level::must, connection, "The SSP is authenticated first",
              "Authenticate the SSP by its client certificate before answering any request."),
          row("GPC-CON-3", Level::must, connection, "Approved ciphers only",
              "Permit only approved, supported ciphers."),
          quoted(row("GPC-CON-4", Level::must, connection, "Encrypted connections only",
                     "Accept only encrypted connections; drop attempts over insecure protocols."),
                 "Only accept encrypted connections and drop connections attempted over insecure "
                 "protocols"),
          row("GPC-CON-5", Level::must, connection, "Requests are for this system",
              "Accept only requests for the system's own ASID, as Ssp-To says, and only on the "
              "endpoint "
              "URL that matches it."),
          row("GPC-CON-6", Level::must, connection, "The interaction fits the endpoint",
              "Check that Ssp-InteractionID fits the endpoint requested."),
          row("GPC-CON-7", Level::must, connection, "All SSP headers are present",
              "Check that Ssp-TraceID, Ssp-From, Ssp-To and Ssp-InteractionID are present."),
          row("GPC-CON-8", Level::must, connection, "A well-formed bearer token is present",
              "Check that a bearer token is present and correctly formed."),
          row("GPC-CON-9", Level::may, connection, "Authorisation by scope",
              "Authorise by the token's requested_scope.")};
}

std::vector<Requirement> transport_rows() {
  return {
      row("GPC-TST-1", Level::must, "Security testing", "Tested against the OWASP top 10",
          "The system is tested at least against the OWASP top 10."),
      row("GPC-TST-2", Level::should, "Security testing", "Tested for denial of service",
          "The system is tested for denial of service, and hardened."),
      row("GPC-TLS-1", Level::must, protocols, "TLS 1.2 is supported", "Support TLS 1.2."),
      derived(row("GPC-TLS-2", Level::must, protocols, "Older protocols are refused",
                  "Refuse SSLv2, SSLv3, TLS 1.0 and TLS 1.1."),
              "Follows from GPC-CON-4 and GPC-TLS-1; later editions say it in so many words."),
      row("GPC-CIP-1", Level::must, ciphers, "Each cipher group is supported",
          "Support at least one suite of each of the groups AESGCM+EECDH, AESGCM+EDH, AES256+EECDH "
          "and AES256+EDH that the server's key type allows."),
      derived(row("GPC-CIP-2", Level::must, ciphers, "No other cipher is accepted",
                  "Accept no suite outside the four groups at TLS 1.2 and below."),
              "Follows from GPC-CON-3."),
      derived(row("GPC-CIP-3", Level::should, ciphers, "The server's order counts",
                  "Choose by the server's order, the groups in the order of the list."),
              "Follows from the Tomcat configuration that the page shows.")};
}

std::vector<Requirement> certificate_rows() {
  return {
      row("GPC-MA-1", Level::must, certificates, "Certificates of the DIR team only",
          "Accept only client certificates issued by the NHS Digital DIR team."),
      row("GPC-MA-2", Level::must, certificates, "Chain to the Spine CAs",
          "Accept only client certificates that chain to the Spine SubCA and RootCA."),
      row("GPC-MA-3", Level::must, certificates, "Expired certificates are refused",
          "Refuse client certificates that have expired or are not yet valid."),
      row("GPC-MA-4", Level::must, certificates, "Revoked certificates are refused",
          "Refuse client certificates that have been revoked."),
      row("GPC-MA-5", Level::must, certificates, "The FQDN is the SSP's",
          "Check that the FQDN in the client certificate is the SSP's."),
      quoted(row("GPC-RSP-1", Level::must, "Response headers", "Nothing is cached",
                 "Send Cache-Control: no-store on all responses, errors and refusals included."),
             "Cache-Control: no-store"),
      row("GPC-SCP-1", Level::must, "Authorisation of access to endpoints",
          "Patient: patient scope", "Ask for patient/*.read or patient/*.write on /Patient."),
      row("GPC-SCP-2", Level::must, "Authorisation of access to endpoints",
          "Organization: organization scope",
          "Ask for organization/*.read or organization/*.write on /Organization."),
      manual(row("GPC-EXT-1", Level::may, "External policy documents", "Approved algorithms",
                 "Approved Cryptographic Algorithms Good Practice Guidelines, version 4.0.")),
      manual(row("GPC-EXT-2", Level::may, "External policy documents", "Warranted environment",
                 "Warranted Environment Specification."))};
}

}  // namespace

std::vector<model::Specification> specifications() {
  model::Specification spec;
  spec.id = "gp-connect-security";
  spec.title = "GP Connect: security guidance";
  spec.publisher = "NHS England";
  spec.source =
      "https://developer.nhs.uk/apis/gpconnect-1-6-0/development_api_security_guidance.html";
  spec.licence = "Open Government Licence v3.0";
  spec.read_on = "2026-10-02";
  for (const auto& rows : {connection_rows(), transport_rows(), certificate_rows()})
    spec.requirements.insert(spec.requirements.end(), rows.begin(), rows.end());
  for (auto& requirement : spec.requirements)
    if (requirement.id.starts_with("GPC-SCP")) requirement.condition = "GPC-CON-9";
  return {spec};
}

}  // namespace sample
