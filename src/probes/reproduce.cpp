// SPDX-License-Identifier: Apache-2.0
#include "probes/reproduce.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "model/hello_spec.hpp"
#include "probes/sni.hpp"

namespace probes {

namespace {

// Its public key as openssl prints it, without a file of its own.
std::string key_of(const model::HttpExchange& http) {
  const bool v6 = http.origin.host.find(':') != std::string::npos;
  std::string line = fmt::format("<(openssl s_client -connect {}:{}", v6 ? "[" + http.origin.host + "]" : http.origin.host, http.origin.port);
  if (!http.server_name.empty()) line += " -servername " + base::shell_quoted(http.server_name);
  return line + " </dev/null 2>/dev/null | openssl x509 -pubkey -noout)";
}

std::string token_command(const model::HttpExchange& http) {
  const auto& token = *http.token;
  std::string line = fmt::format("probity token --claims {}", base::shell_quoted(token.claims->dump()));
  for (const auto& mutation : token.mutations) line += " --mutate " + base::shell_quoted(model::to_json(mutation).dump());
  for (const auto& mutation : token.mutations)
    if (mutation.op == "token.sign" && mutation.value == "hs256-server-key") line += " --server-key " + key_of(http);
  return line;
}

// In double quotes, so that $(...) is run and nothing else is.
std::string double_quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\' || c == '$' || c == '`') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string header_argument(const model::Header& header, const model::HttpExchange& http) {
  const std::string line = header.value.empty() ? header.name + ";" : header.name + ": " + header.value;
  std::string quoted = double_quoted(line);
  quoted = base::replace_all(std::move(quoted), "{trace-id}", "$(cat /proc/sys/kernel/random/uuid)");
  // The claims are in single quotes inside $( ), where double quotes need no escape.
  if (http.token) quoted = base::replace_all(std::move(quoted), "{token}", "$(" + token_command(http) + ")");
  return quoted;
}

std::string body_argument(const model::HttpExchange& http) {
  if (!http.token || http.body.find("{token}") == std::string::npos) return base::shell_quoted(http.body);
  return base::replace_all(double_quoted(http.body), "{token}", "$(" + token_command(http) + ")");
}

std::string certificate_arguments(const model::HttpExchange& http, std::span<const model::CredentialInfo> credentials) {
  for (const auto& credential : credentials) {
    if (http.credential.empty() || credential.label != http.credential || credential.cert_file.empty()) continue;
    const std::string cert = base::shell_quoted(credential.cert_file);
    if (credential.key_file.empty()) return fmt::format(" --cert-type P12 --cert {}", cert);
    // curl sends what stands behind the leaf in the same file.
    const std::string whole = credential.chain_file.empty() || credential.chain_file == credential.cert_file
                                  ? cert
                                  : fmt::format("<(cat {} {})", cert, base::shell_quoted(credential.chain_file));
    return fmt::format(" --cert {} --key {}", whole, base::shell_quoted(credential.key_file));
  }
  return "";
}

// curl has an option for the lowest version of each, and one for the highest.
std::string version_arguments(model::TlsVersion version) {
  const bool tls13 = version == model::TlsVersion::tls1_3;
  return tls13 ? " --tlsv1.3" : " --tlsv1.2 --tls-max 1.2";
}

}  // namespace

std::string curl_line(const model::HttpExchange& http, std::span<const model::CredentialInfo> credentials) {
  std::string line = "curl -sS -i --http1.1 --path-as-is";
  if (http.origin.tls) line += " -k" + certificate_arguments(http, credentials);
  if (http.only) line += version_arguments(*http.only);
  if (http.method != "GET" || !http.body.empty()) line += " -X " + base::shell_quoted(http.method);
  for (const auto& header : http.headers) {
    const bool implied = header.name == "Host" || header.name == "Content-Length";
    if (!implied) line += " -H " + header_argument(header, http);
  }
  if (!http.body.empty()) line += " --data-binary " + body_argument(http);
  const std::string today = "$(date -u +%Y-%m-%d)";
  std::string url = double_quoted(model::in_words(http.origin) + http.path);
  url = base::replace_all(std::move(url), "{today+14}", "$(date -u -d '+14 days' +%Y-%m-%d)");
  return line + " " + base::replace_all(std::move(url), "{today}", today);
}

std::optional<std::string> openssl_line(const model::Origin& origin, const std::string& server_name,
                                        model::TlsVersion version, const std::string& suite) {
  std::string flag;
  switch (version) {
    case model::TlsVersion::tls1_0: flag = "-tls1"; break;
    case model::TlsVersion::tls1_1: flag = "-tls1_1"; break;
    case model::TlsVersion::tls1_2: flag = "-tls1_2"; break;
    case model::TlsVersion::tls1_3: flag = "-tls1_3"; break;
    default: return std::nullopt;  // no packaged OpenSSL speaks it
  }
  const bool v6 = origin.host.find(':') != std::string::npos;
  std::string line = fmt::format("openssl s_client -connect {}:{} {}", v6 ? "[" + origin.host + "]" : origin.host,
                                 origin.port, flag);
  if (!server_name.empty()) line += " -servername " + base::shell_quoted(server_name);
  if (version == model::TlsVersion::tls1_3 && !suite.empty()) line += " -ciphersuites " + suite;
  if (version != model::TlsVersion::tls1_3)
    line += fmt::format(" -cipher '{}:@SECLEVEL=0'", suite.empty() ? "ALL:COMPLEMENTOFALL" : suite);
  return line + " </dev/null";
}

std::string hello_line(const model::HelloExchange& hello) {
  const auto* suite = hello.suites.size() == 1 ? model::find_suite(hello.suites.front()) : nullptr;
  // A suite without a rank is none of OpenSSL's any more.
  const bool in_openssl = suite != nullptr && suite->usual_rank != 0 && hello.versions.size() == 1 && hello.groups.empty();
  if (in_openssl && !hello.whole_flight && hello.oddity == model::Oddity::none)
    if (auto line = openssl_line(hello.origin, hello.server_name, hello.versions.front(), std::string(suite->openssl_name))) return *line;
  return fmt::format("probity survey {} --hello {}", model::in_words(hello.origin),
                     base::shell_quoted(model::hello_spec(hello, host_name(hello.origin))));
}

std::vector<std::string> hello_lines(const std::string& id, std::span<const model::Observation> everything) {
  for (const auto& seen : everything)
    if (const auto* hello = std::get_if<model::HelloExchange>(&seen.exchange); hello != nullptr && seen.id == id) return {hello_line(*hello)};
  return {};
}

}  // namespace probes
