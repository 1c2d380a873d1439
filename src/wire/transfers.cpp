// SPDX-License-Identifier: Apache-2.0
#include "wire/transfers.hpp"

#include <poll.h>

#include <utility>
#include <vector>

namespace wire {

Transfers::Transfers(Loop& loop, long kept) : loop_(loop), multi_(curl_multi_init()) {
  if (!multi_) throw std::bad_alloc{};
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &Transfers::on_socket);
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &Transfers::on_timer);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kept);
}

Transfers::~Transfers() {
  for (const auto& [easy, on_done] : waiting_) curl_multi_remove_handle(multi_.get(), easy);
  // Closing idle connections calls back into on_socket, so the loop is still needed here.
  multi_.reset();
  if (timer_ != 0) loop_.cancel(timer_);
}

void Transfers::add(CURL* easy, OnDone on_done) {
  waiting_[easy] = std::move(on_done);
  curl_multi_add_handle(multi_.get(), easy);
}

void Transfers::remove(CURL* easy) {
  waiting_.erase(easy);
  curl_multi_remove_handle(multi_.get(), easy);
}

int Transfers::on_socket(CURL* /*easy*/, curl_socket_t fd, int what, void* self, void* /*socket*/) {
  auto& transfers = *static_cast<Transfers*>(self);
  if (what == CURL_POLL_REMOVE) {
    transfers.loop_.unwatch(fd);
    return 0;
  }
  short events = 0;
  if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) events |= POLLIN;
  if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) events |= POLLOUT;
  transfers.loop_.watch(fd, events, [&transfers, fd](short ready) {
    int seen = 0;
    if ((ready & (POLLIN | POLLHUP)) != 0) seen |= CURL_CSELECT_IN;
    if ((ready & POLLOUT) != 0) seen |= CURL_CSELECT_OUT;
    if ((ready & POLLERR) != 0) seen |= CURL_CSELECT_ERR;
    transfers.act(fd, seen);
  });
  return 0;
}

int Transfers::on_timer(CURLM* /*multi*/, long timeout_ms, void* self) {
  auto& transfers = *static_cast<Transfers*>(self);
  if (transfers.timer_ != 0) transfers.loop_.cancel(transfers.timer_);
  transfers.timer_ = 0;
  if (timeout_ms < 0) return 0;
  transfers.timer_ = transfers.loop_.after(base::Milliseconds{timeout_ms}, [&transfers] {
    transfers.timer_ = 0;
    transfers.act(CURL_SOCKET_TIMEOUT, 0);
  });
  return 0;
}

void Transfers::act(curl_socket_t fd, int events) {
  int running = 0;
  curl_multi_socket_action(multi_.get(), fd, events, &running);
  collect();
}

void Transfers::collect() {
  std::vector<std::pair<OnDone, CURLcode>> done;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const auto at = waiting_.find(message->easy_handle);
    if (at == waiting_.end()) continue;
    done.emplace_back(std::move(at->second), message->data.result);
    waiting_.erase(at);
  }
  // Afterwards, because these may add and remove handles.
  for (const auto& [on_done, code] : done) on_done(code);
}

}  // namespace wire
