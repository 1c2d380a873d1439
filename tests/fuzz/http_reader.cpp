// SPDX-License-Identifier: Apache-2.0
// Whatever comes instead of an HTTP response is read within its limits, in pieces as in one.
#include "wire/http_reader.hpp"

#include <cstdint>
#include <cstdlib>

#include "model/fhir.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t limit = 4096;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  wire::HttpReader whole(limit, limit, false);
  whole.feed(text);
  whole.end();
  wire::HttpReader pieces(limit, limit, false);
  for (std::size_t at = 0; at < size; at += 5) pieces.feed(text.substr(at, 5));
  pieces.end();
  if (whole.state() != pieces.state() || whole.status() != pieces.status() || whole.body() != pieces.body()) std::abort();
  if (whole.body().size() > limit) std::abort();
  (void)model::fhir_facts(whole.body());
  return 0;
}
