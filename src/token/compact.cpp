// SPDX-License-Identifier: Apache-2.0
#include "token/compact.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "token/gzip.hpp"

namespace token {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string unpadded(std::string text) {
  while (text.ends_with('=')) text.pop_back();
  return text;
}

std::string hex_of(const std::string& text) {
  return base::hex(std::vector<std::uint8_t>(text.begin(), text.end()));
}

// Blanks after the JSON are legal and bring its length to where base64 wants `pads` of padding.
std::string padded(std::string text, std::size_t pads) {
  while (text.size() % 3 != 3 - pads) text += ' ';
  return base::base64url(text) + std::string(pads, '=');
}

std::string encoded(const std::string& text, const std::string& encoding, bool is_payload) {
  if (encoding == "plain") return text;
  if (encoding == "base64") return base::base64(text);
  if (encoding == "base64-unpadded") return unpadded(base::base64(text));
  if (encoding == "hex") return hex_of(text);
  if (is_payload && encoding == "gzip") return base::base64url(stored_gzip(text));
  if (is_payload && encoding == "padded-1") return padded(text, 1);
  if (is_payload && encoding == "padded-2") return padded(text, 2);
  return base::base64url(text);
}

// The last character of base64 without padding has unused bits when the length is not a multiple of
// four: set, they decode to the same octets (RFC 4648 3.5).
std::string with_trailing_bits(const std::string& text) {
  std::string spaced = text;
  while (spaced.size() % 3 == 0) spaced += ' ';
  std::string out = base::base64url(spaced);
  const auto at = alphabet.find(out.back());
  out.back() = alphabet[at + 1];
  return out;
}

// By seven characters or eight: what is left has a length that base64 can have.
std::string truncated(const std::string& part) {
  if (part.size() <= 8) return {};
  const std::size_t left = part.size() - 7;
  return part.substr(0, left % 4 == 1 ? left - 1 : left);
}

std::string damaged(std::string part, const std::string& damage, const std::string& text) {
  const std::size_t middle = part.size() / 2;
  if (damage == "truncated") part = truncated(part);
  // The first character decides the brace that opens the JSON.
  if (damage == "flipped" && !part.empty()) part[0] = part[0] == 'A' ? 'B' : 'A';
  if (damage == "illegal-character") part.insert(middle, "*");
  if (damage == "space") part.insert(middle, " ");
  if (damage == "tab") part.insert(middle, "\t");
  if (damage == "crlf") part.insert(middle, "%0d%0a");
  if (damage == "length-one-more")
    while (part.size() % 4 != 1) part += 'A';
  if (damage == "trailing-bits") part = with_trailing_bits(text);
  return part;
}

std::string joined(const std::string& parts, const std::string& h, const std::string& p, const std::string& third) {
  if (parts == "one") return p;
  if (parts == "two") return h + "." + p;
  if (parts == "four") return h + "." + p + "..";
  if (parts == "five") return h + "." + p + "." + h + "." + p + "." + h;
  if (parts == "dots") return "..";
  if (parts == "swapped") return p + "." + h + ".";
  if (parts == "no-header") return "." + p + ".";
  if (parts == "no-payload") return h + "..";
  if (parts == "leading-dot") return "." + h + "." + p + ".";
  const std::string good = h + "." + p + "." + third;
  if (parts == "quoted") return "\"" + good + "\"";
  if (parts == "percent") return base::replace_all(good, ".", "%2E");
  if (parts == "json") return base::Json{{"protected", h}, {"payload", p}, {"signature", ""}}.dump();
  if (parts == "nested") return base::base64url(R"({"alg":"none","typ":"JWT","cty":"JWT"})") + "." + base::base64url(good) + ".";
  return good;
}

}  // namespace

std::string Compact::signing_input(const std::string& header, const std::string& payload) const {
  return encoded(header, encoding, false) + "." + encoded(payload, encoding, true);
}

std::string Compact::assembled(const std::string& header, const std::string& payload) const {
  return joined(parts, damaged(encoded(header, encoding, false), header_damage, header),
                damaged(encoded(payload, encoding, true), payload_damage, payload), third);
}

}  // namespace token
