// SPDX-License-Identifier: Apache-2.0
// A profile after `extends`, includes and excludes are resolved: which requirements, which checks,
// with which parameters. Loading is profile/.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "model/check.hpp"
#include "model/exchange.hpp"
#include "model/requirement.hpp"

namespace model {

// One operation of the interface under test, in one edition of its specification.
struct Interaction {
  std::string alias;                  // patient-search; what checks say
  std::string id;                     // the whole URN sent as Ssp-InteractionID
  std::string base;                   // "" or the service root it belongs to: structured, documents
  std::string method = "GET";
  std::string path;                   // relative to the service root, with {placeholders}
  std::string body;
  std::string scope;                  // requested_scope of a good token
  base::Json claims;                  // of its own, in the place of or besides the profile's
  std::string resource;               // resourceType of a good answer
  std::string area;                   // Patient, Organization...: the row of the scope table
  std::vector<std::string> needs;     // target facts
  // Who asks, as a group of target facts (nrl.consumer): {as.asid} is its asid, its credential is the
  // one presented. "" is the one client there is.
  std::string as;
  bool writes = false;                // changes the target; some POSTs do not ($gpc.getcarerecord)
  bool of_target = false;             // an entry of the target file: what it does is the user's word only
};

struct Profile {
  std::string id;
  std::string title;
  std::string version;
  std::string about;
  std::vector<std::string> lineage;          // what it extends, nearest first
  std::string digest;                        // SHA-256 of the resolved profile
  std::vector<Specification> specs;
  std::map<std::string, base::Json> parameters;
  std::string interaction_prefix;            // what short interaction names begin with on the wire
  std::vector<Interaction> interactions;
  std::vector<Header> headers;               // of a good request, with {placeholders}
  base::Json token_claims;                   // of a good request, without iat and exp
  std::map<std::string, base::Json> role_claims;  // those of who asks, besides: by Interaction::as
  std::map<std::string, std::string> defaults;  // target facts assumed when the target file is silent
  std::string base_control;                  // alias of the interaction every HTTP check leans on
  std::vector<Check> checks;                 // in the order of suites, then of their files

  [[nodiscard]] const Requirement* requirement(std::string_view id) const;
  [[nodiscard]] const Interaction* interaction(std::string_view alias) const;
  [[nodiscard]] std::string text_parameter(const std::string& name, std::string otherwise = {}) const;
};

}  // namespace model
