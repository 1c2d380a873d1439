// SPDX-License-Identifier: Apache-2.0
// The table of kinds: how each bad credential is made. Every row is the valid one with one thing
// changed, so that a refusal can have one reason only.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/credential.hpp"

namespace pki {

// Which names the certificate bears, and where.
enum class Naming {
  both,  // the FQDN in common name and subject alternative name
  cn_only,
  san_only,
  another,       // another name of the same parent domain
  other_system,  // the name of a system that is entitled to other things
  suffix,        // FQDN.evil.example
  nul,           // FQDN, NUL, .evil.example: what C string functions take for the FQDN
  wildcard,      // *.parent
  cn_right_san_wrong,
};

enum class IssuedBy {
  trusted,    // the CA the target trusts
  untrusted,  // a chain of its own, of other names
  lookalike,  // a chain of its own, of the same names
  itself,
  expired_sub,  // a SubCA that has expired, under the trusted root
  revoked_sub,  // a SubCA that is revoked, under the trusted root
  a_leaf,       // another client's good certificate, acting as a CA
};

enum class When { now, past, future };

enum class Quirk {
  none,
  on_crl,
  signature_tampered,
  foreign_key,
  without_chain,
  server_use_only,
  is_ca,
  short_key,
  sha1_signature,
  unknown_extension,
};

struct Recipe {
  model::CredentialKind kind = model::CredentialKind::valid;
  Naming naming = Naming::both;
  IssuedBy issuer = IssuedBy::trusted;
  When when = When::now;
  Quirk quirk = Quirk::none;
};

// One row for every kind but `none`, in the order of model::CredentialKind.
std::span<const Recipe> recipes();
// Null for `none`.
const Recipe* recipe_of(model::CredentialKind kind);

struct LeafNames {
  std::string common_name;       // "" = the subject has none
  std::vector<std::string> dns;  // may hold NUL
  std::string system;            // the FQDN of another system this is, for subject_fqdn; else ""
};

// `fqdn` has at least one dot.
LeafNames names_for(Naming naming, const std::string& fqdn);

}  // namespace pki
