// SPDX-License-Identifier: Apache-2.0
// Whatever a server says to a sequel, whole and in pieces, means the same; and whatever flight came before,
// what is made of it breaks nothing.
#include "wire/sequel.hpp"

#include <cstdlib>

#include "wire/hello.hpp"

namespace {

using Octets = std::span<const std::uint8_t>;

void read_in_pieces(Octets octets) {
  wire::Reaction whole;
  whole.feed(octets);
  wire::Reaction pieces;
  for (std::size_t at = 0; at < octets.size(); at += 7) pieces.feed(octets.subspan(at, std::min<std::size_t>(7, octets.size() - at)));
  const auto closed = model::SequelSeen::End::closed;
  if (whole.ended() != pieces.ended() || whole.beyond() != pieces.beyond() || whole.seen(closed) != pieces.seen(closed)) std::abort();
}

void go_on_from(Octets flight) {
  wire::ServerAnswer answer(true);
  answer.feed(flight);
  model::HelloExchange hello;
  hello.versions = {model::TlsVersion::tls1_2};
  const auto sent = wire::client_hello(hello, std::vector<std::uint8_t>(32, 7));
  for (const auto& [then, word] : model::Words<model::Sequel>::table) {
    hello.then = then;
    (void)wire::sequel_octets(hello, {sent, answer, nullptr});
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read_in_pieces({data, size});
  go_on_from({data, size});
  return 0;
}
