// SPDX-License-Identifier: Apache-2.0
// Files written by people, as wrong as can be: target, catalogue and check files load or are refused.
#include <cstdint>
#include <string_view>

#include "probes/families.hpp"
#include "profile/catalogue.hpp"
#include "profile/suite_file.hpp"
#include "profile/target_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto specs = profile::shipped_specifications();
  static const model::Profile empty;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)profile::target_from_text(text, "fuzz.json", "");
  (void)profile::load_specification(text, "fuzz.json");
  (void)profile::load_suite(text, "fuzz.json", {probes::all(), *specs, empty});
  return 0;
}
