// SPDX-License-Identifier: Apache-2.0
// Everything a run has to say: the one value every report format is rendered from, and what
// result.json holds (probity-formats(5), RESULT).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "model/check.hpp"
#include "model/credential.hpp"
#include "model/observation.hpp"
#include "model/requirement.hpp"
#include "model/target.hpp"
#include "model/tls_facts.hpp"

namespace model {

// A judged check.
struct Finding {
  Check check;
  Verdict verdict = Verdict::inconclusive;
  Cause cause = Cause::none;
  std::string expected;
  std::string observed;
  std::string because;
  Layer layer = Layer::none;
  std::string method;                       // how its probe tests
  std::string control;                      // control id, or ""
  std::optional<bool> control_before;       // accepted?
  std::optional<bool> control_after;
  std::vector<std::string> observations;    // the telling ones first
  std::vector<std::string> reproduce;
  bool red = false;                         // makes the exit code non-zero (probity-judging(7), EXIT CODES)
  std::int64_t ms = 0;
};

struct RequirementResult {
  Requirement requirement;
  RequirementVerdict verdict = RequirementVerdict::not_tested;
  int warnings = 0;
  std::vector<std::string> checks;
};

struct Summary {
  int pass = 0, fail = 0, warn = 0, inconclusive = 0, skipped = 0, waived = 0;
};

// MUST requirements by what became of them; the EXT rows are not MUST and never counted.
struct Coverage {
  int met = 0, partly = 0, not_tested = 0, not_applicable = 0;
  int not_met = 0, undetermined = 0, waived = 0;
};

struct CredentialResult {
  std::string label;
  CredentialKind kind = CredentialKind::valid;
  Layer layer = Layer::none;
  Outcome outcome = Outcome::not_sent;
  std::string alert;
  int status = 0;
  std::optional<CertificateFacts> certificate;   // the leaf that was presented
};

struct ClientAuthFacts {
  bool requested = false;
  std::optional<bool> required;         // in the handshake; unknown until a client without one was tried
  std::vector<std::string> ca_names;
  std::vector<std::string> key_types = {};        // TLS 1.2 and before
  std::vector<std::string> signature_algorithms = {};
};

struct Facts {
  std::optional<TlsFacts> tls;
  std::optional<CertificateFacts> certificate;
  std::vector<CertificateFacts> issuers;          // what it sent after that one
  std::vector<std::string> stapled;
  std::optional<ClientAuthFacts> client_auth;
  std::string server_verification;      // "verified against ca.pem", "not verified"
  std::optional<std::int64_t> clock_offset;
};

struct ToolInfo {
  std::string name = "probity";
  std::string version;
  std::string openssl;
  std::string curl;
};

// An effective option that shaped what was sent: {"rate", "100 requests a second"}.
struct Setting {
  std::string name;
  std::string value;
};

struct RunInfo {
  std::string id;                       // a UUID; trace ids share its first four groups
  base::EpochSeconds started = 0;
  base::EpochSeconds finished = 0;
  bool complete = false;
  std::vector<std::string> argv;
  Exit exit = Exit::internal;
  std::string authorisation;
  std::vector<std::string> notes;       // lines for people: own certificate expires soon, clock differs
  std::vector<Setting> settings;        // jobs, rate, timeouts, evidence level
};

struct ProfileInfo {
  std::string id, title, version, digest;
  std::vector<std::string> lineage;     // what it extends, nearest first
  std::vector<std::string> specs;
  base::Json parameters = base::Json::object();
};

struct TargetInfo {
  std::string alias, url;
  std::vector<std::string> addresses;   // the first is the one that was tested
  About about;
};

// Something a check created on the target, and what became of it.
struct Created {
  std::string identifier;   // urn:uuid:...
  std::string location;     // as the target said; "" when it said none
  std::string check;
  std::string owner;        // whose it is: nrl.provider_a
  std::string ods_code;
  std::string state;        // removed, never-there, left, unknown
  std::string because;      // of the last two
};

enum class WaiverState {
  applied,   // the check would fail, warn or stay open without it
  unneeded,  // the check passes: the waiver can go
  expired,   // changes nothing any more
  unused,    // names a check that this run does not have
};

template <>
struct Words<WaiverState> {
  static constexpr std::pair<WaiverState, std::string_view> table[] = {
      {WaiverState::applied, "applied"},
      {WaiverState::unneeded, "unneeded"},
      {WaiverState::expired, "expired"},
      {WaiverState::unused, "unused"}};
};

// A waiver of the waiver file and what it did to this run.
struct WaiverResult {
  std::string check;                    // id it names
  WaiverState state = WaiverState::unused;
  Verdict was = Verdict::inconclusive;  // the check's verdict without it
  std::string reason, owner, reference;
  std::string granted, expires;         // days, 2027-01-31; it holds to the end of that day, UTC
};

struct Report {
  ToolInfo tool;
  RunInfo run;
  ProfileInfo profile;
  TargetInfo target;
  RunVerdict verdict = RunVerdict::nothing_run;
  std::string sentence;
  Summary summary;
  Coverage coverage;
  std::vector<Specification> specs;               // for the texts of the HTML report
  std::vector<RequirementResult> requirements;
  std::vector<Finding> findings;
  std::vector<Observation> observations;
  std::vector<CredentialResult> credentials;
  std::vector<WaiverResult> waivers;
  std::vector<Created> created;                   // by state-changing checks, in order
  std::string journal;                            // the file that holds them, while something may be left
  Facts facts;
  std::optional<base::Error> preflight;           // the one red case when nothing could run
  std::string blocked_by;                         // what stopped the HTTP checks or all of them, or ""
  bool blocked_red = false;                       // and that makes the exit code non-zero
  int requests_sent = 0;
  int connections_opened = 0;
};

const Observation* find_observation(const Report& report, std::string_view id);
const Finding* find_finding(const Report& report, std::string_view check);

}  // namespace model
