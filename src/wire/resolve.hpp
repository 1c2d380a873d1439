// SPDX-License-Identifier: Apache-2.0
// Finding the address to test: once, at the start, so that a whole run talks to one machine.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "model/exchange.hpp"

namespace wire {

// Every address of the host, numeric, in the resolver's order. Fails with unreachable.
base::Result<std::vector<std::string>> resolve(const std::string& host);

// The first of the addresses on which a TCP connection succeeds. Fails with unreachable, naming
// the last reason.
base::Result<std::string> first_reachable(const std::vector<std::string>& addresses,
                                          const model::Origin& origin, base::Milliseconds timeout);

// "address" as libcurl and people write it with a port: IPv6 in brackets.
std::string with_port(const std::string& address, std::uint16_t port);

}  // namespace wire
