// SPDX-License-Identifier: Apache-2.0
// The provider's own certificate when a fault spoils it. The kit's CA no longer has its key, so that
// these chain to a root made for the occasion.
#pragma once

#include <openssl/ssl.h>

#include "base/result.hpp"
#include "demo/identity.hpp"

namespace demo {

// Whether a fault is about the provider's own certificate.
bool presents_another(const Faults& faults);

// Puts the spoilt certificate in the place of the kit's; does nothing without such a fault.
base::Status present_another(SSL_CTX* context, const Identity& identity, const Faults& faults);

}  // namespace demo
