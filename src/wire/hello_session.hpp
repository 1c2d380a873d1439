// SPDX-License-Identifier: Apache-2.0
// Sends one raw hello and reads as far as the ServerHello; then the connection is reset, so that
// neither side keeps it in TIME_WAIT.
#pragma once

#include "wire/server_answer.hpp"
#include "wire/session.hpp"

namespace wire {

class HelloSession final : public Session {
 public:
  HelloSession(Surroundings around, model::HelloExchange hello);
  ~HelloSession() override;

 protected:
  void configure(CURL* easy) override;
  void on_done(CURLcode code) override;

 private:
  void on_ready();
  bool send_some();
  void receive_some();
  void on_timeout();
  void wait_for(base::Milliseconds limit);
  void conclude_answer(std::string detail);
  void conclude(model::Observation seen);

  model::HelloExchange hello_;
  std::vector<std::uint8_t> unsent_;
  ServerAnswer answer_;
  std::size_t received_ = 0;
  int fd_ = -1;
  Loop::TimerId timer_ = 0;
};

}  // namespace wire
