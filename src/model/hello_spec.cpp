// SPDX-License-Identifier: Apache-2.0
#include "model/hello_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/text.hpp"
#include "model/tls_names.hpp"

namespace model {

namespace {

using base::Error;
using base::Trouble;

// A TLS record holds so many and more; longer ones are not hellos any more.
constexpr std::size_t most_suites = 2000;

Error wrong(std::string what, std::string hint) { return {Trouble::usage, std::move(what), "--hello", std::move(hint)}; }

std::optional<std::uint32_t> code_of(std::string_view text, std::uint32_t most) {
  std::uint32_t code = 0;
  if (!text.starts_with("0x")) return std::nullopt;
  const auto parsed = std::from_chars(text.data() + 2, text.data() + text.size(), code, 16);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || code > most) return std::nullopt;
  return code;
}

base::Status read_versions(HelloExchange& hello, const std::string& text) {
  for (const auto& name : base::split(text, '+')) {
    const auto version = from_word<TlsVersion>(name);
    if (!version) {
      auto hint = base::did_you_mean(name, all_words<TlsVersion>());
      return wrong(fmt::format("\"{}\" is no protocol version", base::printable(name)), hint.empty() ? "TLSv1.2:0xC030" : hint);
    }
    if (*version == TlsVersion::ssl2 && text != "SSLv2") return wrong("an SSLv2 hello offers no other version", "");
    hello.versions.push_back(*version);
  }
  return base::Nothing{};
}

base::Status read_suites(HelloExchange& hello, const std::string& text) {
  const bool ssl2 = hello.versions.front() == TlsVersion::ssl2;
  for (const auto& name : base::split(text, ',')) {
    if (name == "all") {
      for (const auto code : suites_for(hello.versions.front())) hello.suites.push_back(code);
      continue;
    }
    auto code = code_of(name, ssl2 ? 0xFFFFFF : 0xFFFF);
    if (!code)
      if (const auto* suite = find_suite(name); suite != nullptr) code = suite->code;
    if (!code || (*code > 0xFFFF && !ssl2))
      return wrong(fmt::format("\"{}\" is no cipher suite that fits the version", base::printable(name)),
                   "a code such as 0xC030, an IANA or OpenSSL name, or all");
    hello.suites.push_back(*code);
  }
  if (hello.suites.size() > most_suites) return wrong("too many suites for one hello", "");
  return base::Nothing{};
}

base::Status read_groups(HelloExchange& hello, const std::string& text) {
  for (const auto& name : base::split(text, ',')) {
    const auto* group = find_group(name);
    const auto code = group != nullptr ? std::optional<std::uint32_t>(group->code) : code_of(name, 0xFFFF);
    if (!code) return wrong(fmt::format("\"{}\" is no group", base::printable(name)), "a name such as x25519, or a code");
    hello.groups.push_back(static_cast<std::uint16_t>(*code));
  }
  return base::Nothing{};
}

// Empty: none is sent.
base::Status read_name(HelloExchange& hello, const std::string& name) {
  constexpr std::size_t longest = 253;
  const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_'; };
  if (name.size() > longest || !std::all_of(name.begin(), name.end(), fits))
    return wrong(fmt::format("\"{}\" is no name for a hello", base::printable(name)), "a host name, or nothing after sni= to send none");
  hello.server_name = name;
  return base::Nothing{};
}

// odd=WORD or then=WORD; the latter needs the flight it comes after.
base::Status read_manner(HelloExchange& hello, const std::string& text) {
  const auto name = text.substr(text.find('=') + 1);
  const auto unknown = [&](const std::vector<std::string>& words) {
    return wrong(fmt::format("\"{}\" is no such word", base::printable(name)), base::did_you_mean(name, words));
  };
  if (text.starts_with("odd=")) {
    const auto oddity = from_word<Oddity>(name);
    if (!oddity || name.empty()) return unknown(all_words<Oddity>());
    hello.oddity = *oddity;
    return base::Nothing{};
  }
  const auto sequel = from_word<Sequel>(name);
  if (!sequel || name.empty()) return unknown(all_words<Sequel>());
  hello.then = *sequel;
  hello.whole_flight = true;
  return base::Nothing{};
}

}  // namespace

base::Result<HelloExchange> hello_from_spec(const std::string& spec, const std::string& usual_name) {
  const auto parts = base::split(spec, ':');
  HelloExchange hello;
  hello.server_name = usual_name;
  if (parts.size() < 2) return wrong("a hello is VERSION:SUITE[,SUITE...]", "for instance TLSv1.2:0xC030");
  if (auto status = read_versions(hello, parts[0]); !status) return status.error();
  if (auto status = read_suites(hello, parts[1]); !status) return status.error();
  for (std::size_t i = 2; i < parts.size(); ++i) {
    if (parts[i] == "flight") {
      hello.whole_flight = true;
    } else if (parts[i].starts_with("groups=")) {
      if (auto status = read_groups(hello, parts[i].substr(7)); !status) return status.error();
    } else if (parts[i].starts_with("odd=") || parts[i].starts_with("then=")) {
      if (auto status = read_manner(hello, parts[i]); !status) return status.error();
    } else if (parts[i].starts_with("sni=")) {
      if (auto status = read_name(hello, parts[i].substr(4)); !status) return status.error();
    } else {
      return wrong(fmt::format("\"{}\" means nothing in a hello", base::printable(parts[i])), "groups=GROUP,..., sni=NAME, odd=WORD, then=WORD or flight");
    }
  }
  return hello;
}

std::string hello_spec(const HelloExchange& hello, const std::string& usual_name) {
  std::string out;
  for (const auto version : hello.versions) out += fmt::format("{}{}", out.empty() ? "" : "+", word(version));
  // The whole list in its own order has a short name.
  if (hello.versions.size() == 1 && hello.suites == suites_for(hello.versions.front())) {
    out += ":all";
  } else {
    for (std::size_t i = 0; i < hello.suites.size(); ++i) out += (i == 0 ? ":" : ",") + code_text(hello.suites[i]);
  }
  for (std::size_t i = 0; i < hello.groups.size(); ++i) out += (i == 0 ? ":groups=" : ",") + group_name(hello.groups[i]);
  if (hello.server_name != usual_name) out += ":sni=" + hello.server_name;
  if (hello.oddity != Oddity::none) out += fmt::format(":odd={}", word(hello.oddity));
  if (hello.then != Sequel::none) return out + fmt::format(":then={}", word(hello.then));
  return out + (hello.whole_flight ? ":flight" : "");
}

}  // namespace model
