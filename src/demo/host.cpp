// SPDX-License-Identifier: Apache-2.0
// cpp-httplib servers for TLS and for the plain port, one service behind both. src/FACTS.md 7 says why its defaults
// are changed.
#include "demo/host.hpp"

#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "demo/anonymous.hpp"
#include "demo/server_certificate.hpp"
#include "pki/certificate.hpp"

namespace demo {

namespace {

using base::Error;
using base::Trouble;

constexpr const char* valid_label = "valid";
constexpr const char* own_domain = ".probity.example.nhs.uk";   // of the clients in all kits made here

Arrived arrived(const httplib::Request& request, bool tls, const Faults& faults) {
  Arrived out;
  out.method = request.method;
  const auto question = request.target.find('?');
  out.path = request.target.substr(0, question);
  if (question != std::string::npos) out.query = request.target.substr(question + 1);
  for (const auto& [name, value] : request.headers) out.headers.push_back({name, value});
  out.body = request.body;
  if (!tls) out.front = request.get_header_value("Host");
  if (!tls || request.ssl == nullptr) return out;
  const X509* certificate = SSL_get0_peer_certificate(request.ssl);
  out.has_certificate = certificate != nullptr;
  if (certificate != nullptr) out.certificate = pki::facts_of(certificate);
  out.name_overlooked = overlooks_names(request.ssl, faults);
  return out;
}

}  // namespace

Host::Host(const ProviderOptions& options, Site site, Service& service)
    : faults_(options.faults.begin(), options.faults.end()),
      folder_(options.folder),
      now_(options.now),
      site_(std::move(site)),
      service_(service) {}

Host::~Host() = default;

base::Status Host::open(std::uint16_t port) {
  if (auto status = prepare_kit(); !status) return status;
  return listen(port);
}

std::string Host::authority() const { return fmt::format("127.0.0.1:{}", port_); }

// A spoilt certificate is for the checks to find, not for the preflight.
std::string Host::server_ca() const { return presents_another(faults_) ? "" : identity_.ca.filename().string(); }

base::Status Host::listen(std::uint16_t port) {
  if (auto status = plain_.listen(plain_server(), 0); !status) return status;
  const bool fronted = Front::needed(faults_);
  auto tls = tls_server();
  if (!tls) return tls.error();
  if (auto status = tls_.listen(std::move(*tls), fronted ? 0 : port); !status) return status;
  port_ = tls_.port();
  if (!fronted) return base::Nothing{};
  auto front = Front::open(port, {tls_.port(), behind_plain_port(), identity_.key}, faults_);
  if (!front) return front.error();
  front_ = std::move(*front);
  port_ = front_->port();
  return base::Nothing{};
}

// A kit that is there and good for another day is used; only one of an earlier start is replaced, of whichever service.
base::Status Host::prepare_kit() {
  std::error_code ignored;
  if (!std::filesystem::exists(folder_ / "kit.json", ignored)) return mint();
  auto kit = pki::load_kit(folder_, {}, now_);
  const bool ours = kit && kit->fqdn.ends_with(own_domain);
  if (kit && (!ours || kit->fqdn == site_.fqdn) && still_good(*kit)) return take(*kit);
  if (ours) return mint();
  return Error{Trouble::cannot_create,
               kit ? "holds a kit that is not the provider's and cannot serve here: it lacks a server certificate, a CRL "
                     "or a valid credential, or one of its credentials is not what its kind says"
                   : "holds a kit that cannot be read: " + base::one_line(kit.error()),
               folder_.string(), "give the provider another folder"};
}

base::Status Host::mint() {
  pki::MintRequest request;
  request.folder = folder_;
  request.fqdn = site_.fqdn;
  request.systems = site_.systems;
  request.key_type = pki::KeyType::ecdsa;  // minted in a blink; the server keeps RSA, which the EDH groups need
  request.force = true;
  request.now = now_;
  const auto minted = pki::mint_kit(request);
  if (!minted) return minted.error();
  auto kit = pki::load_kit(folder_, {}, now_);
  if (!kit) return kit.error();
  return take(*kit);
}

bool Host::still_good(const pki::Kit& kit) const {
  constexpr base::EpochSeconds one_day = 86400;
  if (kit.server_cert.empty() || kit.crl.empty()) return false;
  if (kit.fqdn == site_.fqdn && !kit.warnings.empty()) return false;
  const auto good = [&](const pki::Credential* credential) {
    return credential != nullptr && credential->info.kind == model::CredentialKind::valid &&
           credential->info.leaf.not_after >= now_ + one_day;
  };
  if (!good(kit.by_kind(model::CredentialKind::valid))) return false;
  for (const auto& system : site_.systems)
    if (!good(kit.by_label(system.label))) return false;
  for (const auto& info : kit.infos())
    if (!info.unusable.empty()) return false;
  return true;
}

base::Status Host::take(const pki::Kit& kit) {
  names_ = {{valid_label, kit.fqdn}};
  for (const auto& system : site_.systems) names_[system.label] = kit.by_label(system.label)->expected_fqdn(kit.fqdn);
  identity_ = {kit.server_cert, kit.server_key, kit.ca, kit.crl, {}, site_.ciphers, now_};
  for (const auto& [label, name] : names_) identity_.fqdns.push_back(name);
  return base::Nothing{};
}

// The plain server that the front passes plain requests to.
std::uint16_t Host::behind_plain_port() {
  if (!faulty("serves-plain-http-on-tls-port")) return plain_.port();
  auto server = std::make_unique<httplib::Server>();
  handle_all(*server, false);
  if (!served_plain_.listen(std::move(server), 0)) return plain_.port();
  return served_plain_.port();
}

std::unique_ptr<httplib::Server> Host::plain_server() {
  auto server = std::make_unique<httplib::Server>();
  if (faulty("serves-plain-http")) {
    handle_all(*server, false);
  } else {
    server->set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      response.status = 301;
      response.set_header("Location", fmt::format("https://127.0.0.1:{}{}", port_, request.target));
      response.set_header("Cache-Control", "no-store");
      return httplib::Server::HandlerResponse::Handled;
    });
  }
  return server;
}

