// SPDX-License-Identifier: Apache-2.0
// Whatever a server says to a raw hello, whole and in pieces, means the same and breaks nothing.
#include "wire/server_answer.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span octets(data, size);
  const bool flight = size > 0 && (data[size - 1] & 1U) != 0;
  wire::ServerAnswer whole(flight);
  whole.feed(octets);
  wire::ServerAnswer pieces(flight);
  for (std::size_t at = 0; at < size; at += 7) pieces.feed(octets.subspan(at, std::min<std::size_t>(7, size - at)));
  if (whole.state() != pieces.state() || whole.suite() != pieces.suite() || whole.alert() != pieces.alert()) std::abort();
  if (whole.flight().seen != pieces.flight().seen || whole.flight().chain != pieces.flight().chain) std::abort();
  // Of what is no TLS as much is shown as had come by then.
  if (whole.state() != wire::ServerAnswer::State::not_tls && whole.octets() != pieces.octets()) std::abort();
  return 0;
}
