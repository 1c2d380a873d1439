// SPDX-License-Identifier: Apache-2.0
// The endpoint under test and its facts: probity-formats(5), TARGET FILE. Loading is profile/target_file.cpp.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/exchange.hpp"

namespace model {

// An entry of `interactions`: replaces the built-in one of the same name, or adds one.
struct OwnInteraction {
  std::string name;
  std::string method;
  std::string path;
  std::string body;
};

struct About {
  std::string supplier, product, version, environment, tester, reference;
};

struct Target {
  std::string alias;
  std::string url;                      // service root, no trailing slash
  std::map<std::string, std::string> bases;  // "structured", "documents" -> service root
  std::string via_ssp;                  // URL prefix; empty = direct
  std::string plain_url;
  std::string server_ca;                // file; empty = the server certificate is not verified
  std::string server_name;              // SNI and the name verified; empty = the host
  std::string kit;                      // folder
  std::string client_cert, client_key, client_p12, passphrase_file;
  std::string authorisation;
  std::optional<bool> scope_enforced;
  std::vector<OwnInteraction> interactions;
  About about;
  // Everything else, by its dotted name: "asid.to", "patient.nhs_number", "slot.start".
  std::map<std::string, std::string> facts;
};

// The names `facts` may hold, with what each unlocks; strict loading and placeholders use it.
struct TargetFact {
  std::string_view name;
  std::string_view unlocks;
};
const std::vector<TargetFact>& target_facts();

// Splits a service root into origin and path; nothing when it is no http(s) URL with a host.
struct Url {
  Origin origin;
  std::string path;   // "" or begins with /
};
std::optional<Url> parse_url(std::string_view text);

// The numbers of the target file that must never show in evidence.
std::set<std::string> numbers_to_mask(const Target& target);

}  // namespace model
