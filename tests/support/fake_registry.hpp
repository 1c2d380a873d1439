// SPDX-License-Identifier: Apache-2.0
// A registry of pointers in memory, as answers to requests: sound unless a test makes it otherwise.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "model/exchange.hpp"
#include "model/observation.hpp"

namespace support {

class FakeRegistry {
 public:
  using Observation = model::Observation;

  std::map<std::string, std::string> ods = {{"200000000117", "AMS01"}, {"200000000118", "MHT01"}, {"200000000121", "1XR"}};
  std::set<std::string> readers = {"200000000117"};
  std::set<std::string> faults;   // takes-DELETE, refuses-own-DELETE, half-DELETE... : WHAT-METHOD, and the words below
  std::vector<model::PointerSeen> pointers;
  int writes = 0;                 // requests that are no GET
  std::size_t strangers = 0;      // pointers of others that a search lists besides
  int search_lag = 0;             // searches that do not list a new pointer yet
  int read_lag = 0;               // reads that show a pointer as it was before it was changed

  Observation answer(const model::HttpExchange& http) {
    asid_ = header(http, "fromASID");
    const bool reads = http.method == "GET";
    if (!reads) ++writes;
    if (!ods.contains(asid_) || header(http, "toASID").empty()) return error(400, "MISSING_OR_INVALID_HEADER");
    if (readers.contains(asid_) != reads && !has("ungranted-" + http.method)) return error(403, "ACCESS_DENIED");
    if (has("refuses-" + http.method)) return error(500, "INTERNAL_SERVER_ERROR");
    if (reads) {
      ++reads_;
      return read(http);
    }
    return http.method == "POST" ? create(base::Json::parse(http.body)) : change(http);
  }

 private:
  [[nodiscard]] bool has(const std::string& fault) const { return faults.contains(fault); }

  static std::string header(const model::HttpExchange& http, const std::string& name) {
    for (const auto& header : http.headers)
      if (header.name == name) return header.value;
    return "";
  }

  static Observation answered(int status, std::string resource) {
    Observation seen;
    seen.outcome = model::Outcome::answered;
    seen.side = model::Side::target;
    seen.layer = model::Layer::http;
    seen.status = status;
    seen.resource_type = std::move(resource);
    return seen;
  }
  static Observation error(int status, std::string code) {
    Observation seen = answered(status, "OperationOutcome");
    seen.issue_codes = {std::move(code)};
    return seen;
  }

  static std::string after(const std::string& text, const std::string& mark) {
    const auto at = text.find(mark);
    return at == std::string::npos ? "" : text.substr(at + mark.size(), text.find('&', at) - at - mark.size());
  }

  std::vector<model::PointerSeen>::iterator named(const std::string& path) {
    std::string id = after(path, "DocumentReference/");
    if (id.empty()) id = after(path, "_id=");
    const std::string identifier = base::replace_all(after(path, "%7C"), "%3A", ":");
    return std::find_if(pointers.begin(), pointers.end(), [&](const auto& pointer) {
      return id.empty() ? pointer.identifier == identifier : pointer.id == id;
    });
  }

  Observation read(const model::HttpExchange& http) {
    if (http.path.find('?') != std::string::npos) {
      Observation seen = answered(200, "Bundle");
      const std::string custodian = after(http.path, "Organization%2F");
      for (const auto& pointer : pointers)
        if (pointer.status == "current" && (custodian.empty() || pointer.custodian == custodian) && ++searched_[pointer.id] > search_lag)
          seen.pointers.push_back(pointer);
      seen.total = static_cast<std::int64_t>(seen.pointers.size() + strangers);
      seen.listed = *seen.total;
      if (has("pages")) {
        seen.total.reset();
        seen.more_pages = true;
        seen.pointers.resize(std::min<std::size_t>(seen.pointers.size(), 1));
        seen.listed = 1;
      }
      if (has("long-search")) {
        seen = answered(200, "");
        seen.truncated = true;
      }
      return seen;
    }
    const auto at = named(http.path);
    if (at == pointers.end()) return error(404, "NO_RECORD_FOUND");
    if (has("hides-from-readers")) return error(403, "ACCESS_DENIED");
    if (has("second-read-misses") && ++read_[at->id] == 2) return error(404, "NO_RECORD_FOUND");
    Observation seen = answered(200, "DocumentReference");
    seen.pointers = {*at};
    if (const auto old = before_.find(at->id); old != before_.end() && reads_ <= old->second.second) {
      seen.pointers = {old->second.first};
    } else if (at->status != "current" && has("shows-current-only")) {
      return error(400, "BAD_REQUEST");
    }
    return seen;
  }

