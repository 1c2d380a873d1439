// SPDX-License-Identifier: Apache-2.0
// What all services of the reference provider stand on: a kit, a TLS server with its front, a plain one beside it.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "demo/front.hpp"
#include "demo/identity.hpp"
#include "demo/listener.hpp"
#include "demo/messages.hpp"
#include "demo/provider.hpp"
#include "pki/kit.hpp"
#include "pki/mint.hpp"

namespace httplib {
class Server;
struct Request;
struct Response;
}  // namespace httplib

namespace demo {

// The rules behind the sockets. Asked by many threads at once.
class Service {
 public:
  Service() = default;
  virtual ~Service() = default;
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  virtual Reply answer(const Arrived& arrived) = 0;
  // To what is no request at all; `status` is what the HTTP library makes of it.
  [[nodiscard]] virtual Reply nonsense(int status) const = 0;
  [[nodiscard]] virtual std::string media_type() const = 0;
};

// Who is let in, and by which suites.
struct Site {
  std::string fqdn;                    // of the client that the kit is for
  std::vector<pki::System> systems;    // more clients, each with a valid credential of its own
  const char* ciphers = "";
};

class Host {
 public:
  Host(const ProviderOptions& options, Site site, Service& service);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // Mints or takes the kit, then listens. Fails as Provider::start does.
  base::Status open(std::uint16_t port);

  [[nodiscard]] std::string authority() const;   // 127.0.0.1:PORT
  [[nodiscard]] std::uint16_t plain_port() const { return plain_.port(); }
  // The file that vouches for the server's certificate; "" when a fault spoils that.
  [[nodiscard]] std::string server_ca() const;
  // The name in the valid credential of this label.
  [[nodiscard]] std::string name_of(const std::string& label) const { return names_.at(label); }

 private:
  base::Status prepare_kit();
  base::Status mint();
  [[nodiscard]] bool still_good(const pki::Kit& kit) const;
  base::Status take(const pki::Kit& kit);
  base::Status listen(std::uint16_t port);
  [[nodiscard]] std::uint16_t behind_plain_port();
  std::unique_ptr<httplib::Server> plain_server();
  base::Result<std::unique_ptr<httplib::Server>> tls_server();
  void handle_all(httplib::Server& server, bool tls);
  void answer(const httplib::Request& request, httplib::Response& response, bool tls);
  void send(const Reply& reply, const httplib::Request& request, httplib::Response& response) const;
  void add_headers(httplib::Response& response) const;
  [[nodiscard]] bool faulty(const char* fault) const { return faults_.contains(fault); }

  Faults faults_;
  std::filesystem::path folder_;
  base::EpochSeconds now_;
  Site site_;
  Service& service_;
  Identity identity_;
  std::map<std::string, std::string> names_;   // by label
  std::uint16_t port_ = 0;
  // In this order: the front goes first, then the servers behind it.
  Listener plain_;
  Listener served_plain_;
  Listener tls_;
  std::unique_ptr<Front> front_;
};

}  // namespace demo
