// SPDX-License-Identifier: Apache-2.0
// Finding the address to test: once, at the start, so that a whole run talks to one machine.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "model/exchange.hpp"
#include "wire/wire.hpp"

namespace wire {

// Every address of the host, numeric, in the resolver's order. Fails with unreachable.
base::Result<std::vector<std::string>> resolve(const std::string& host);

// The first of the addresses on which a TCP connection succeeds. Fails with unreachable, naming
// the last reason.
base::Result<std::string> first_reachable(const std::vector<std::string>& addresses,
                                          const model::Origin& origin, base::Milliseconds timeout);

// Whether the proxy makes a connection to the host (named `dialled` to it). Fails with usage when the
// proxy is no URL, with unreachable when there is no proxy or its CONNECT fails.
base::Status reach_through(const std::string& proxy, const std::string& dialled, const model::Origin& origin, const Limits& limits);

// "address" as libcurl and people write it with a port: IPv6 in brackets.
std::string with_port(const std::string& address, std::uint16_t port);

}  // namespace wire
