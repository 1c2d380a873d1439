// SPDX-License-Identifier: Apache-2.0
// UUIDs that can be told beforehand: what a run creates on a target is named after the run.
#pragma once

#include <string>
#include <string_view>

namespace base {

// A UUID of the same first four groups whose last one is made from the name: the same for the same.
std::string named_uuid(std::string_view uuid, std::string_view name);
std::string digest_group(std::string_view name);   // that last group, twelve hexadecimal digits

}  // namespace base
