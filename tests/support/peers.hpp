// SPDX-License-Identifier: Apache-2.0
// Servers that do exactly what a test says, on loopback, each connection on a thread of its own.
#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace support {

// Raw TCP: the script gets the socket and the number of the connection, from 1.
class ScriptedPeer {
 public:
  using Script = std::function<void(int fd, int number)>;

  explicit ScriptedPeer(Script script);
  ~ScriptedPeer();
  ScriptedPeer(const ScriptedPeer&) = delete;
  ScriptedPeer& operator=(const ScriptedPeer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void accept_all();

  Script script_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> closing_ = false;
  std::atomic<int> connections_ = 0;
  std::thread acceptor_;
  std::mutex mutex_;
  std::vector<std::thread> workers_;
  std::vector<int> open_;
};

// One TLS connection as the script of a TlsPeer sees it.
class Visit {
 public:
  Visit(SSL* ssl, int number, std::function<void(const std::string&)> note)
      : ssl_(ssl), number_(number), note_(std::move(note)) {}

  [[nodiscard]] SSL* ssl() const { return ssl_; }
  [[nodiscard]] int number() const { return number_; }
  // The next request head, up to and with the blank line; "" when the client is gone.
  std::string request();
  void write(const std::string& octets);
  // A small 200 answer that keeps the connection open.
  void serve(const std::string& body = "{\"resourceType\":\"CapabilityStatement\"}");

 private:
  SSL* ssl_;
  int number_;
  std::function<void(const std::string&)> note_;
  std::string rest_;
};

struct TlsOptions {
  std::string certificate, key;          // PEM files of the server
  int lowest = TLS1_2_VERSION;
  int highest = TLS1_2_VERSION;
  bool ask_certificate = false;
  int verify_error = 0;                  // X509_V_ERR_*: what to say of any client certificate; 0 = fine
  bool sessions = false;                 // gives sessions to resume
  std::string ciphers = "ALL:@SECLEVEL=0";
};

class TlsPeer {
 public:
  using Script = std::function<void(Visit&)>;

  TlsPeer(TlsOptions options, Script script);
  ~TlsPeer();

  [[nodiscard]] std::uint16_t port() const;
  // Common names of the client certificates, "none" for none, one for each completed handshake.
  [[nodiscard]] std::vector<std::string> names() const;
  // Request heads in the order they came, over all connections.
  [[nodiscard]] std::vector<std::string> heads() const;
  [[nodiscard]] int connections() const;

 private:
  struct Inside;
  std::shared_ptr<Inside> inside_;
  std::unique_ptr<ScriptedPeer> peer_;
};

}  // namespace support
