// SPDX-License-Identifier: Apache-2.0
// A copy of the minted kit that a test may spoil, and its errors and warnings without the folder.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "pki/kit.hpp"
#include "tests/catch.hpp"
#include "tests/pki/support.hpp"

namespace support {

class KitCopy {
 public:
  KitCopy() {
    std::filesystem::copy(minted().folder.path(), folder_.path(),
                          std::filesystem::copy_options::recursive);
    json = base::Json::parse(read(folder_ / "kit.json"));
  }
  base::Result<pki::Kit> load(base::EpochSeconds when = now,
                              const pki::Passphrase& passphrase = {}) {
    folder_.put("kit.json", json.dump());
    return pki::load_kit(folder_.path(), passphrase, when);
  }
  // The error's line, without the folder.
  std::string error(base::Trouble kind = base::Trouble::bad_data) {
    const auto kit = load();
    if (kit) return "no error";
    CHECK(kit.error().kind == kind);
    return base::replace_all(line_of(kit), folder_.path().string() + "/", "");
  }
  std::vector<std::string> warnings(base::EpochSeconds when = now) {
    auto out = must(load(when)).warnings;
    for (auto& line : out) line = base::replace_all(line, folder_.path().string() + "/", "");
    return out;
  }
  // The entry of a kind.
  base::Json& entry(const std::string& label) {
    for (auto& candidate : json["credentials"])
      if (candidate["label"] == label) return candidate;
    throw std::runtime_error("no " + label);
  }
  [[nodiscard]] Folder& folder() { return folder_; }

  base::Json json;

 private:
  Folder folder_;
};

inline bool has_line(const std::vector<std::string>& lines, const std::string& text) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

}  // namespace support
