// SPDX-License-Identifier: Apache-2.0
#include "pki/passphrase.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

#include "base/files.hpp"

namespace pki {

void wipe(std::string& secret) noexcept {
  // Growing to the capacity allocates nothing, and lets all of it be overwritten.
  secret.resize(secret.capacity());
  OPENSSL_cleanse(secret.data(), secret.size());
  secret.clear();
}

Passphrase::Passphrase(std::string secret) {
  const WipedAtEnd wiped(secret);
  secret_ = std::shared_ptr<std::string>(new std::string(secret), [](std::string* held) {
    wipe(*held);
    delete held;
  });
}

std::string_view Passphrase::reveal() const {
  return present() ? std::string_view(*secret_) : std::string_view();
}

const char* Passphrase::reveal_c_str() const {
  return present() ? secret_->c_str() : nullptr;
}

base::Result<Passphrase> read_passphrase(const std::filesystem::path& path) {
  constexpr std::size_t limit = 64U << 10U;
  auto content = base::read_file(path, limit);
  if (!content) return content.error();
  const WipedAtEnd wiped(*content);
  std::string_view line = *content;
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.find('\n') != std::string_view::npos)
    return base::Error{base::Trouble::bad_data, "holds more than one line", path.string(),
                       "a passphrase file holds the passphrase and nothing else"};
  return Passphrase(std::string(line));
}

int PassphraseRequest::answer(char* buffer, int size, int, void* request) noexcept {
  auto& self = *static_cast<PassphraseRequest*>(request);
  self.asked = true;
  const std::string_view secret = self.passphrase.reveal();
  if (!self.passphrase.present() || size < 0 || secret.size() > static_cast<std::size_t>(size))
    return -1;
  std::copy(secret.begin(), secret.end(), buffer);
  return static_cast<int>(secret.size());
}

}  // namespace pki
