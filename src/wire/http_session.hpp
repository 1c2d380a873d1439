// SPDX-License-Identifier: Apache-2.0
// One HTTP/1.1 request through libcurl, and the handshake that ends before a request.
#pragma once

#include "wire/capture.hpp"
#include "wire/session.hpp"

namespace wire {

// The request head as it shall leave, octet for octet.
std::string request_head(const model::HttpExchange& http);

// Whether libcurl would send something else than planned (src/FACTS.md 5); such a request goes
// through the raw writer.
bool curl_would_alter(const model::HttpExchange& http);

// What the exchange says of the way its connection is made, but for a session to resume.
Manner manner_of(const model::HttpExchange& http);
// The host of the URL that makes libcurl send the SNI wanted; "" for the origin's own.
std::string url_host(const model::HttpExchange& http);

class HttpSession final : public Session {
 public:
  HttpSession(Surroundings around, model::HttpExchange http, Manner manner);

 protected:
  void configure(CURL* easy) override;
  void on_done(CURLcode code) override;

 private:
  static int on_debug(CURL* easy, curl_infotype type, char* data, std::size_t size, void* self) noexcept;
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept;

  model::HttpExchange http_;
  CurlList headers_;
  std::string sent_head_;
  std::string head_;          // header lines of the final response
  bool head_ended_ = false;   // what comes now is a trailer
  Response response_;
  bool cut_ = false;          // we stopped reading
};

class HandshakeSession final : public Session {
 public:
  HandshakeSession(Surroundings around, model::HandshakeExchange handshake);

 protected:
  void configure(CURL* easy) override;
  void on_done(CURLcode code) override;

 private:
  std::string server_name_;
};

}  // namespace wire
