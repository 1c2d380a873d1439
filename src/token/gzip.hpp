// SPDX-License-Identifier: Apache-2.0
// A gzip file (RFC 1952) whose deflate blocks are stored, not compressed: legal, and no library is
// needed to write one.
#pragma once

#include <string>
#include <string_view>

namespace token {

std::string stored_gzip(std::string_view text);

}  // namespace token
