// SPDX-License-Identifier: Apache-2.0
// The reference provider on the wire: cpp-httplib servers for TLS and for the plain port, one set of
// rules behind both. src/FACTS.md 7 says why its defaults are changed.
#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

#include <utility>

#include "base/files.hpp"
#include "base/text.hpp"
#include "demo/anonymous.hpp"
#include "demo/front.hpp"
#include "demo/identity.hpp"
#include "demo/provider.hpp"
#include "demo/faults.hpp"
#include "demo/listener.hpp"
#include "demo/records.hpp"
#include "demo/rules.hpp"
#include "demo/server_certificate.hpp"
#include "demo/target_entry.hpp"
#include "pki/kit.hpp"
#include "pki/mint.hpp"

namespace demo {

namespace {

using base::Error;
using base::Json;
using base::Trouble;
namespace fs = std::filesystem;

constexpr const char* client_fqdn = "ssp.probity.example.nhs.uk";

Arrived arrived(const httplib::Request& request, bool tls) {
  Arrived out;
  out.method = request.method;
  const auto question = request.target.find('?');
  out.path = request.target.substr(0, question);
  if (question != std::string::npos) out.query = request.target.substr(question + 1);
  for (const auto& [name, value] : request.headers) out.headers.push_back({name, value});
  out.body = request.body;
  if (!tls) out.front = request.get_header_value("Host");
  if (tls && request.ssl != nullptr) out.has_certificate = SSL_get0_peer_certificate(request.ssl) != nullptr;
  return out;
}

class GpConnect final : public Provider {
 public:
  explicit GpConnect(const ProviderOptions& options)
      : faults_(options.faults.begin(), options.faults.end()), folder_(options.folder), now_(options.now) {
    practice_.service = options.service;
  }

  base::Status open(std::uint16_t port) {
    if (auto status = prepare_kit(); !status) return status;
    if (auto status = plain_.listen(plain_server(), 0); !status) return status;
    const bool fronted = Front::needed(faults_);
    auto tls = tls_server();
    if (!tls) return tls.error();
    if (auto status = tls_.listen(std::move(*tls), fronted ? 0 : port); !status) return status;
    port_ = tls_.port();
    if (fronted) {
      auto front = Front::open(port, {tls_.port(), behind_plain_port(), identity_.key}, faults_);
      if (!front) return front.error();
      front_ = std::move(*front);
      port_ = front_->port();
    }
    practice_.authority = fmt::format("127.0.0.1:{}", port_);
    return base::write_file(target_file(), target_json().dump(2) + "\n");
  }

  [[nodiscard]] std::string url() const override { return "https://" + practice_.authority + root_path(practice_, ""); }
  [[nodiscard]] fs::path target_file() const override { return folder_ / "target.json"; }

 private:
  // GP Connect, General API guidance: the charset is said, no space before it.
  [[nodiscard]] std::string media_type() const {
    if (faulty("answers-plain-json")) return "application/json;charset=UTF-8";
    return edition_of(practice_).media_type + (faulty("omits-charset") ? "" : ";charset=UTF-8");
  }
  [[nodiscard]] bool faulty(const char* fault) const { return faults_.contains(fault); }

  // A kit that is there and good for another day is used; only one of an earlier start is replaced.
  base::Status prepare_kit() {
    std::error_code ignored;
    if (fs::exists(folder_ / "kit.json", ignored)) {
      auto kit = pki::load_kit(folder_, {}, now_);
      if (kit && still_good(*kit)) return take(*kit);
      if (!kit || kit->fqdn != client_fqdn)
        return Error{Trouble::cannot_create,
                     kit ? "holds a kit that is not the provider's and cannot serve here: it lacks a server certificate, a CRL "
                           "or a valid credential, or one of its credentials is not what its kind says"
                         : "holds a kit that cannot be read: " + base::one_line(kit.error()),
                     folder_.string(), "give the provider another folder"};
    }
    pki::MintRequest request;
    request.folder = folder_;
    request.fqdn = client_fqdn;
    request.key_type = pki::KeyType::ecdsa;  // minted in a blink; the server keeps RSA, which the EDH groups need
    request.force = true;
    request.now = now_;
    const auto minted = pki::mint_kit(request);
    if (!minted) return minted.error();
    auto kit = pki::load_kit(folder_, {}, now_);
    if (!kit) return kit.error();
    return take(*kit);
  }

