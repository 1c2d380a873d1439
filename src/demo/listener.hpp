// SPDX-License-Identifier: Apache-2.0
// One listening HTTP server with its thread, on loopback.
#pragma once

#include <cstdint>
#include <memory>
#include <thread>

#include "base/result.hpp"

namespace httplib {
class Server;
}

namespace demo {

class Listener {
 public:
  Listener();
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // On this port of 127.0.0.1, or on a free one for 0. Fails with unreachable when the port is taken.
  base::Status listen(std::unique_ptr<httplib::Server> server, std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const { return static_cast<std::uint16_t>(port_); }

 private:
  std::unique_ptr<httplib::Server> server_;
  std::thread thread_;
  int port_ = 0;
};

}  // namespace demo
