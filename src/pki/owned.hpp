// SPDX-License-Identifier: Apache-2.0
// OpenSSL's objects as unique_ptr: one alias for each type, so that nobody writes a free by hand.
// A copy of a handle is asked for by name (shared), because it is a reference count, not a copy.
#pragma once

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <new>

namespace pki {

template <auto Free>
struct FreeWith {
  template <class T>
  void operator()(T* raw) const noexcept {
    Free(raw);
  }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, FreeWith<Free>>;

// Frees that are macros need a name of their own.
inline void free_bytes(void* raw) {
  OPENSSL_free(raw);
}
inline void free_certificates(STACK_OF(X509) * raw) {
  sk_X509_pop_free(raw, X509_free);
}

using Cert = Owned<X509, X509_free>;
using Certs = Owned<STACK_OF(X509), free_certificates>;
using Crl = Owned<X509_CRL, X509_CRL_free>;
using Revoked = Owned<X509_REVOKED, X509_REVOKED_free>;
using Name = Owned<X509_NAME, X509_NAME_free>;
using Extension = Owned<X509_EXTENSION, X509_EXTENSION_free>;
using Pkey = Owned<EVP_PKEY, EVP_PKEY_free>;
using PkeyCtx = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using MdCtx = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using Store = Owned<X509_STORE, X509_STORE_free>;
using StoreCtx = Owned<X509_STORE_CTX, X509_STORE_CTX_free>;
using Bio = Owned<BIO, BIO_free_all>;
using SslCtx = Owned<SSL_CTX, SSL_CTX_free>;
using Ssl = Owned<SSL, SSL_free>;
using SslSession = Owned<SSL_SESSION, SSL_SESSION_free>;
using BigNum = Owned<BIGNUM, BN_clear_free>;
using ParamBuilder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Params = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using LibCtx = Owned<OSSL_LIB_CTX, OSSL_LIB_CTX_free>;
using Pkcs12 = Owned<PKCS12, PKCS12_free>;
using Asn1Integer = Owned<ASN1_INTEGER, ASN1_INTEGER_free>;
using Asn1Octets = Owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using Asn1Bits = Owned<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;
using Asn1Time = Owned<ASN1_TIME, ASN1_TIME_free>;
using Asn1Object = Owned<ASN1_OBJECT, ASN1_OBJECT_free>;
using BasicConstraints = Owned<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;
using AuthorityKeyId = Owned<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;
using ExtendedKeyUsage = Owned<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using GeneralName = Owned<GENERAL_NAME, GENERAL_NAME_free>;
using GeneralNames = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;
template <class T>
using Bytes = Owned<T, free_bytes>;

// Takes ownership of what an OpenSSL constructor returned; those fail for want of memory only.
template <class Handle>
Handle acquired(typename Handle::pointer raw) {
  if (raw == nullptr) throw std::bad_alloc{};
  return Handle{raw};
}

// A further owner of the same object.
inline Cert shared(X509* certificate) {
  X509_up_ref(certificate);
  return Cert{certificate};
}
inline Pkey shared(EVP_PKEY* key) {
  EVP_PKEY_up_ref(key);
  return Pkey{key};
}

}  // namespace pki