  [[nodiscard]] bool still_good(const pki::Kit& kit) const {
    constexpr base::EpochSeconds one_day = 86400;
    if (kit.server_cert.empty() || kit.crl.empty()) return false;
    if (kit.fqdn == client_fqdn && !kit.warnings.empty()) return false;
    const auto* valid = kit.by_kind(model::CredentialKind::valid);
    if (valid == nullptr || valid->info.leaf.not_after < now_ + one_day) return false;
    for (const auto& info : kit.infos())
      if (!info.unusable.empty()) return false;
    return true;
  }

  base::Status take(const pki::Kit& kit) {
    identity_ = {kit.server_cert, kit.server_key, kit.ca, kit.crl, kit.fqdn, now_};
    return base::Nothing{};
  }

  // The plain server that the front passes plain requests to.
  [[nodiscard]] std::uint16_t behind_plain_port() {
    if (!faulty("serves-plain-http-on-tls-port")) return plain_.port();
    auto server = std::make_unique<httplib::Server>();
    handle_all(*server, false);
    if (!served_plain_.listen(std::move(server), 0)) return plain_.port();
    return served_plain_.port();
  }

  std::unique_ptr<httplib::Server> plain_server() {
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

  base::Result<std::unique_ptr<httplib::Server>> tls_server() {
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

  void handle_all(httplib::Server& server, bool tls) {
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
    server.set_error_handler([this](const httplib::Request&, httplib::Response& response) {
      if (!response.body.empty()) return;
      add_headers(response, response.status);
      response.set_content(operation_outcome({response.status, "BAD_REQUEST", "invalid", "no such request"}, practice_).dump(), media_type());
    });
  }

  void add_headers(httplib::Response& response, int status) const {
    const bool success = status >= 200 && status < 300;
    const bool lacks = (success && faulty("omits-no-store-on-success")) || (status == 404 && faulty("omits-no-store-on-404")) ||
                       (status == 400 && faulty("omits-no-store-on-400")) ||
                       (!success && status != 404 && status != 400 && faulty("omits-no-store-on-other-answers"));
    if (!lacks && !response.has_header("Cache-Control")) response.set_header("Cache-Control", "no-store");
    if (!faulty("omits-hsts") && !response.has_header("Strict-Transport-Security"))
      response.set_header("Strict-Transport-Security", "max-age=31536000");
  }

  // False when the request goes on to the rules.
  bool answer_anonymous(const Arrived& seen, const SSL* ssl, httplib::Response& response) const {
    const auto judged = judge_anonymous(seen, ssl, faults_);
    if (judged == Anonymous::passed_on) return false;
    const bool in = judged == Anonymous::answered;
    response.status = in ? 200 : 400;
    add_headers(response, response.status);
    response.set_content(in ? "{}" : "<html><h1>400 No required SSL certificate was sent</h1></html>", in ? media_type() : std::string("text/html"));
    return true;
  }

  void answer(const httplib::Request& request, httplib::Response& response, bool tls) {
    const Arrived seen = arrived(request, tls);
    if (tls && !seen.has_certificate && answer_anonymous(seen, request.ssl, response)) return;
    if (const auto broken = refusal(seen, practice_, faults_, base::now_seconds())) return refuse(request, response, *broken);
    const auto* endpoint = find_endpoint(practice_, seen, faults_);
    auto body = endpoint == nullptr ? std::nullopt : record(*endpoint, seen, practice_);
    if (!body) return refuse(request, response, {404, "NO_RECORD_FOUND", "not-found", "no such record"});
    if (faulty("echoes-query") && seen.query.find("gpct") != std::string::npos) (*body)["language"] = "en";
    response.status = 200;
    add_headers(response, response.status);
    response.set_content(body->dump(), media_type());
  }

  // How a refusal is told is a rule of its own, and can be broken too.
  void refuse(const httplib::Request& request, httplib::Response& response, const Refusal& refusal) {
    response.status = refusal.status;
    Json outcome = operation_outcome(refusal, practice_);
    if (faulty("omits-profile-of-outcome")) outcome.erase("meta");
    if (faulty("omits-display-of-outcome")) outcome["issue"][0]["details"]["coding"][0].erase("display");
    std::string body = outcome.dump();
    std::string type = media_type();
    if (refusal.status == 400 && faulty("refuses-with-403")) {
      response.status = 403;
      body = operation_outcome({403, "ACCESS_DENIED", "forbidden", refusal.diagnostics}, practice_).dump();
    } else if (refusal.status == 400 && faulty("refuses-with-500")) {
      response.status = 500;
      body = operation_outcome({500, "INTERNAL_SERVER_ERROR", "exception", refusal.diagnostics}, practice_).dump();
    } else if (refusal.status == 400 && faulty("refuses-with-429")) {
      response.status = 429;
      response.set_header("Retry-After", "0");
    } else if (refusal.status == 400 && faulty("refuses-with-redirect")) {
      response.status = 302;
      response.set_header("Location", "https://127.0.0.1/login");
    } else if (refusal.status == 400 && faulty("refuses-with-html")) {
      body = "<html><title>400</title><h1>Bad Request</h1></html>";
      type = "text/html";
    } else if (refusal.status == 400 && faulty("hangs-up-instead-of-refusing")) {
      if (request.ssl != nullptr) ::shutdown(SSL_get_fd(request.ssl), SHUT_RDWR);
    }
    add_headers(response, response.status);
    response.set_content(body, type);
  }

  [[nodiscard]] Json target_json() const {
    // A spoilt certificate is for the checks to find, not for the preflight.
    const std::string ca = presents_another(faults_) ? "" : identity_.ca.filename().string();
    return target_of(practice_, plain_.port(), ca, faulty("ignores-verb-of-scope"));
  }

  Faults faults_;
  fs::path folder_;
  base::EpochSeconds now_;
  Practice practice_;
  Identity identity_;
  std::uint16_t port_ = 0;
  // In this order: the front goes first, then the servers behind it.
  Listener plain_;
  Listener served_plain_;
  Listener tls_;
  std::unique_ptr<Front> front_;
};

}  // namespace

const std::vector<std::string>& services() {
  static const std::vector<std::string> names = {"gp-connect", "gp-connect-0.x"};
  return names;
}

std::string profile_for(const std::string& service) { if (service == "gp-connect") return "gp-connect-provider";
  return service == "gp-connect-0.x" ? "gp-connect-provider-0.x" : ""; }

std::string service_for(const std::string& profile, const std::vector<std::string>& lineage) {
  for (const auto& service : services())
    if (profile == profile_for(service)) return service;
  for (const auto& service : services()) {
    const std::string own = profile_for(service);
    if (profile == own || std::find(lineage.begin(), lineage.end(), own) != lineage.end()) return service;
  }
  return "";
}

base::Result<std::unique_ptr<Provider>> Provider::start(const ProviderOptions& options) {
  if (std::find(services().begin(), services().end(), options.service) == services().end())
    return Error{Trouble::usage, fmt::format("there is no service {}", options.service), "",
                 "services: " + base::join(services(), ", ")};
  if (auto status = check_faults(options.faults, options.service); !status) return status.error();
  if (auto status = base::make_folder(options.folder); !status) return status.error();
  auto provider = std::make_unique<GpConnect>(options);
  if (auto status = provider->open(options.port); !status) return status.error();
  return std::unique_ptr<Provider>(std::move(provider));
}

}  // namespace demo
