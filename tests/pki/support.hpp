// SPDX-License-Identifier: Apache-2.0
// What the pki tests share: folders that clean up after themselves, kits minted once at a pinned
// time, and an OpenSSL client and server that talk through memory.
#pragma once

#include <openssl/ssl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "base/files.hpp"
#include "base/result.hpp"
#include "pki/digest.hpp"
#include "pki/kit.hpp"
#include "pki/mint.hpp"
#include "pki/pem.hpp"

namespace support {

inline constexpr base::EpochSeconds now = 1'800'000'000;  // 2027-01-15T08:00:00Z
inline constexpr base::EpochSeconds one_day = 24L * 3600;
inline const std::string fqdn = "msg.dev.spine2.ncrs.nhs.uk";

// A folder that goes away with its object.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "probity-pki-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
    return path_ / name;
  }
  // Writes a file and gives its path.
  std::filesystem::path put(const std::string& name, const std::string& content) {
    std::ofstream(path_ / name, std::ios::binary) << content;
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

inline std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// The value, or a failing test with the error's line.
template <class T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(base::one_line(result.error()));
  return std::move(result).value();
}

template <class T>
std::string line_of(const base::Result<T>& result) {
  return result ? "no error" : base::one_line(result.error());
}

// Runs a shell command and gives its exit code, with both streams in `output`.
inline int run(const std::string& command, std::string& output) {
  FILE* pipe = ::popen(("{ " + command + "; } 2>&1").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("no shell");
  output.clear();
  char buffer[4096];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    output.append(buffer, got);
  return ::pclose(pipe);
}

// A whole kit, minted and loaded once for each key type.
struct MintedKit {
  explicit MintedKit(pki::KeyType type) {
    pki::MintRequest request;
    request.folder = folder.path();
    request.fqdn = fqdn;
    request.key_type = type;
    request.server_key_type = type;
    request.force = true;
    request.now = now;
    minted = must(pki::mint_kit(request));
    kit = must(pki::load_kit(folder.path(), {}, now));
  }
  Folder folder;
  pki::Minted minted;
  pki::Kit kit;
};

inline const MintedKit& minted(pki::KeyType type = pki::KeyType::rsa) {
  static const MintedKit rsa(pki::KeyType::rsa);
  static const MintedKit ecdsa(pki::KeyType::ecdsa);
  return type == pki::KeyType::rsa ? rsa : ecdsa;
}

inline const pki::Credential& credential(model::CredentialKind kind,
                                         pki::KeyType type = pki::KeyType::rsa) {
  const auto* found = minted(type).kit.by_kind(kind);
  if (found == nullptr) throw std::runtime_error("no " + std::string(model::word(kind)));
  return *found;
}

inline std::string digest_of(const X509* certificate) {
  return pki::sha256_hex(pki::to_der(certificate));
}

}  // namespace support
