// SPDX-License-Identifier: Apache-2.0
// What happened, as data, without opinion. Judging is a pure function of observations, so that a
// run can be judged again without touching the target (src/README.md, idea 3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/credential.hpp"
#include "model/exchange.hpp"

namespace model {

enum class Outcome {
  answered,     // an HTTP status, or a ServerHello
  refused,      // a fatal TLS alert from the target
  closed,       // the target closed or reset the connection instead of answering
  timed_out,    // sent, and no answer in time
  unreachable,  // no TCP connection
  not_sent,     // our own side could not send it, or would not
};

enum class Side { none, target, ours };
enum class Layer { none, tcp, tls, http };

// What a server says between its ServerHello and ServerHelloDone, and beside the suite.
struct FlightSeen {
  bool complete = false;                          // ServerHelloDone came
  std::vector<std::uint16_t> extensions;          // of the ServerHello
  bool compressed = false;                        // it chose to compress
  bool session_id = false;                        // it gave the session a name
  std::uint16_t group = 0;                        // of the key exchange, or of a HelloRetryRequest
  int dh_bits = 0;                                // finite field: size of the prime
  std::string dh_prime;                           // and its SHA-256
  std::uint16_t signature = 0;                    // scheme of the key exchange's signature
  int certificates = 0;                           // in its chain
  bool stapled = false;                           // a certificate status came
  std::string warning;                            // alert of the level warning that came before the ServerHello
  std::vector<std::uint8_t> certificate_types;    // of the CertificateRequest
  std::vector<std::uint16_t> signatures;          // it takes of clients

  friend bool operator==(const FlightSeen&, const FlightSeen&) = default;
};

// What became of a session that was to be resumed.
enum class Session {
  none,      // nothing was to be resumed
  withheld,  // the target gave no session to resume
  offered,   // offered, and the target made a full handshake instead
  resumed,
};

// What became of a client's wish to renegotiate (RFC 5246 7.4.1.1).
enum class Renegotiation {
  none,      // there was no such wish
  refused,   // by the alert no_renegotiation, or another one
  closed,    // the target closed the connection over it
  ignored,   // nothing came in time
  begun,     // the target answered with a ServerHello
};

// What a server did about the sequel of a hello, or about a record made by hand. Of what came no octet
// is kept, for it may be somebody's memory: only what kind of records, and how long.
struct SequelSeen {
  enum class End { silent, closed, alert, answered };
  End end = End::silent;                          // answered: by application data
  std::string alert;                              // fatal or a warning, whichever came last
  std::vector<std::string> records;               // "heartbeat 4219", as many as are worth it

  friend bool operator==(const SequelSeen&, const SequelSeen&) = default;
};

// What the TLS message callback and the socket told; never guessed from libcurl's error code.
struct TlsSeen {
  std::optional<TlsVersion> version;        // as negotiated
  std::uint32_t suite = 0;
  std::vector<std::uint32_t> ssl2_kinds;    // all that an SSLv2 SERVER-HELLO lists
  bool complete = false;                    // our side finished its handshake
  bool certificate_requested = false;
  bool certificate_left = false;            // a Certificate message left, even an empty one
  std::string leaf_sent;                    // SHA-256 of the leaf that left; empty when none did
  bool verify_sent = false;                 // CertificateVerify left: possession was proved
  std::vector<std::string> ca_names;        // of the CertificateRequest, as are the next two
  std::vector<std::string> key_types;       // TLS 1.2 and before
  std::vector<std::string> signature_algorithms;
  Session session = Session::none;
  Renegotiation renegotiation = Renegotiation::none;
  std::optional<SequelSeen> sequel;         // absent: there was none, or it never left
  int beyond = 0;                           // octets of the target's own that came back behind those sent
  std::optional<CertificateFacts> server;   // the target's certificate
  std::optional<FlightSeen> flight;         // answers to raw hellos only
  std::vector<CertificateFacts> issuers;    // what it sent after that one; handshakes only
  std::vector<std::string> stapled;         // "OCSP response", "SCT"; handshakes only

  friend bool operator==(const TlsSeen&, const TlsSeen&) = default;
};

// The detail of a kept connection on which more lay than was asked for.
inline constexpr std::string_view unasked_answer = "an answer nobody had asked for lay on the kept connection";

// What a judgement needs to know of a pointer (an NRL DocumentReference).
struct PointerSeen {
  std::string id;           // logical id
  std::string version;      // meta.versionId
  std::string status;
  std::string identifier;   // masterIdentifier.value
  std::string custodian;    // ODS code at the end of custodian.reference

