// SPDX-License-Identifier: Apache-2.0
// A TLS connection that goes on after its handshake: waits for a session to keep, asks for another
// handshake, or sends a record made by hand. libcurl only dials; OpenSSL is driven here, because libcurl does neither.
#pragma once

#include "model/exchange.hpp"
#include "pki/owned.hpp"
#include "wire/session.hpp"

namespace wire {

class TlsSession final : public Session {
 public:
  TlsSession(Surroundings around, model::HandshakeExchange handshake, Manner manner);
  ~TlsSession() override;

 protected:
  void configure(CURL* easy) override;
  void on_done(CURLcode code) override;

 private:
  enum class Stage { handshake, tickets, renegotiation, reaction };

  [[nodiscard]] base::Status set_up();
  void step();
  int advance();
  void handshake_done();
  void wait(int why);
  void wait_for(base::Milliseconds limit);
  void on_timeout();
  void broken(int why);
  void handshake_broken(int why);
  [[nodiscard]] base::Status set_padding();
  bool send_record();
  void react(int result);
  void reacted(model::SequelSeen::End end);
  void renegotiated(model::Renegotiation how, std::string detail = "");
  void conclude(model::Observation seen);
  void conclude_answer();

  model::HandshakeExchange handshake_;
  bool keeps_;
  std::shared_ptr<KeptSession> resumes_;
  pki::SslCtx context_;
  pki::Ssl ssl_;
  Stage stage_ = Stage::handshake;
  model::Renegotiation renegotiation_ = model::Renegotiation::none;
  std::string detail_;
  std::string answer_;   // the first octets of it
  int reads_ = 0;
  int fd_ = -1;
  Loop::TimerId timer_ = 0;
};

}  // namespace wire
