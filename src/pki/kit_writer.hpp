// SPDX-License-Identifier: Apache-2.0
// The files of a kit being made, held in memory until all of them are known.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace pki {

class KitWriter {
 public:
  // A file by its name in the folder; a name given again is the same file and is kept as it is.
  // Returns the name.
  std::string add(const std::string& name, std::string content);
  // The same, for the owner's eyes only (0600).
  std::string add_private(const std::string& name, std::string content);

  // Writes everything, kit.json last, so that a folder with a kit.json is whole. Fails with
  // cannot_create when a file is there and `force` is not given, before anything is written.
  [[nodiscard]] base::Status write(const std::filesystem::path& folder, const base::Json& kit,
                                   bool force) const;

  // The names in the order written, kit.json last.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  struct File {
    std::string name;
    std::string content;
    bool secret = false;
  };
  std::string keep(File file);

  std::vector<File> files_;
};

}  // namespace pki
