// SPDX-License-Identifier: Apache-2.0
#include "demo/padding_repair.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "wire/octet_reader.hpp"

namespace demo {

namespace {

// Master secrets by client random, both in hexadecimal, as OpenSSL writes them.
struct KeyLog {
  std::mutex mutex;
  std::map<std::string, std::string> masters;
};

KeyLog& key_log() {
  static KeyLog log;
  return log;
}

extern "C" void on_key(const SSL* /*ssl*/, const char* line) noexcept {
  constexpr std::string_view label = "CLIENT_RANDOM ";
  const std::string_view text(line);
  const auto space = text.find(' ', label.size());
  if (!text.starts_with(label) || space == std::string_view::npos) return;
  try {
    const std::lock_guard lock(key_log().mutex);
    key_log().masters[std::string(text.substr(label.size(), space - label.size()))] = text.substr(space + 1);
  } catch (...) {
    return;   // out of memory: a record is not mended
  }
}

std::string hex(std::span<const std::uint8_t> octets) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const auto octet : octets) {
    out += digits[octet >> 4U];
    out += digits[octet & 0x0FU];
  }
  return out;
}

PaddingRepair::Octets from_hex(std::string_view text) {
  PaddingRepair::Octets out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) out.push_back(static_cast<std::uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  return out;
}

}  // namespace

void log_keys(SSL_CTX* context) { SSL_CTX_set_keylog_callback(context, on_key); }

std::optional<wire::CbcKeys> PaddingRepair::keys() const {
  const std::lock_guard lock(key_log().mutex);
  const auto at = key_log().masters.find(hex(client_random_));
  if (at == key_log().masters.end()) return std::nullopt;
  return wire::client_keys(suite_, from_hex(at->second), client_random_, server_random_);
}

void PaddingRepair::from_server(std::span<const std::uint8_t> octets) {
  constexpr std::size_t most = 1024;
  if (suite_ != 0 || hello_.size() > most) return;
  hello_.insert(hello_.end(), octets.begin(), octets.end());
  wire::OctetReader reader(hello_);
  (void)reader.take(5 + 4 + 2);
  const auto random = reader.take(server_random_.size());
  (void)reader.vector8();
  const std::uint16_t suite = reader.get16();
  if (!reader.good() || hello_[0] != 22 || hello_[5] != 2) return;
  std::copy(random.begin(), random.end(), server_random_.begin());
  suite_ = suite;
}

PaddingRepair::Octets PaddingRepair::from_client(std::span<const std::uint8_t> octets) {
  constexpr std::uint8_t handshake = 22;
  waiting_.insert(waiting_.end(), octets.begin(), octets.end());
  // SSLv2, plain HTTP: not ours.
  if (!greeted_ && waiting_.front() != handshake) return std::exchange(waiting_, {});
  Octets out;
  while (waiting_.size() >= 5) {
    const std::size_t size = std::size_t{5} + static_cast<std::size_t>((waiting_[3] << 8U) | waiting_[4]);
    if (waiting_.size() < size) break;
    const Octets passed = mended(Octets(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(size)));
    out.insert(out.end(), passed.begin(), passed.end());
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(size));
  }
  return out;
}

PaddingRepair::Octets PaddingRepair::mended(Octets record) {
  constexpr std::uint8_t cipher_change = 20, data = 23;
  constexpr std::size_t random_at = 5 + 4 + 2;
  if (!greeted_ && record.size() >= random_at + client_random_.size()) {
    greeted_ = true;
    std::copy_n(record.begin() + random_at, client_random_.size(), client_random_.begin());
    return record;
  }
  if (record[0] == cipher_change) protected_ = true;
  if (!protected_ || record[0] == cipher_change) return record;
  const wire::RecordHead head{sequence_++, record[0]};
  if (record[0] != data) return record;
  const auto own = keys();
  const auto plain = own ? wire::opened(*own, head, std::span<const std::uint8_t>(record).subspan(5)) : std::nullopt;
  return plain ? wire::sealed(*own, head, *plain, model::Padding::sound) : record;
}

}  // namespace demo