base::Result<std::unique_ptr<httplib::Server>> Host::tls_server() {
  base::Status prepared = base::Nothing{};
  auto server = std::make_unique<httplib::SSLServer>([&](SSL_CTX& context) {
    prepared = set_up(&context, identity_, faults_);
    return prepared.has_value();
  });
  if (!prepared) return prepared.error();
  if (!server->is_valid()) return Error{Trouble::internal, "the TLS server cannot be set up", "", ""};
  handle_all(*server, true);
  return std::unique_ptr<httplib::Server>(std::move(server));
}

void Host::handle_all(httplib::Server& server, bool tls) {
  server.set_pre_routing_handler([this, tls](const httplib::Request& request, httplib::Response& response) {
    // A body is read after this; answered here, it would stand before the next request.
    if (request.method == "POST" || request.method == "PUT" || request.method == "PATCH")
      return httplib::Server::HandlerResponse::Unhandled;
    answer(request, response, tls);
    return httplib::Server::HandlerResponse::Handled;
  });
  const auto with_body = [this, tls](const httplib::Request& request, httplib::Response& response) { answer(request, response, tls); };
  server.Post(".*", with_body);
  server.Put(".*", with_body);
  server.Patch(".*", with_body);
  // What cpp-httplib answers by itself: unknown verbs, oversized heads.
  server.set_error_handler([this](const httplib::Request& request, httplib::Response& response) {
    if (response.body.empty()) send(service_.nonsense(response.status), request, response);
  });
}

void Host::answer(const httplib::Request& request, httplib::Response& response, bool tls) {
  const Arrived seen = arrived(request, tls, faults_);
  if (tls && !seen.has_certificate) {
    const auto judged = judge_anonymous(seen, request.ssl, faults_);
    if (judged == Anonymous::answered) return send({200, "{}", service_.media_type(), {}}, request, response);
    if (judged == Anonymous::refused)
      return send({400, "<html><h1>400 No required SSL certificate was sent</h1></html>", "text/html", {}}, request, response);
  }
  send(service_.answer(seen), request, response);
}

void Host::send(const Reply& reply, const httplib::Request& request, httplib::Response& response) const {
  response.status = reply.status;
  for (const auto& header : reply.headers) response.set_header(header.name, header.value);
  if (reply.hangs_up && request.ssl != nullptr) ::shutdown(SSL_get_fd(request.ssl), SHUT_RDWR);
  add_headers(response);
  response.set_content(reply.body, reply.media_type);
}

void Host::add_headers(httplib::Response& response) const {
  const int status = response.status;
  const bool success = status >= 200 && status < 300;
  const bool lacks = (success && faulty("omits-no-store-on-success")) || (status == 404 && faulty("omits-no-store-on-404")) ||
                     (status == 400 && faulty("omits-no-store-on-400")) ||
                     (!success && status != 404 && status != 400 && faulty("omits-no-store-on-other-answers"));
  if (!lacks && !response.has_header("Cache-Control")) response.set_header("Cache-Control", "no-store");
  if (!faulty("omits-hsts") && !response.has_header("Strict-Transport-Security"))
    response.set_header("Strict-Transport-Security", "max-age=31536000");
}

}  // namespace demo
