// SPDX-License-Identifier: Apache-2.0
#include "wire/resolve.hpp"

#include <curl/curl.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include "base/redact.hpp"
#include "wire/curl_owned.hpp"

namespace wire {

namespace {

using base::Error;
using base::Trouble;

struct FreeAddresses {
  void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

// 0, or the errno of the connection attempt.
int try_connect(const std::string& address, std::uint16_t port, base::Milliseconds timeout) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* raw = nullptr;
  if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &raw) != 0) return EINVAL;
  const Addresses list(raw);
  const int fd = ::socket(list->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  int result = ::connect(fd, list->ai_addr, list->ai_addrlen) == 0 ? 0 : errno;
  if (result == EINPROGRESS) {
    pollfd wait{fd, POLLOUT, 0};
    int ready = -1;
    do ready = ::poll(&wait, 1, static_cast<int>(timeout.count()));
    while (ready < 0 && errno == EINTR);
    socklen_t size = sizeof result;
    if (ready == 0) {
      result = ETIMEDOUT;
    } else if (ready < 0) {
      result = errno;
    } else {
      ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &result, &size);
      if (result == ECONNRESET || result == EPIPE) result = 0;   // accepted, and reset at once: that is an answer
    }
  }
  ::close(fd);
  return result;
}

}  // namespace

std::string with_port(const std::string& address, std::uint16_t port) {
  return address.find(':') == std::string::npos ? fmt::format("{}:{}", address, port)
                                                : fmt::format("[{}]:{}", address, port);
}

base::Result<std::vector<std::string>> resolve(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  const int failed = ::getaddrinfo(host.c_str(), nullptr, &hints, &raw);
  if (failed != 0)
    return Error{Trouble::unreachable, fmt::format("the name cannot be resolved: {}", ::gai_strerror(failed)), host,
                 "check the name, or give an address with --resolve HOST:PORT:ADDRESS"};
  const Addresses list(raw);
  std::vector<std::string> addresses;
  for (const addrinfo* at = list.get(); at != nullptr; at = at->ai_next) {
    char text[NI_MAXHOST] = {};
    if (::getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0) continue;
    if (std::find(addresses.begin(), addresses.end(), text) == addresses.end()) addresses.emplace_back(text);
  }
  if (addresses.empty()) return Error{Trouble::unreachable, "the name has no address", host, ""};
  return addresses;
}

base::Result<std::string> first_reachable(const std::vector<std::string>& addresses, const model::Origin& origin,
                                          base::Milliseconds timeout) {
  std::string reason = "no address";
  for (const auto& address : addresses) {
    const int code = try_connect(address, origin.port, timeout);
    if (code == 0) return address;
    reason = fmt::format("{}: {}", with_port(address, origin.port), std::generic_category().message(code));
  }
  return Error{Trouble::unreachable, "no TCP connection: " + reason,
               fmt::format("{}:{}", origin.host, origin.port),
               "check host and port, the network path, and whether a proxy is needed (--proxy)"};
}

base::Status reach_through(const std::string& proxy, const std::string& dialled, const model::Origin& origin,
                           const Limits& limits) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> url(curl_url(), curl_url_cleanup);
  if (!url || curl_url_set(url.get(), CURLUPART_URL, proxy.c_str(), CURLU_GUESS_SCHEME) != CURLUE_OK)
    return Error{Trouble::usage, fmt::format("\"{}\" is no proxy", base::mask_proxy(proxy)), "", "give it as http://host:port, or none"};
  const CurlEasy easy = new_easy();
  std::array<char, CURL_ERROR_SIZE> said{};
  curl_easy_setopt(easy.get(), CURLOPT_URL, fmt::format("http://{}", with_port(dialled, origin.port)).c_str());
  curl_easy_setopt(easy.get(), CURLOPT_PROXY, proxy.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_NOPROXY, "");
  curl_easy_setopt(easy.get(), CURLOPT_HTTPPROXYTUNNEL, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, said.data());
  curl_easy_setopt(easy.get(), CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
  curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(limits.exchange.count()));
  const CURLcode code = curl_easy_perform(easy.get());
  if (code == CURLE_OK) return base::Nothing{};
  return Error{Trouble::unreachable,
               fmt::format("no connection through the proxy {}: {}", base::mask_proxy(proxy), said[0] != '\0' ? said.data() : curl_easy_strerror(code)),
               fmt::format("{}:{}", origin.host, origin.port), "check the proxy (--proxy, https_proxy), or go without: --proxy none"};
}

}  // namespace wire
