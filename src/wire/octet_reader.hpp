// SPDX-License-Identifier: Apache-2.0
// Reads numbers and vectors off the wire without ever passing the end.
#pragma once

#include <cstdint>
#include <span>

namespace wire {

// After the first read that would pass the end, everything is zero and empty and good() is false.
class OctetReader {
 public:
  explicit OctetReader(std::span<const std::uint8_t> octets) : rest_(octets) {}

  std::uint8_t get8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t get16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t get24() { return number(3); }
  std::span<const std::uint8_t> take(std::size_t count) {
    if (count > rest_.size()) {
      good_ = false;
      rest_ = {};
      return {};
    }
    const auto out = rest_.first(count);
    rest_ = rest_.subspan(count);
    return out;
  }
  // Vectors behind their length in octets.
  std::span<const std::uint8_t> vector8() { return take(get8()); }
  std::span<const std::uint8_t> vector16() { return take(get16()); }
  std::span<const std::uint8_t> vector24() { return take(get24()); }

  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool empty() const { return rest_.empty(); }
  [[nodiscard]] std::size_t left() const { return rest_.size(); }

 private:
  std::uint32_t number(std::size_t octets) {
    std::uint32_t out = 0;
    for (const auto octet : take(octets)) out = (out << 8U) | octet;
    return out;
  }

  std::span<const std::uint8_t> rest_;
  bool good_ = true;
};

}  // namespace wire
