// SPDX-License-Identifier: Apache-2.0
#include "pki/pkcs12.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>

#include "base/text.hpp"
#include "pki/pem.hpp"

namespace pki {

namespace {

using base::Error;
using base::Trouble;
using Provider = Owned<OSSL_PROVIDER, OSSL_PROVIDER_unload>;

// A library context of its own that also knows the algorithms OpenSSL 3 put aside, so that nothing
// else in the process learns them.
struct LegacyContext {
  LibCtx context = acquired<LibCtx>(OSSL_LIB_CTX_new());
  Provider usual{OSSL_PROVIDER_load(context.get(), "default")};
  Provider legacy{OSSL_PROVIDER_load(context.get(), "legacy")};
};

Pkcs12 parsed(std::string_view bytes, OSSL_LIB_CTX* context) {
  Pkcs12 file{PKCS12_init_ex(NID_pkcs7_data, context, nullptr)};
  PKCS12* raw = file.release();  // d2i fills it, or frees it when it fails
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  return Pkcs12{d2i_PKCS12(&raw, &at, static_cast<long>(bytes.size()))};
}

Error wrong_passphrase(const std::string& name, const Passphrase& passphrase) {
  return {Trouble::not_authorised,
          passphrase.present() ? "the passphrase does not open it"
                               : "is encrypted and no passphrase was given",
          name,
          fmt::format("--passphrase-file FILE; check: openssl pkcs12 -in {} -noout",
                      base::shell_quoted(name))};
}

// The form of the passphrase that opens the file, or an error. "No passphrase" is written in two
// ways, as an empty string and as nothing at all, and exporters do either.
base::Result<const char*> opening(PKCS12* file, const std::string& name,
                                  const Passphrase& passphrase) {
  const char* given = passphrase.reveal_c_str();
  if (PKCS12_mac_present(file) == 0) return given;
  for (const char* candidate : {given, passphrase.reveal().empty() ? "" : given})
    if (PKCS12_verify_mac(file, candidate, -1) == 1) return candidate;
  ERR_clear_error();
  return wrong_passphrase(name, passphrase);
}

// Out of the context they were read in and into the usual one, by way of their encoding.
Pkey rehomed(const EVP_PKEY* key) {
  unsigned char* raw = nullptr;
  const int length = i2d_PrivateKey(key, &raw);
  if (length <= 0) return nullptr;
  const unsigned char* at = raw;
  Pkey copy{d2i_AutoPrivateKey(nullptr, &at, length)};
  OPENSSL_clear_free(raw, static_cast<std::size_t>(length));
  return copy;
}

struct Attempt {
  bool opened = false;
  Pkcs12Content content;
};

Attempt contents(PKCS12* file, const char* passphrase) {
  EVP_PKEY* raw_key = nullptr;
  X509* raw_leaf = nullptr;
  STACK_OF(X509)* raw_others = nullptr;
  ERR_clear_error();
  Attempt attempt;
  attempt.opened = PKCS12_parse(file, passphrase, &raw_key, &raw_leaf, &raw_others) == 1;
  const Pkey key{raw_key};
  const Cert leaf{raw_leaf};
  const Certs others{raw_others};
  if (key != nullptr) attempt.content.key = rehomed(key.get());
  if (leaf != nullptr) attempt.content.certs.push_back(certificate_from_der(to_der(leaf.get())));
  for (int i = 0; others != nullptr && i < sk_X509_num(others.get()); ++i)
    attempt.content.certs.push_back(certificate_from_der(to_der(sk_X509_value(others.get(), i))));
  return attempt;
}

// A second try for old exports, with what OpenSSL 3 no longer does by itself.
Attempt legacy_contents(std::string_view bytes, const char* passphrase) {
  const LegacyContext legacy;
  if (legacy.legacy == nullptr) return {};
  const Pkcs12 file = parsed(bytes, legacy.context.get());
  return file == nullptr ? Attempt{} : contents(file.get(), passphrase);
}

// After both attempts; `reason` is OpenSSL's error code of the first.
Error cannot_open(const PKCS12* file, const std::string& name, unsigned long reason) {
  ERR_clear_error();
  const std::string quoted = base::shell_quoted(name);
  // OpenSSL 3.0 opens none of these; later ones do, and then a wrong passphrase shows only here.
  if (PKCS12_mac_present(file) == 0)
    return {Trouble::bad_data, "has no integrity check (MAC), and the passphrase may be wrong",
            name, fmt::format("convert it: openssl pkcs12 -nomacver -in {} -out FILE.pem", quoted)};
  if (ERR_GET_REASON(reason) == ERR_R_UNSUPPORTED)
    return {
        Trouble::bad_data, "is encrypted as OpenSSL 3 does with its legacy provider only", name,
        fmt::format(
            "install that provider, or where it is: openssl pkcs12 -legacy -in {} -out FILE.pem",
            quoted)};
  const char* words = ERR_reason_error_string(reason);
  return {Trouble::bad_data,
          fmt::format("the PKCS#12 file cannot be opened: {}",
                      words == nullptr ? "it is damaged" : words),
          name, ""};
}

}  // namespace

base::Result<Pkcs12Content> open_pkcs12(std::string_view bytes, const std::string& name,
                                        const Passphrase& passphrase) {
  const Pkcs12 file = parsed(bytes, nullptr);
  ERR_clear_error();
  if (file == nullptr) {
    const bool pem = bytes.find("-----BEGIN ") != std::string_view::npos;
    return Error{Trouble::bad_data, pem ? "is PEM, PKCS#12 is wanted" : "is no PKCS#12 file", name,
                 pem ? "name it as certificate and key instead" : ""};
  }
  const auto secret = opening(file.get(), name, passphrase);
  if (!secret) return secret.error();
  Attempt attempt = contents(file.get(), *secret);
  const unsigned long reason = ERR_peek_last_error();
  if (!attempt.opened) attempt = legacy_contents(bytes, *secret);
  if (!attempt.opened) return cannot_open(file.get(), name, reason);
  ERR_clear_error();
  if (attempt.content.key == nullptr)
    return Error{
        Trouble::bad_data, "holds no private key", name,
        "export it with its key: openssl pkcs12 -export -in CERT -inkey KEY -out FILE.p12"};
  if (attempt.content.certs.empty())
    return Error{
        Trouble::bad_data, "holds no certificate", name,
        "export it with its certificate: openssl pkcs12 -export -in CERT -inkey KEY -out FILE.p12"};
  return std::move(attempt.content);
}

}  // namespace pki
