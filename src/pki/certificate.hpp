// SPDX-License-Identifier: Apache-2.0
// Reading certificates and revocation lists, and saying what they say of themselves.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "model/credential.hpp"
#include "pki/owned.hpp"

namespace pki {

// Every field of the facts; text is printable whatever the certificate holds (a NUL shows as \x00),
// names are UTF-8 in the order of RFC 2253.
model::CertificateFacts facts_of(const X509* certificate);

// The certificates of a PEM text in order, at least one; fails with bad_data and one line that says
// what the text is instead. `name` is the file as the user named it.
base::Result<std::vector<Cert>> certificates_from_pem(std::string_view pem,
                                                      const std::string& name);
// The same for a file; fails with no_input when it cannot be read.
base::Result<std::vector<Cert>> read_certificates(const std::filesystem::path& path);

// The same for revocation lists.
base::Result<std::vector<Crl>> crls_from_pem(std::string_view pem, const std::string& name);
base::Result<std::vector<Crl>> read_crls(const std::filesystem::path& path);

// The last (most specific) common name, printable; "" when there is none.
std::string common_name_of(const X509_NAME* name);
// RFC 2253 text, printable.
std::string text_of(const X509_NAME* name);
// The common name, or the whole name when it has none: what people call a CA.
std::string short_name_of(const X509_NAME* name);
// 0 when absent or not a time.
base::EpochSeconds seconds_of(const ASN1_TIME* time);

bool same_name(const X509_NAME* a, const X509_NAME* b);
// Issuer and subject are one; says nothing about the signature.
bool is_self_issued(const X509* certificate);
// Whether the certificate's public key is the public half of this key.
bool belongs_to(const X509* certificate, const EVP_PKEY* key);

// Whether a server that checks the client's FQDN finds it here: a dNSName, or the common name when
// there is no dNSName at all (RFC 6125 6.4.4). A wildcard is nobody's FQDN.
bool names_host(X509* certificate, const std::string& fqdn);

}  // namespace pki