  friend bool operator==(const PointerSeen&, const PointerSeen&) = default;
};

struct Observation {
  std::string id;                       // names the question, not the time: token.rejects-expired-1
  Exchange exchange;
  std::string trace_id;                 // last group of the trace id that left; the rest is the run id's
  Outcome outcome = Outcome::not_sent;
  Side side = Side::none;               // who ended it
  Layer layer = Layer::none;            // where
  std::string alert;                    // name of the fatal alert, whoever sent it
  int status = 0;                       // HTTP; 0 when none came
  std::vector<Header> headers;          // of the answer, redacted, without Date
  // Location as it came, where `headers` has it redacted: a UUID may hold what looks like a patient's
  // number. Never written; what a run created is found by it.
  std::string location;
  std::string body_digest;              // SHA-256 of the body as received
  std::size_t body_bytes = 0;
  bool truncated = false;               // we stopped reading, or the target did not finish
  std::string excerpt;                  // redacted, printable
  std::string resource_type;            // FHIR resourceType of the body, or ""
  std::vector<std::string> issue_codes; // Spine codes of an OperationOutcome
  std::vector<std::string> outcome_lacks; // what an OperationOutcome lacks of the specified shape
  std::string stable_digest;            // SHA-256 of the JSON without what changes from answer to answer
  std::optional<std::int64_t> total;    // of a Bundle, as it says
  std::int64_t listed = 0;              // entries of a Bundle
  bool more_pages = false;              // a Bundle that has a link "next"
  std::int64_t unnamed = 0;             // entries of a Bundle of which nothing says whose they are
  std::vector<PointerSeen> pointers;    // a DocumentReference, or those of a Bundle that probity made
  bool made_by_gateway = false;         // an SSP or another intermediary wrote the body
  std::string detail;                   // one line for people
  bool reused_connection = false;       // not written: it depends on what else was in flight
  bool believed = true;                 // false: a refusal while known-good hellos went unanswered
  std::int64_t clock_offset = 0;        // target's Date minus our clock, seconds; 0 without a Date
  TlsSeen tls;
  std::int64_t ms = 0;
};

template <>
struct Words<Outcome> {
  static constexpr std::pair<Outcome, std::string_view> table[] = {
      {Outcome::answered, "answered"},   {Outcome::refused, "refused"},
      {Outcome::closed, "closed"},       {Outcome::timed_out, "timed_out"},
      {Outcome::unreachable, "unreachable"}, {Outcome::not_sent, "not_sent"}};
};
template <>
struct Words<Session> {
  static constexpr std::pair<Session, std::string_view> table[] = {
      {Session::none, ""}, {Session::withheld, "withheld"}, {Session::offered, "offered"}, {Session::resumed, "resumed"}};
};
template <>
struct Words<Renegotiation> {
  static constexpr std::pair<Renegotiation, std::string_view> table[] = {{Renegotiation::none, ""},
                                                                         {Renegotiation::refused, "refused"},
                                                                         {Renegotiation::closed, "closed"},
                                                                         {Renegotiation::ignored, "ignored"},
                                                                         {Renegotiation::begun, "begun"}};
};
template <>
struct Words<SequelSeen::End> {
  using E = SequelSeen::End;
  static constexpr std::pair<E, std::string_view> table[] = {
      {E::silent, "silent"}, {E::closed, "closed"}, {E::alert, "alert"}, {E::answered, "answered"}};
};
template <>
struct Words<Side> {
  static constexpr std::pair<Side, std::string_view> table[] = {
      {Side::none, ""}, {Side::target, "target"}, {Side::ours, "ours"}};
};
template <>
struct Words<Layer> {
  static constexpr std::pair<Layer, std::string_view> table[] = {
      {Layer::none, ""}, {Layer::tcp, "tcp"}, {Layer::tls, "tls"}, {Layer::http, "http"}};
};

// The detail of an answer that is a Bundle without entries.
inline constexpr std::string_view found_nothing = "an empty Bundle: the search found nothing";

// "HTTP 400 OperationOutcome BAD_REQUEST", "refused with the alert unknown_ca", "closed without an answer".
std::string in_words(const Observation& observation);

// "the alert bad_record_mac", "closed", "silence".
std::string in_words(const SequelSeen& sequel);

// The first value of a header of the answer; nothing when it was not sent.
std::optional<std::string> header_value(const Observation& observation, std::string_view name);

// Whether every Cache-Control of the answer, merged, holds the directive no-store (RFC 9111 5.2).
bool has_no_store(const Observation& observation);

}  // namespace model
