// SPDX-License-Identifier: Apache-2.0
#include "pki/pem.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>

#include "base/text.hpp"

namespace pki {

namespace {

using base::Error;
using base::Trouble;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Error broken_block(std::size_t number, int reason, const std::string& name) {
  switch (reason) {
    case PEM_R_BAD_END_LINE:
      return {Trouble::bad_data,
              fmt::format("PEM block {} is cut short: it has no END line", number), name,
              "copy the file again, whole"};
    case PEM_R_BAD_BASE64_DECODE:
      return {Trouble::bad_data, fmt::format("PEM block {} is not valid base64", number), name,
              "copy the file again, whole"};
    default:
      return {Trouble::bad_data,
              fmt::format("PEM block {} cannot be read: {}", number,
                          ERR_reason_error_string(ERR_PACK(ERR_LIB_PEM, 0, reason))),
              name, ""};
  }
}

bool is_pkcs12(std::string_view bytes) {
  const unsigned char* at = octets(bytes);
  const Pkcs12 parsed{d2i_PKCS12(nullptr, &at, static_cast<long>(bytes.size()))};
  ERR_clear_error();
  return parsed != nullptr;
}

template <class Write>
std::string written(Write&& write) {
  const auto bio = acquired<Bio>(BIO_new(BIO_s_mem()));
  if (write(bio.get()) != 1) throw std::bad_alloc{};  // a memory BIO fails for nothing else
  std::string out(BIO_ctrl_pending(bio.get()), '\0');
  BIO_read(bio.get(), out.data(), static_cast<int>(out.size()));
  return out;
}

}  // namespace

Bio bio_over(std::string_view bytes) {
  return acquired<Bio>(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

base::Result<std::vector<PemBlock>> pem_blocks(std::string_view text, const std::string& name,
                                               std::initializer_list<std::string_view> labels) {
  // Editors on Windows put a byte order mark first, which would hide the first BEGIN.
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const Bio bio = bio_over(text);
  std::vector<PemBlock> blocks;
  for (std::size_t number = 1;; ++number) {
    char* label = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long length = 0;
    ERR_clear_error();
    if (PEM_read_bio(bio.get(), &label, &header, &data, &length) != 1) {
      const int reason = ERR_GET_REASON(ERR_peek_last_error());
      ERR_clear_error();
      if (reason != PEM_R_NO_START_LINE) return broken_block(number, reason, name);
      return blocks;
    }
    const Bytes<char> label_owner{label};
    const Bytes<char> header_owner{header};
    const auto size = static_cast<std::size_t>(length);
    if (std::find(labels.begin(), labels.end(), std::string_view(label)) != labels.end())
      blocks.push_back({label, std::string(reinterpret_cast<const char*>(data), size)});
    OPENSSL_clear_free(data, size);  // it may be a key we passed over
  }
}

Error holds_no(std::string_view wanted, std::string_view openssl, std::string_view text,
               const std::string& name) {
  if (base::trim(text).empty()) return {Trouble::bad_data, "is empty", name, ""};
  if (is_pkcs12(text))
    return {
        Trouble::bad_data, "is PKCS#12, PEM is wanted", name,
        fmt::format("name it as the PKCS#12 file instead, or: openssl pkcs12 -in {} -out FILE.pem",
                    base::shell_quoted(name))};
  if (text.find("-----BEGIN ") != std::string_view::npos)
    return {Trouble::bad_data, fmt::format("is PEM but holds no {}", wanted), name, ""};
  if (text.front() == '\x30')  // SEQUENCE, as every DER file begins
    return {Trouble::bad_data, "is DER, PEM is wanted", name,
            fmt::format("openssl {} -inform DER -in {} -out FILE.pem", openssl,
                        base::shell_quoted(name))};
  return {Trouble::bad_data, fmt::format("is no PEM file: it holds no {}", wanted), name, ""};
}

std::string to_pem(const X509* certificate) {
  return written([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
}

std::string to_pem(const std::vector<Cert>& certificates) {
  std::string out;
  for (const auto& certificate : certificates) out += to_pem(certificate.get());
  return out;
}

std::string to_pem(const X509_CRL* crl) {
  return written([&](BIO* bio) { return PEM_write_bio_X509_CRL(bio, crl); });
}

std::string to_pem(const EVP_PKEY* key) {
  return written([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

std::string to_der(const X509* certificate) {
  unsigned char* raw = nullptr;
  const int length = i2d_X509(certificate, &raw);
  if (length < 0) throw std::bad_alloc{};
  const Bytes<unsigned char> owner{raw};
  return {reinterpret_cast<const char*>(raw), static_cast<std::size_t>(length)};
}

Cert certificate_from_der(std::string_view der) {
  const unsigned char* at = octets(der);
  Cert certificate{d2i_X509(nullptr, &at, static_cast<long>(der.size()))};
  ERR_clear_error();
  if (at != octets(der) + der.size()) return nullptr;
  return certificate;
}

std::string openssl_reason(std::string_view otherwise) {
  const unsigned long code = ERR_peek_last_error();
  const char* text = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return text == nullptr ? std::string(otherwise) : std::string(text);
}

}  // namespace pki
