// SPDX-License-Identifier: Apache-2.0
// Lines a person can paste into a shell to see for themselves. Secrets are placeholders: file
// names, and a command that makes the token.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "model/credential.hpp"
#include "model/exchange.hpp"

namespace probes {

// curl with every header of the request; the token comes from `probity token`, the certificate from
// where the credential lies.
std::string curl_line(const model::HttpExchange& http, std::span<const model::CredentialInfo> credentials);

// openssl s_client, where OpenSSL can still send such a hello.
std::optional<std::string> openssl_line(const model::Origin& origin, const std::string& server_name,
                                        model::TlsVersion version, const std::string& suite);

}  // namespace probes
