// SPDX-License-Identifier: Apache-2.0
// Text from targets: made printable, masked, cut; parsed as URL, date and directive list.
#include "base/text.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/redact.hpp"
#include "base/time.hpp"
#include "model/observation.hpp"
#include "model/placeholders.hpp"
#include "model/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::string shown = base::printable(text);
  for (const char c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) std::abort();
  if (base::printable(shown) != shown) std::abort();
  (void)base::mask_nhs_numbers(shown);
  (void)base::shortened(shown, 16);
  (void)model::parse_url(text);
  (void)base::parse_http_date(text);
  (void)base::parse_rfc3339(text);
  (void)base::parse_duration(text);
  (void)base::from_base64url(text);
  (void)model::fill(text, [](const std::string&) { return std::optional<std::string>("x"); });
  model::Observation seen;
  seen.headers = {{"Cache-Control", text}};
  (void)model::has_no_store(seen);
  return 0;
}
