// SPDX-License-Identifier: Apache-2.0
// Passphrases: held in one place, wiped when the last holder goes, and without any way to print
// them. A passphrase may be absent, which is not the same as empty.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace pki {

// Overwrites the text, its spare capacity included, and empties it.
void wipe(std::string& secret) noexcept;

// Wipes a text of somebody else's when the scope ends.
class WipedAtEnd {
 public:
  explicit WipedAtEnd(std::string& secret) : secret_(secret) {}
  ~WipedAtEnd() { wipe(secret_); }
  WipedAtEnd(const WipedAtEnd&) = delete;
  WipedAtEnd& operator=(const WipedAtEnd&) = delete;

 private:
  std::string& secret_;
};

// Copies share one buffer, so that there is one to wipe.
class Passphrase {
 public:
  Passphrase() = default;  // absent
  explicit Passphrase(std::string secret);

  [[nodiscard]] bool present() const { return secret_ != nullptr; }
  // The secret itself, "" when absent; valid as long as this object. Only for OpenSSL.
  [[nodiscard]] std::string_view reveal() const;
  // The same, ended by a NUL; nullptr when absent.
  [[nodiscard]] const char* reveal_c_str() const;

 private:
  std::shared_ptr<const std::string> secret_;
};

// One line of text, its newline dropped. Fails with no_input, or bad_data when there is more than
// one line. A descriptor is read as /dev/fd/N.
base::Result<Passphrase> read_passphrase(const std::filesystem::path& path);

// What OpenSSL calls when it wants a passphrase: hands over the Passphrase, or fails. Without such
// a callback OpenSSL would ask at the terminal, and a scheduled job would hang.
struct PassphraseRequest {
  const Passphrase& passphrase;
  bool asked = false;

  // A pem_password_cb; `request` is a PassphraseRequest.
  static int answer(char* buffer, int size, int writing, void* request) noexcept;
};

}  // namespace pki
