// SPDX-License-Identifier: Apache-2.0
// libcurl's multi interface on our loop: adds easy handles, tells when each is done.
#pragma once

#include <functional>
#include <map>

#include "wire/curl_owned.hpp"
#include "wire/loop.hpp"

namespace wire {

// A pool of connections. Connections are reused within one Transfers and never across two, which is
// how the valid credential's connections are kept apart (src/FACTS.md 1).
class Transfers {
 public:
  using OnDone = std::function<void(CURLcode)>;

  // `loop` must outlive this. `kept` is how many idle connections are kept for reuse.
  Transfers(Loop& loop, long kept);
  ~Transfers();
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;

  // The easy handle stays the caller's and must stay alive until remove(). `on_done` is called from
  // the loop, never from inside add(); after it the handle is still attached, because a CONNECT_ONLY
  // connection lives only as long as that.
  void add(CURL* easy, OnDone on_done);
  void remove(CURL* easy);

 private:
  static int on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void* socket);
  static int on_timer(CURLM* multi, long timeout_ms, void* self);
  void act(curl_socket_t fd, int events);
  void collect();

  Loop& loop_;
  CurlMulti multi_;
  std::map<CURL*, OnDone> waiting_;
  Loop::TimerId timer_ = 0;
};

}  // namespace wire
