// SPDX-License-Identifier: Apache-2.0
// Digests of reports/report.css and reports/report.js, as hexadecimal. Made by
// cmake/shell_digests.cmake: this floor has no hash function of its own.
#pragma once

#include <string_view>

namespace report {

std::string_view style_sha256();
std::string_view script_sha256();

}  // namespace report
