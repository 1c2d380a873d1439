// SPDX-License-Identifier: Apache-2.0
// Lines a person can paste into a shell to see for themselves. Secrets are placeholders: file
// names, and a command that makes the token.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/credential.hpp"
#include "model/exchange.hpp"
#include "model/observation.hpp"

namespace probes {

// curl with every header of the request; the token comes from `probity token`, the certificate from
// where the credential lies.
std::string curl_line(const model::HttpExchange& http, std::span<const model::CredentialInfo> credentials);

// openssl s_client, where OpenSSL can still send such a hello.
std::optional<std::string> openssl_line(const model::Origin& origin, const std::string& server_name,
                                        model::TlsVersion version, const std::string& suite);

// A hello: openssl s_client for one suite that OpenSSL still has, else `probity survey --hello`, which
// sends just that hello.
std::string hello_line(const model::HelloExchange& hello);
// The hello of an observation among `everything`; nothing when it was none.
std::vector<std::string> hello_lines(const std::string& id, std::span<const model::Observation> everything);

}  // namespace probes
