// SPDX-License-Identifier: Apache-2.0
// The raw writer: a request whose every octet is ours, over TLS or plain TCP, for what libcurl
// would alter and for plain HTTP, where the answer may be no HTTP at all.
#pragma once

#include "wire/http_reader.hpp"
#include "wire/session.hpp"

namespace wire {

class RawSession final : public Session {
 public:
  RawSession(Surroundings around, model::HttpExchange http);
  ~RawSession() override;

 protected:
  void configure(CURL* easy) override;
  void on_done(CURLcode code) override;

 private:
  void on_ready();
  bool send_some();
  bool receive_some();
  void watch();
  void answered();
  void not_http();
  void conclude(model::Observation seen);

  model::HttpExchange http_;
  std::string unsent_;
  HttpReader reader_;
  std::size_t received_ = 0;
  int fd_ = -1;
  Loop::TimerId timer_ = 0;
};

}  // namespace wire
