// SPDX-License-Identifier: Apache-2.0
// What every TLS probe needs to know of the way to the target.
#pragma once

#include <string>

#include "model/probe.hpp"

namespace probes {

// The name for SNI: the target file's, else the host; none for an address literal (RFC 6066 3).
std::string server_name(const model::Subject& subject, const model::Origin& origin);

// RFC 6761 6.4: nobody's.
inline constexpr const char* unknown_name = "probity.invalid";

// The name `probity survey URL` would send: the host, if it is a name.
std::string host_name(const model::Origin& origin);

// Through the SSP it is the SSP's TLS that would be tested, not the provider's.
model::Judgement behind_ssp();

}  // namespace probes
