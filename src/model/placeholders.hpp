// SPDX-License-Identifier: Apache-2.0
// {placeholders} in check, profile and target files. Some are known when a file is loaded
// ({parameter:x}), some when a request is planned ({asid.to}), some only when it is sent ({token}).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace model {

// The innermost placeholders of a text, without braces, in order.
std::vector<std::string> placeholders_in(std::string_view text);

// Replaces each innermost placeholder that `lookup` knows; leaves the others as they are.
std::string fill(std::string_view text,
                 const std::function<std::optional<std::string>(const std::string&)>& lookup);

// Those filled at the moment of sending: token, trace-id, today, today+N.
bool is_filled_when_sent(std::string_view placeholder);

// Percent-encodes everything but RFC 3986 unreserved characters.
std::string url_encoded(std::string_view text);

}  // namespace model
