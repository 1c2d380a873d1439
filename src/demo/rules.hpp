// SPDX-License-Identifier: Apache-2.0
// The rules of a GP Connect 1.x provider, applied to one request. Pure: no socket, no clock of its
// own, so that each rule and each fault can be tested alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "demo/messages.hpp"

namespace demo {

// The practice that is served, as target.json describes it.
struct Practice {
  std::string ods_code = "Z90001";
  std::string asid = "200000000116";
  std::string nhs_number = "9434765919";   // synthetic: the example number of the NHS Data Dictionary
  std::string authority;                   // 127.0.0.1:PORT
  std::string service = "gp-connect";      // which edition is served
  // A second practice on the same host, with an ASID of its own and no records.
  std::string other_ods_code = "Z90003";
  std::string other_asid = "200000000333";
};

// What differs between the editions of the specification.
struct Edition {
  std::string service;
  std::string version;                     // in the service root: STU3/1
  std::vector<std::string> claims;         // all of them mandatory
  std::string audience;                    // of every token; "" is the service root
  bool requested_record = false;           // the claim there is in 0.x and is not in 1.x
  bool ids_everywhere = false;             // device and organisation need an id as well
  bool name_is_list = true;                // of the practitioner
  std::vector<std::string> organization_systems;
  std::vector<std::string> practitioner_systems;
  std::size_t usual_identifiers = 0;       // of a practitioner with role profile and local id
  std::string media_type;
  std::string error_profile;
  std::string error_system;
};

// One operation the provider offers.
struct Endpoint {
  std::string root;          // "", structured, documents
  std::string method;
  std::string path;          // below the service root; {id} stands for one segment
  std::string interaction;   // URN
  std::string scope_class;   // patient or organization
  std::string area;          // row of the scope table; "" for metadata
};

const Edition& edition_of(const Practice& practice);
const std::vector<Endpoint>& endpoints(const Practice& practice);
// The path of a service root: "" foundations and appointments, structured, documents.
std::string root_path(const Practice& practice, const std::string& root);
// The endpoint a path leads to, whatever the method; null when there is none.
const Endpoint* find_endpoint(const Practice& practice, const Arrived& arrived, const Faults& faults);

// The first rule that the request breaks, in the order of the demonstrator; nothing when it is good.
std::optional<Refusal> refusal(const Arrived& arrived, const Practice& practice, const Faults& faults,
                               base::EpochSeconds now);

}  // namespace demo
