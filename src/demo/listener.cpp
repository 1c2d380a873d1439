// SPDX-License-Identifier: Apache-2.0
#include "demo/listener.hpp"

#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

#include <future>
#include <memory>
#include <utility>

namespace demo {

namespace {

using base::Error;
using base::Trouble;

constexpr int backlog = 512;
constexpr std::size_t threads = 64;

}  // namespace

Listener::Listener() = default;

Listener::~Listener() {
  if (!server_) return;
  server_->stop();
  if (thread_.joinable()) thread_.join();
}

base::Status Listener::listen(std::unique_ptr<httplib::Server> server, std::uint16_t port) {
  server_ = std::move(server);
  int fd = -1;
  server_->set_socket_options([&fd](socket_t socket) {
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    fd = socket;
  });
  server_->set_tcp_nodelay(true);
  server_->set_keep_alive_max_count(1000000);
  server_->set_keep_alive_timeout(30);
  // cpp-httplib asks for its threads when it counts as running; before that, stop() does nothing and is forgotten.
  auto running = std::make_shared<std::promise<void>>();
  auto runs = running->get_future();
  server_->new_task_queue = [running] {
    running->set_value();
    return new httplib::ThreadPool(threads);
  };
  const bool bound = port == 0 ? (port_ = server_->bind_to_any_port("127.0.0.1")) > 0
                               : server_->bind_to_port("127.0.0.1", port_ = port);
  if (!bound)
    return Error{Trouble::unreachable, "cannot listen: the port is taken or may not be used",
                 fmt::format("127.0.0.1:{}", port), "choose another --port, or 0"};
  ::listen(fd, backlog);
  thread_ = std::thread([this] { server_->listen_after_bind(); });
  runs.wait();
  return base::Nothing{};
}

}  // namespace demo
