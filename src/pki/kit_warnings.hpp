// SPDX-License-Identifier: Apache-2.0
// What is worth a line about a kit that loads: things that end soon, revocation lists that do not
// fit, keys that everybody can read.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "pki/kit.hpp"

namespace pki {

// "expired on DATE", "ends on DATE, in N days" (30 at most), "is not valid before DATE"; else "".
std::string dates_in_words(base::EpochSeconds from, base::EpochSeconds until,
                           base::EpochSeconds now);

// One line for each valid credential that is out of date or ends soon, or has another flaw.
std::vector<std::string> warnings_of_valid(const Kit& kit);
// For each revocation list that has ended, ends soon or is nobody's, and each CA without one.
std::vector<std::string> warnings_of_crls(const Kit& kit);
// For the lab's server certificate.
std::vector<std::string> warnings_of_server(const Kit& kit);
// For a file with a secret in it that every user of the machine can read; "" when there is nothing
// to say.
std::string warning_of_access(const std::filesystem::path& file, std::string_view what);

}  // namespace pki
