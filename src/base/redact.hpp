// SPDX-License-Identifier: Apache-2.0
// Keeping patient numbers out of evidence. Tokens, cookies and keys are handled where they are
// captured (wire/capture.hpp), which can also give their digests.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace base {

// The modulus-11 check of the NHS number (NHS Data Dictionary); ten digits, no spaces.
bool is_nhs_number(std::string_view digits);

// Replaces NHS numbers by a fixed mark. Only numbers inside strings count: a bare JSON number is
// left alone, because 9 % of all epoch seconds pass the check. `always` holds the target's own
// numbers, which are masked wherever they stand.
std::string mask_nhs_numbers(std::string_view text, const std::set<std::string>& always = {});

// A name and a password in a URL (RFC 3986 3.2.1: what stands between :// and @) become "...".
std::string mask_userinfo(std::string_view text);
// The same of a proxy, which may be given without a scheme.
std::string mask_proxy(std::string_view url);

// Replaces whatever looks like a JSON Web Token (RFC 7519: base64url that begins a JSON object, and
// what follows it behind dots) by what `instead` makes of it: a token that is echoed must not be
// usable from evidence.
std::string mask_tokens(std::string_view text, const std::function<std::string(std::string_view)>& instead);

}  // namespace base
