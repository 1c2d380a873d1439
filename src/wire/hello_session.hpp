// SPDX-License-Identifier: Apache-2.0
// Sends one raw hello and reads as far as the ServerHello, or on to ServerHelloDone and to the answer
// to what is sent after that; then the connection is reset, so that neither side keeps it in TIME_WAIT.
#pragma once

#include <optional>

#include "wire/sequel.hpp"
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
  void receive_answer(std::span<const std::uint8_t> octets);
  void receive_reaction(std::span<const std::uint8_t> octets);
  bool begin_sequel();
  void conclude_sequel(model::SequelSeen::End otherwise);
  void ended_by_target(bool reset);
  void on_timeout();
  void wait_for(base::Milliseconds limit);
  [[nodiscard]] model::Observation answered() const;
  void conclude_answer(std::string detail);
  void conclude(model::Observation seen);

  model::HelloExchange hello_;
  std::vector<std::uint8_t> unsent_;
  std::vector<std::uint8_t> sent_;     // the hello, where a sequel needs it
  ServerAnswer answer_;
  std::optional<Reaction> reaction_;   // once the sequel is under way
  std::size_t received_ = 0;
  int fd_ = -1;
  Loop::TimerId timer_ = 0;
};

}  // namespace wire
