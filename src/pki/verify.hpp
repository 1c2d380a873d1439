// SPDX-License-Identifier: Apache-2.0
// A client certificate as a conforming server would look at it: chain, dates, revocation, purpose,
// name. Gives every complaint, not only the first, so that "expired" can be told from "expired, and
// revoked besides".
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "pki/owned.hpp"

namespace pki {

// What a server has been told: whom to trust, and who is revoked. Either may be empty.
struct Trust {
  std::vector<Cert> ca;
  std::vector<Crl> crls;
};

// Reads both files; an empty path is an empty list. Fails as read_certificates and read_crls do.
base::Result<Trust> read_trust(const std::filesystem::path& ca, const std::filesystem::path& crl);

enum class CrlCheck { off, leaf, chain };

struct ServerRules {
  std::string fqdn;  // the one name let in; "" lets any name in
  base::EpochSeconds now = 0;
  CrlCheck crl = CrlCheck::chain;  // chain is what nginx does with ssl_crl
  int security_level = 0;          // OpenSSL's; Debian's servers run at 2
};

struct Complaint {
  int code = 0;         // X509_V_ERR_...
  int depth = 0;        // 0 is the leaf
  std::string subject;  // common name of the certificate complained of
  std::string text;     // OpenSSL's words
};

struct ServerView {
  std::vector<Complaint> complaints;  // of the chain, in OpenSSL's order
  bool named = true;                  // the leaf holds the FQDN

  [[nodiscard]] bool accepts() const { return complaints.empty() && named; }
  [[nodiscard]] bool complains_of(int code, int depth = 0) const;
};

// `presented` is what the client sends: leaf first, at least one. Proves nothing about the key.
ServerView verify_as_server(const Trust& trust, const ServerRules& rules,
                            const std::vector<Cert>& presented);

}  // namespace pki
