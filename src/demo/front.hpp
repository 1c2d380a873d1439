// SPDX-License-Identifier: Apache-2.0
// A door in front of the TLS server, for misbehaviour that no TLS library can be told to show: it
// looks at the first octets of a connection, answers some itself, and passes the rest on. Only
// opened when a fault needs it.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "demo/flaws.hpp"
#include "demo/messages.hpp"

namespace demo {

class PaddingRepair;

class Front {
 public:
  struct Behind {
    std::uint16_t tls_port = 0;
    std::uint16_t plain_port = 0;
    std::filesystem::path key;           // the server's
  };

  static bool needed(const Faults& faults);

  // Listens on 127.0.0.1:port (0 takes a free one). Fails with unreachable when the port is taken.
  static base::Result<std::unique_ptr<Front>> open(std::uint16_t port, const Behind& behind, const Faults& faults);
  ~Front();
  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  Front(int listener, std::uint16_t port, const Behind& behind, const Faults& faults);
  void accept_all();
  void serve(int client);
  void relay(int client, int server);
  bool pass_on(int from, int to, bool of_client, PaddingRepair* repair) const;
  void play(int client, int server, const std::vector<std::uint8_t>& hello) const;
  [[nodiscard]] int connect_to(std::uint16_t port) const;
  [[nodiscard]] bool wait_for(int fd, short events) const;

  int listener_;
  std::uint16_t port_;
  Behind behind_;
  const Faults faults_;
  const Flaws flaws_;
  std::atomic<bool> closing_ = false;
  std::thread acceptor_;
  std::mutex mutex_;
  std::vector<std::thread> workers_;
};

}  // namespace demo