  Observation create(const base::Json& body) {
    model::PointerSeen made;
    made.identifier = body["masterIdentifier"]["value"];
    made.custodian = base::split(body["custodian"]["reference"].get<std::string>(), '/').back();
    made.status = "current";
    made.version = "1";
    made.id = "id-" + base::replace_all(made.identifier, ":", "-");
    const bool supersedes = body.contains("relatesTo");
    const std::string what = supersedes ? "SUPERSEDE" : "POST";
    const bool own_name = made.custodian == ods[asid_] || has("takes-POST");
    auto old = pointers.end();
    if (supersedes) {
      const base::Json& target = body["relatesTo"][0]["target"];
      old = std::find_if(pointers.begin(), pointers.end(), [&](const auto& pointer) {
        if (target.contains("reference")) return target["reference"].get<std::string>().ends_with("/" + pointer.id);
        return target["identifier"]["value"] == pointer.identifier;
      });
      if (old == pointers.end()) return error(400, "INVALID_RESOURCE");
      if (has("refuses-own-SUPERSEDE")) return error(400, "INVALID_RESOURCE");
    }
    if (has("gives-another's") && !supersedes) made.custodian = "1XR";
    const bool own_old = !supersedes || old->custodian == ods[asid_];
    const bool refused = !own_name || (!own_old && !has("takes-SUPERSEDE"));
    if (refused && !has("half-" + what)) return error(400, "INVALID_RESOURCE");
    if (supersedes && !refused) become(*old, "superseded");
    const std::string first = pointers.empty() ? "nowhere" : pointers.front().id;
    pointers.push_back(made);
    if (has("loses-answers")) {
      Observation lost;
      lost.outcome = model::Outcome::closed;
      return lost;
    }
    if (refused) return error(400, "INVALID_RESOURCE");
    Observation seen = error(201, "RESOURCE_CREATED");
    std::string place = has("gives-wrong-location") ? "nowhere" : made.id;
    if (has("gives-foreign-location")) place = first;
    if (has("gives-format-in-location")) place += "?_format=json";
    seen.headers = {{"Location", "https://registry.example/STU3/DocumentReference/" + place}};
    return seen;
  }

  Observation change(const model::HttpExchange& http) {
    if (has("refuses-identifiers") && http.path.find("identifier=") != std::string::npos) return error(400, "INVALID_PARAMETER");
    const bool by_identifier = http.path.find("identifier=") != std::string::npos;
    if (by_identifier && has("knows-no-conditions")) return answered(404, "");
    const auto at = named(http.path);
    if (at == pointers.end()) return http.method == "DELETE" && has("deletes-anything") ? answered(204, "") : error(404, "NO_RECORD_FOUND");
    const bool own = at->custodian == ods[asid_];
    if (http.method == "DELETE" && own && at->status != "current" && has("deletes-current-only")) return error(400, "BAD_REQUEST");
    const bool takes = own ? !has("refuses-own-" + http.method) : has("takes-" + http.method) || (by_identifier && has("takes-by-identifier"));
    if (!takes && !(!own && has("half-" + http.method))) return error(400, "INVALID_RESOURCE");
    if (http.method == "DELETE") {
      pointers.erase(at);
    } else {
      become(*at, "entered-in-error");
    }
    return takes ? error(200, http.method == "DELETE" ? "RESOURCE_DELETED" : "RESOURCE_UPDATED") : error(400, "INVALID_RESOURCE");
  }

  void become(model::PointerSeen& pointer, const char* status) {
    before_[pointer.id] = {pointer, reads_ + read_lag};
    pointer.status = status;
    pointer.version = "2";
  }

  std::string asid_;
  std::map<std::string, int> searched_, read_;                              // how often, by id
  std::map<std::string, std::pair<model::PointerSeen, int>> before_;        // what it was, and until which read that is shown
  int reads_ = 0;
};

}  // namespace support
