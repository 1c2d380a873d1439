// SPDX-License-Identifier: Apache-2.0
// The TLS survey without I/O: which hellos each answer leads to, and what the answers mean. Likely
// suites go alone or nearly so, everything else in groups that a sound server refuses whole; only
// groups that answer are taken apart. The order of a version's suites is asked for when all of them
// are decided or nearly so, its groups and what else a handshake shows as soon as a suite is found for it.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "model/exchange.hpp"
#include "model/observation.hpp"
#include "model/tls_facts.hpp"

namespace probes {

struct SurveyPlan {
  model::Origin origin;
  std::string server_name;
  std::vector<std::uint32_t> listed;   // the suites the profile allows at TLS 1.2, the preferred first
  model::SurveyMode mode = model::SurveyMode::quick;
  // Hellos that may be in flight: with many, suites are asked for in parallel; with few, one after
  // another in fewer hellos.
  int width = 8;
  std::string credential = {};   // shown in completed handshakes; "" shows none
};

// From this width on, questions that may turn out needless are asked rather than a round trip spent.
inline constexpr int spacious = 32;

// Old servers fail on hellos of 128 suites and more, as other scanners have met.
inline constexpr std::size_t most_suites_in_hello = 120;

// Observations of known-good hellos have ids that begin so.
inline constexpr const char* known_good_prefix = "known-good";

bool is_known_good(const model::Observation& seen);

// Hellos that any living TLS server should accept one of, the likeliest first.
std::vector<model::HelloExchange> known_good_hellos(const SurveyPlan& plan);

// What a survey begins with.
std::vector<model::HelloExchange> first_hellos(const SurveyPlan& plan);

// A survey under way: each answer brings the hellos that it leads to, whatever else is still open.
class Enquiry {
 public:
  // `plan` must outlive this.
  explicit Enquiry(const SurveyPlan& plan) : plan_(plan) {}

  std::vector<model::HelloExchange> first();
  // The last answer to a hello handed out here: what must be asked next to decide its suites.
  std::vector<model::HelloExchange> take(const model::Observation& seen);
  // What may be asked beside that: the order of versions in which nothing is open, features.
  std::vector<model::HelloExchange> more(std::span<const model::Observation> seen);
  // For a target that counts connections: takes a hello back that got no answer, if it asks about
  // undecided suites; and hands out fewer, with larger groups, in place of those taken back.
  bool takes_back(const model::HelloExchange& hello);
  std::vector<model::HelloExchange> merged();

 private:
  // A hello about suites without its last answer.
  struct Open {
    std::size_t suites = 0;
    bool for_order = false;     // all its suites are known to be accepted
  };
  struct Version {
    std::vector<std::uint32_t> accepted;
    bool refused = false;       // by the alert protocol_version
    bool changed = false;       // since its order was last looked at
    std::map<std::string, Open> open;   // by fingerprint
    std::vector<std::uint32_t> taken_back;
    std::vector<model::Observation> odd;   // not worth more hellos while the version shows no life
  };

  std::vector<model::HelloExchange> fresh(std::vector<model::HelloExchange> hellos);
  static bool nearly_settled(const Version& version);
  bool shows_kind(std::uint32_t suite);
  std::vector<std::vector<std::uint32_t>> taken_apart(Version& version, const model::Observation& seen);
  bool worth_it(const Version& version, const model::HelloExchange& asked);
  const std::vector<std::vector<std::uint32_t>>& groups(model::TlsVersion version);

  const SurveyPlan& plan_;
  std::map<model::TlsVersion, Version> versions_;
  std::map<model::TlsVersion, std::vector<std::vector<std::uint32_t>>> groups_;
  std::set<std::string> asked_;      // fingerprints: nothing is asked twice
  std::set<std::string> first_;      // those of first() without their last answer
  std::set<std::string> kinds_;      // key exchanges and key types found at TLS 1.2
  int features_open_ = 0;
  bool features_due_ = false;
  bool sparing_ = false;             // connections rather than rounds
};

// Full handshakes, without a certificate, that show whether sessions are resumed and whether a client
// may renegotiate. Two connections where one is resumed.
std::vector<model::HandshakeExchange> session_handshakes(const SurveyPlan& plan);

// Whether the answer accepts what was offered: version and suite both from the hello.
bool accepts_hello(const model::Observation& seen);
// Whether it decides nothing: silence, no connection, no TLS, a suite nobody offered.
bool undecided(const model::Observation& seen);
// Whether nothing came at all: no connection, no answer in time, or it never left.
bool silent(const model::Observation& seen);

model::TlsFacts tls_facts(std::span<const model::Observation> observations);

}  // namespace probes
