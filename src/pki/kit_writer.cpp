// SPDX-License-Identifier: Apache-2.0
#include "pki/kit_writer.hpp"

#include <algorithm>

#include "base/files.hpp"
#include "pki/kit_file.hpp"

namespace pki {

std::string KitWriter::keep(File file) {
  const auto same = [&](const File& other) { return other.name == file.name; };
  std::string name = file.name;
  if (std::none_of(files_.begin(), files_.end(), same)) files_.push_back(std::move(file));
  return name;
}

std::string KitWriter::add(const std::string& name, std::string content) {
  return keep({name, std::move(content), false});
}

std::string KitWriter::add_private(const std::string& name, std::string content) {
  return keep({name, std::move(content), true});
}

std::vector<std::string> KitWriter::names() const {
  std::vector<std::string> out;
  for (const auto& file : files_) out.push_back(file.name);
  out.emplace_back(kit_file_name);
  return out;
}

base::Status KitWriter::write(const std::filesystem::path& folder, const base::Json& kit,
                              bool force) const {
  auto all = names();
  std::rotate(all.begin(), all.end() - 1, all.end());  // kit.json names the trouble best
  for (const auto& name : all) {
    std::error_code ignored;
    if (!force && std::filesystem::exists(folder / name, ignored))
      return base::Error{base::Trouble::cannot_create, "is there already", (folder / name).string(),
                         "--force overwrites it; or name another folder"};
  }
  if (auto made = base::make_folder(folder); !made) return made;
  // An older kit.json goes first: it would vouch for files of two kits if we were stopped half-way.
  std::error_code ignored;
  std::filesystem::remove(folder / kit_file_name, ignored);
  for (const auto& file : files_) {
    const auto access = file.secret ? base::Access::owner_only : base::Access::everyone;
    if (auto written = base::write_file(folder / file.name, file.content, access); !written)
      return written;
  }
  return base::write_file(folder / kit_file_name, kit.dump(2) + "\n");
}

}  // namespace pki
