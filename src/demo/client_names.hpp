// SPDX-License-Identifier: Apache-2.0
// The provider's rule for the name in a client certificate, and the ways to get it wrong.
#pragma once

#include <string>

#include "demo/messages.hpp"
#include "model/credential.hpp"

namespace demo {

// Whether the certificate bears the FQDN: exactly, in its SAN if it has one, else in its common name.
bool lets_in(const model::CertificateFacts& leaf, const std::string& fqdn, const Faults& faults);

}  // namespace demo
