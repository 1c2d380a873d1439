// SPDX-License-Identifier: Apache-2.0
#include "pki/key.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>

#include "base/text.hpp"
#include "pki/pem.hpp"

namespace pki {

namespace {

using base::Error;
using base::Trouble;

Error wrong_passphrase(const PassphraseRequest& request, const std::string& name) {
  const std::string check =
      fmt::format("check: openssl pkey -in {} -noout", base::shell_quoted(name));
  if (!request.passphrase.present())
    return {Trouble::not_authorised, "the private key is encrypted and no passphrase was given",
            name, "--passphrase-file FILE; " + check};
  return {Trouble::not_authorised, "the passphrase does not open the private key", name,
          "--passphrase-file FILE; " + check};
}

BigNum number_of(const EVP_PKEY* key, const char* parameter) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, parameter, &raw) != 1) ERR_clear_error();
  return BigNum{raw};
}

// The private half of `other` when it is a key of the same kind and size, else a random number that
// would do for one.
BigNum private_half(const EVP_PKEY* other, int type, int bits, const char* parameter) {
  if (EVP_PKEY_get_base_id(other) == type && EVP_PKEY_get_bits(other) == bits)
    if (BigNum number = number_of(other, parameter)) return number;
  auto number = acquired<BigNum>(BN_new());
  BN_priv_rand(number.get(), bits - 1, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD);
  return number;
}

Pkey built(const char* type, OSSL_PARAM_BLD* builder) {
  const auto parameters = acquired<Params>(OSSL_PARAM_BLD_to_param(builder));
  const auto context = acquired<PkeyCtx>(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) == 1)
    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.get());
  ERR_clear_error();
  return Pkey{key};
}

Pkey foreign_rsa(const EVP_PKEY* public_half, const EVP_PKEY* other) {
  const BigNum n = number_of(public_half, OSSL_PKEY_PARAM_RSA_N);
  const BigNum e = number_of(public_half, OSSL_PKEY_PARAM_RSA_E);
  if (n == nullptr || e == nullptr) return nullptr;
  const BigNum d =
      private_half(other, EVP_PKEY_RSA, EVP_PKEY_get_bits(public_half), OSSL_PKEY_PARAM_RSA_D);
  const auto builder = acquired<ParamBuilder>(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_D, d.get());
  return built("RSA", builder.get());
}

Pkey foreign_ec(const EVP_PKEY* public_half, const EVP_PKEY* other) {
  std::array<char, 80> group{};
  std::array<unsigned char, 512> point{};
  std::size_t point_length = 0;
  if (EVP_PKEY_get_group_name(public_half, group.data(), group.size(), nullptr) != 1 ||
      EVP_PKEY_get_octet_string_param(public_half, OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                      point.size(), &point_length) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  const BigNum scalar =
      private_half(other, EVP_PKEY_EC, EVP_PKEY_get_bits(public_half), OSSL_PKEY_PARAM_PRIV_KEY);
  const auto builder = acquired<ParamBuilder>(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point_length);
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar.get());
  return built("EC", builder.get());
}

}  // namespace

Pkey new_rsa_key(unsigned bits) {
  return acquired<Pkey>(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{bits}));
}

Pkey new_key(KeyType type) {
  switch (type) {
    case KeyType::rsa:
      return new_rsa_key(2048);
    case KeyType::ecdsa:
      return acquired<Pkey>(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "prime256v1"));
  }
  return nullptr;
}

base::Result<Pkey> key_from_pem(std::string_view pem, const std::string& name,
                                const Passphrase& passphrase) {
  PassphraseRequest request{passphrase};
  const Bio bio = bio_over(pem);
  ERR_clear_error();
  Pkey key{PEM_read_bio_PrivateKey(bio.get(), nullptr, PassphraseRequest::answer, &request)};
  if (key != nullptr) {
    ERR_clear_error();
    return key;
  }
  if (request.asked) {
    ERR_clear_error();
    return wrong_passphrase(request, name);
  }
  const std::string reason = openssl_reason("it is damaged");
  if (pem.find("PRIVATE KEY-----") == std::string_view::npos)
    return holds_no("private key", "pkey", pem, name);
  if (pem.find("-----END ") == std::string_view::npos)
    return Error{Trouble::bad_data, "the private key is cut short: it has no END line", name,
                 "copy the file again, whole"};
  return Error{Trouble::bad_data, fmt::format("the private key cannot be read: {}", reason), name,
               fmt::format("check: openssl pkey -in {} -noout", base::shell_quoted(name))};
}

Pkey with_foreign_private_half(const EVP_PKEY* public_half, const EVP_PKEY* other) {
  switch (EVP_PKEY_get_base_id(public_half)) {
    case EVP_PKEY_RSA:
      return foreign_rsa(public_half, other);
    case EVP_PKEY_EC:
      return foreign_ec(public_half, other);
    default:
      return nullptr;
  }
}

}  // namespace pki
