// SPDX-License-Identifier: Apache-2.0
// Asking for a passphrase at the terminal, when there is a person at one.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "pki/passphrase.hpp"

namespace cli {

// The line typed at the controlling terminal, unseen; absent when there is no terminal, or when the
// person gave up (Ctrl-C, Ctrl-D).
pki::Passphrase ask_passphrase(const std::string& question);

// Does `load` with the passphrase given; when that fails for want of one, asks and tries once more.
template <class T>
base::Result<T> with_passphrase(const pki::Passphrase& given, const std::function<base::Result<T>(const pki::Passphrase&)>& load) {
  auto loaded = load(given);
  if (loaded || given.present() || loaded.error().kind != base::Trouble::not_authorised) return loaded;
  const auto typed = ask_passphrase("Passphrase for " + loaded.error().where + ": ");
  return typed.present() ? load(typed) : std::move(loaded);
}

}  // namespace cli
