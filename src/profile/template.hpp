// SPDX-License-Identifier: Apache-2.0
// `for` matrices: one row of a suite file written once and expanded into many checks, and
// {parameter:x} replaced by the profile's value.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/strict_json.hpp"

namespace profile {

using Bindings = std::map<std::string, base::Json>;

// The rows of a `for` value. An array lists them: objects bind their keys. An object is a product:
// each key holds an array of scalars (binding the key) or of objects (binding their own keys); the
// last key varies fastest.
std::vector<Bindings> matrix_rows(const base::Json& matrix, const std::string& pointer,
                                  base::Problems& problems);

// Replaces {name} by its binding, {name|slug} by it in lower case with dashes, everywhere in the
// value; a string that is one placeholder and nothing else becomes the bound value itself, so that
// lists and numbers survive. {parameter:name} looks among `parameters`; unknown ones are problems.
base::Json expanded(const base::Json& value, const Bindings& row,
                    const std::map<std::string, base::Json>& parameters, const std::string& pointer,
                    base::Problems& problems);

}  // namespace profile
