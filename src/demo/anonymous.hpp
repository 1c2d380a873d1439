// SPDX-License-Identifier: Apache-2.0
// What the provider does with clients that showed no certificate, when a fault let them through the
// handshake.
#pragma once

#include <openssl/ssl.h>

#include "demo/messages.hpp"

namespace demo {

enum class Anonymous {
  refused,   // as nginx does: 400, before the application sees anything
  answered,  // 2xx: the fault's hole
  passed_on, // to the rules, like anybody
};

Anonymous judge_anonymous(const Arrived& arrived, const SSL* ssl, const Faults& faults);

}  // namespace demo
