// SPDX-License-Identifier: Apache-2.0
// A clause of a specification. Ids are contracts: reports, waivers and CI history key on them.
#pragma once

#include <string>
#include <vector>

#include "model/verdict.hpp"

namespace model {

struct Requirement {
  std::string id;         // GPC-TLS-1
  std::string spec;       // gp-connect-security
  Level level = Level::must;
  bool derived = false;   // not in the source's words, but following from them
  std::string derivation; // why, when derived
  std::string title;      // a few words
  std::string text;       // our paraphrase
  std::string quote;      // a short quotation of the source; may be empty
  std::string section;    // heading in the source
  std::string condition;  // requirement id that must be chosen first (GPC-CON-9), or ""
  std::string half;       // what a report on one side did not examine, or ""
  bool manual = false;    // "not examined by this tool"; never counted in coverage
};

struct Specification {
  std::string id;
  std::string title;
  std::string publisher;
  std::string source;   // where a reader can check us
  std::string licence;
  std::string read_on;  // the day the source was read
  std::vector<Requirement> requirements;
};

}  // namespace model
