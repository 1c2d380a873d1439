// SPDX-License-Identifier: Apache-2.0
// The CAs behind a minted kit: the one the target is to trust, given or new, and those it must not
// fall for. Each is made when the first kind asks for it, because RSA keys take their time.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "pki/credential.hpp"
#include "pki/issue.hpp"
#include "pki/key.hpp"
#include "pki/recipes.hpp"

namespace pki {

struct Authority {
  std::vector<Cert> chain;  // its own certificate, then its issuers up to the root
  Pkey key;                 // null when only its certificate is known
  std::vector<Cert> sent;   // what a client sends after a leaf of this CA
  std::vector<RevokedSerial> revoked;

  [[nodiscard]] X509* certificate() const { return chain.front().get(); }
  [[nodiscard]] Issuer issuer() const { return {certificate(), key.get()}; }
  [[nodiscard]] bool is_root() const { return chain.size() == 1; }
};

class Authorities {
 public:
  // A new RootCA and a SubCA below it.
  static Authorities made_new(KeyType type, base::EpochSeconds now);
  // A CA from files. Fails as load_credential does, and with bad_data when it is no CA, has
  // expired, or its root is not in the file.
  static base::Result<Authorities> given(const CredentialFiles& files, const Passphrase& passphrase,
                                         KeyType type, base::EpochSeconds now);

  // Any issuer but `itself` and `a_leaf`, which are no CAs.
  Authority& of(IssuedBy who);
  // "" when that issuer can be made, else why not.
  [[nodiscard]] std::string why_not(IssuedBy who) const;

  // A key that belongs to nobody the target knows: of both chains it must not trust, and of the
  // kind key-mismatch.
  EVP_PKEY* stranger_key();

  [[nodiscard]] const Authority& trusted() const { return trusted_; }
  // Whose lists a target needs, each with its serial numbers; those without a key are left out.
  [[nodiscard]] std::vector<const Authority*> with_crl() const;
  // The trusted CAs for which no list can be made, by name.
  [[nodiscard]] std::vector<std::string> without_crl() const;

 private:
  Authorities(KeyType type, base::EpochSeconds now) : type_(type), now_(now) {}

  // Issues the SubCAs that expire or are revoked: the new root, or the CA given.
  [[nodiscard]] Authority& upper() { return root_.chain.empty() ? trusted_ : root_; }
  Authority side_sub_ca(const std::string& name, Period period);
  Authority shadow(bool same_names);

  KeyType type_;
  base::EpochSeconds now_;
  Authority trusted_;
  Authority root_;  // empty when the CA was given
  std::string mark_;
  Pkey stranger_key_;
  Pkey side_key_;  // of both SubCAs that are out of order
  std::map<IssuedBy, Authority> others_;
};

}  // namespace pki
