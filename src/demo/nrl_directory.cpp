// SPDX-License-Identifier: Apache-2.0
#include "demo/nrl_directory.hpp"

#include <algorithm>

#include "base/redact.hpp"

namespace demo::nrl {

namespace {

using I = Interaction;

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

const System* Directory::by_asid(std::string_view wanted) const {
  const auto at = std::find_if(systems.begin(), systems.end(), [&](const System& system) { return system.asid == wanted; });
  return at == systems.end() ? nullptr : &*at;
}

const System* Directory::by_credential(std::string_view label) const {
  const auto at = std::find_if(systems.begin(), systems.end(), [&](const System& system) { return system.credential == label; });
  return at == systems.end() ? nullptr : &*at;
}

bool Directory::knows_organisation(std::string_view ods_code) const {
  return std::any_of(systems.begin(), systems.end(), [&](const System& system) { return system.ods_code == ods_code; });
}

bool Directory::knows_patient(std::string_view nhs_number) const {
  return std::find(patients.begin(), patients.end(), nhs_number) != patients.end();
}

Directory standard_directory() {
  Directory directory;
  const std::set<I> writes = {I::create, I::update, I::remove};
  directory.systems = {
      {"200000000117", "AMS01", "valid", "nrl-consumer.probity.example.nhs.uk", {I::search, I::read}},
      {"200000000118", "MHT01", "provider-a", "nrl-provider-a.probity.example.nhs.uk", writes},
      {"200000000121", "1XR", "provider-b", "nrl-provider-b.probity.example.nhs.uk", writes},
      {"200000000119", "MHT01", "provider-a", "nrl-provider-a.probity.example.nhs.uk", {I::create, I::remove}},
  };
  directory.patients = {"9434765919", "9990000042"};
  return directory;
}

bool is_asid(std::string_view text) { return text.size() == 12 && all_digits(text); }

bool is_nhs_number(std::string_view text) { return text.size() == 10 && all_digits(text) && base::is_nhs_number(text); }

}  // namespace demo::nrl
