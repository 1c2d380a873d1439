// SPDX-License-Identifier: Apache-2.0
#include "model/tls_names.hpp"

#include <fmt/format.h>

#include <utility>

namespace model {

namespace {

// IANA "TLS Supported Groups"; the draft Kyber hybrid is still deployed.
constexpr Group groups[] = {
    {29, "x25519", false, false},
    {23, "secp256r1", false, false},
    {24, "secp384r1", false, false},
    {25, "secp521r1", false, false},
    {30, "x448", false, false},
    {26, "brainpoolP256r1", false, false},
    {27, "brainpoolP384r1", false, false},
    {28, "brainpoolP512r1", false, false},
    {21, "secp224r1", false, false},
    {22, "secp256k1", false, false},
    {19, "secp192r1", false, false},
    {4588, "X25519MLKEM768", true, true},
    {4587, "SecP256r1MLKEM768", true, true},
    {4589, "SecP384r1MLKEM1024", true, true},
    {0x6399, "X25519Kyber768Draft00", true, true},
    {512, "MLKEM512", true, true},
    {513, "MLKEM768", true, true},
    {514, "MLKEM1024", true, true},
    {256, "ffdhe2048", false, true},
    {257, "ffdhe3072", false, true},
    {258, "ffdhe4096", false, true},
    {259, "ffdhe6144", false, true},
    {260, "ffdhe8192", false, true},
    {31, "brainpoolP256r1tls13", false, true},
    {32, "brainpoolP384r1tls13", false, true},
    {33, "brainpoolP512r1tls13", false, true},
};

template <class Code>
using Named = std::pair<Code, std::string_view>;

constexpr Named<std::uint16_t> extensions[] = {
    {0, "server_name"},
    {1, "max_fragment_length"},
    {5, "status_request"},
    {10, "supported_groups"},
    {11, "ec_point_formats"},
    {13, "signature_algorithms"},
    {15, "heartbeat"},
    {16, "application_layer_protocol_negotiation"},
    {18, "signed_certificate_timestamp"},
    {21, "padding"},
    {22, "encrypt_then_mac"},
    {23, "extended_master_secret"},
    {35, "session_ticket"},
    {43, "supported_versions"},
    {44, "cookie"},
    {51, "key_share"},
    {0x3374, "next_protocol_negotiation"},
    {0xFF01, "renegotiation_info"},
};

constexpr Named<std::uint16_t> signatures[] = {
    {0x0401, "rsa_pkcs1_sha256"},       {0x0501, "rsa_pkcs1_sha384"},       {0x0601, "rsa_pkcs1_sha512"},
    {0x0403, "ecdsa_secp256r1_sha256"}, {0x0503, "ecdsa_secp384r1_sha384"}, {0x0603, "ecdsa_secp521r1_sha512"},
    {0x0804, "rsa_pss_rsae_sha256"},    {0x0805, "rsa_pss_rsae_sha384"},    {0x0806, "rsa_pss_rsae_sha512"},
    {0x0807, "ed25519"},                {0x0808, "ed448"},                  {0x0809, "rsa_pss_pss_sha256"},
    {0x080A, "rsa_pss_pss_sha384"},     {0x080B, "rsa_pss_pss_sha512"},     {0x0201, "rsa_pkcs1_sha1"},
    {0x0203, "ecdsa_sha1"},             {0x0202, "dsa_sha1"},               {0x0402, "dsa_sha256"},
    {0x0301, "rsa_pkcs1_sha224"},       {0x0303, "ecdsa_sha224"},           {0x0302, "dsa_sha224"},
    {0x0101, "rsa_pkcs1_md5"},
};

template <class Code, std::size_t N>
std::string_view named(const Named<Code> (&table)[N], Code code) {
  for (const auto& [known, name] : table)
    if (known == code) return name;
  return {};
}

}  // namespace

std::span<const Group> all_groups() { return groups; }

const Group* find_group(std::uint16_t code) {
  for (const auto& group : groups)
    if (group.code == code) return &group;
  return nullptr;
}

const Group* find_group(std::string_view name) {
  for (const auto& group : groups)
    if (group.name == name) return &group;
  return nullptr;
}

std::string group_name(std::uint16_t code) {
  const Group* group = find_group(code);
  return group != nullptr ? std::string(group->name) : fmt::format("0x{:04X}", code);
}

std::string extension_name(std::uint16_t type) {
  const auto name = named(extensions, type);
  return name.empty() ? fmt::format("extension {}", type) : std::string(name);
}

std::string signature_name(std::uint16_t scheme) {
  const auto name = named(signatures, scheme);
  return name.empty() ? fmt::format("hash {}, signature {}", scheme >> 8U, scheme & 0xFFU) : std::string(name);
}

}  // namespace model
