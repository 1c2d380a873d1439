// SPDX-License-Identifier: Apache-2.0
// Small functions over text. Nothing here knows what the text means.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace base {

std::string lower(std::string_view text);  // ASCII only, as HTTP and TLS names are
std::string upper(std::string_view text);
bool same_ignoring_case(std::string_view a, std::string_view b);
std::string_view trim(std::string_view text);  // spaces, tabs, CR, LF at both ends
std::vector<std::string> split(std::string_view text, char separator);
// The same as views into the text.
std::vector<std::string_view> parts(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string replace_all(std::string text, std::string_view from, std::string_view to);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);

// `*` stands for any run of characters, `?` for one; everything else for itself.
bool glob_matches(std::string_view glob, std::string_view text);

// The candidate nearest to a misspelt word, or nothing when none is near enough to be meant.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);
// "did you mean X?" for the above, or "" when nothing is near.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

std::string hex(std::span<const std::uint8_t> bytes);
std::string base64(std::string_view bytes);     // RFC 4648 section 4, padded
std::string base64url(std::string_view bytes);  // RFC 4648 section 5, unpadded (RFC 7515 section 2)
// Strict: nothing for padding, other alphabets, impossible lengths or unused bits that are set.
std::optional<std::string> from_base64url(std::string_view text);

// Legal UTF-8 without control characters: bad bytes and C0, DEL, C1 become visible as \x12. Keeps
// LF and TAB when `multiline`. Everything a target sent goes through here before it is shown.
std::string printable(std::string_view bytes, bool multiline = false);

// At most `limit` bytes, cut at a character boundary, with a mark that says something is missing.
std::string shortened(std::string_view text, std::size_t limit);

// Letters, digits and single dashes: fit for a JUnit classname or a folder.
std::string slug(std::string_view text);

// A number that is wholly decimal digits and fits, else nothing.
std::optional<std::uint64_t> whole_number(std::string_view text);

// Single-quoted for a POSIX shell.
std::string shell_quoted(std::string_view text);

// n things: "1 check", "3 checks".
std::string counted(std::size_t n, std::string_view singular);

// Whether a host can only be this machine.
bool is_loopback(std::string_view host);

}  // namespace base
