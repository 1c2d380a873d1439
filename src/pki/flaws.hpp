// SPDX-License-Identifier: Apache-2.0
// What is wrong with a certificate, as a list: the common language of inspect (which shows it) and
// of the check that a credential is what its kind says (which compares it).
#pragma once

#include <string>
#include <vector>

#include "base/time.hpp"
#include "pki/credential.hpp"
#include "pki/verify.hpp"

namespace pki {

enum class Flaw {
  expired,
  not_yet_valid,
  revoked,
  other_name,  // does not name the FQDN
  untrusted,   // no path to a trusted CA
  self_signed,
  bad_signature,
  issuer_expired,
  issuer_revoked,
  issuer_no_ca,  // issued by a certificate that may not issue any
  wrong_usage,   // not for TLS clients
  is_ca,
  weak_key,
  weak_signature,
  unknown_extension,  // critical, and nobody knows it
  other,              // whatever else OpenSSL complains of
};

struct Found {
  Flaw flaw = Flaw::other;
  std::string text;  // "expired on 2026-11-22T14:05:10Z": completes "the certificate ..."
};

// What the flaws are measured against. Empty lists in `trust` and an empty `fqdn` mean "not known":
// the flaws that need them are then not looked for.
struct Yardstick {
  const Trust& trust;
  std::string fqdn;
  base::EpochSeconds now = 0;
};

// Each flaw at most once, in the order of the enumeration.
std::vector<Found> flaws_of(const Credential& credential, const Yardstick& against);

bool holds(const std::vector<Found>& flaws, Flaw flaw);

}  // namespace pki
