// SPDX-License-Identifier: Apache-2.0
// What to send, as data: printable, comparable, free of key material. run/realise.cpp mints tokens
// and trace ids into it at the moment it is sent; wire/ sends it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.hpp"
#include "model/mutation.hpp"
#include "model/tls.hpp"

namespace model {

// Where an exchange goes. `host` is a name or a literal address (IPv6 without brackets).
struct Origin {
  bool tls = true;
  std::string host;
  std::uint16_t port = 443;

  friend bool operator==(const Origin&, const Origin&) = default;
};

std::string in_words(const Origin& origin);  // "https://host:port", port left out when it is the default

struct Header {
  std::string name;
  std::string value;

  friend bool operator==(const Header&, const Header&) = default;
};

// What is odd about a hello beside what it offers: a server should take each in its stride.
enum class Oddity {
  none,
  later_version,       // legacy_version 0x0304, and no supported_versions (RFC 5246 E.1, RFC 8446 4.2.1)
  unknown_version,     // supported_versions with one that nobody has, before those offered
  unknown_extension,   // two extensions that nobody has, one of them empty (RFC 5246 7.4.1.4)
  grease,              // reserved values among suites, extensions, groups, signatures (RFC 8701)
  medium_length,       // 300 octets: the 256 to 511 that others are padded out of (RFC 7685)
  great_length,        // 1,500 octets: more than a segment holds
};

template <>
struct Words<Oddity> {
  static constexpr std::pair<Oddity, std::string_view> table[] = {{Oddity::none, ""},
                                                                  {Oddity::later_version, "later-version"},
                                                                  {Oddity::unknown_version, "unknown-version"},
                                                                  {Oddity::unknown_extension, "unknown-extension"},
                                                                  {Oddity::grease, "grease"},
                                                                  {Oddity::medium_length, "medium-length"},
                                                                  {Oddity::great_length, "great-length"}};
};

// What is sent once ServerHelloDone has come; then the answer to that is read. Each shows a flaw without
// using it (src/README.md, Decisions).
enum class Sequel {
  none,
  heartbeat,            // a HeartbeatRequest that claims one octet more than it holds (CVE-2014-0160)
  early_cipher_change,  // ChangeCipherSpec before any key exchange, and a record after it (CVE-2014-0224)
  // ClientKeyExchange by RSA, ChangeCipherSpec and a Finished that is none (ROBOT); what it holds is
  rsa_sound,            // a premaster secret as it should be
  rsa_wrong_type,       // no block of type 2
  rsa_early_zero,       // a secret too long, its zero in the midst of the padding
  rsa_no_zero,          // no end of the padding
  rsa_wrong_version,    // another version in the secret
};

template <>
struct Words<Sequel> {
  static constexpr std::pair<Sequel, std::string_view> table[] = {{Sequel::none, ""},
                                                                  {Sequel::heartbeat, "heartbeat"},
                                                                  {Sequel::early_cipher_change, "early-cipher-change"},
                                                                  {Sequel::rsa_sound, "rsa-sound"},
                                                                  {Sequel::rsa_wrong_type, "rsa-wrong-type"},
                                                                  {Sequel::rsa_early_zero, "rsa-early-zero"},
                                                                  {Sequel::rsa_no_zero, "rsa-no-zero"},
                                                                  {Sequel::rsa_wrong_version, "rsa-wrong-version"}};
};

// One raw ClientHello and what comes back; the connection is reset after that.
struct HelloExchange {
  Origin origin;
  std::string server_name;               // SNI; empty sends none
  std::vector<TlsVersion> versions;      // offered; exactly one, but for the known-good hello
  std::vector<std::uint32_t> suites;     // in the order offered
  std::vector<std::uint16_t> groups = {};   // supported_groups in the order offered; empty: the usual ones
  // Reads on to ServerHelloDone (TLS 1.2 and below) and offers what servers may be asked for on the
  // way: DEFLATE, a stapled response, a ticket. Else the ServerHello is all that is read.
  bool whole_flight = false;
  Oddity oddity = Oddity::none;
  Sequel then = Sequel::none;            // with whole_flight only
  std::string credential = {};           // shown in a key exchange by RSA, where one is asked for; "" shows none

  friend bool operator==(const HelloExchange&, const HelloExchange&) = default;
};

// JSON that hundreds of exchanges of a run have in common: copying shares it, nothing changes it.
class SharedJson {
 public:
  SharedJson() = default;
  SharedJson(base::Json value) : value_(std::make_shared<const base::Json>(std::move(value))) {}  // NOLINT(google-explicit-constructor)

  const base::Json& operator*() const { return value_ ? *value_ : nothing(); }
  const base::Json* operator->() const { return &**this; }
  friend bool operator==(const SharedJson& a, const SharedJson& b) { return a.value_ == b.value_ || *a == *b; }

 private:
  static const base::Json& nothing() {
    static const base::Json null;
    return null;
  }
  std::shared_ptr<const base::Json> value_;
};

// A token as a recipe: the claims as they would be for a good request, and what to change. iat and
// exp are computed when it is minted: iat = now - 2, exp = iat + 300.
struct TokenRecipe {
  SharedJson claims;                  // without iat and exp
  std::vector<Mutation> mutations;    // token.* words only

  friend bool operator==(const TokenRecipe&, const TokenRecipe&) = default;
};

enum class Connection {
  pooled,  // may reuse a connection of the same credential
  fresh,   // a connection of its own, closed afterwards
};

// One HTTP/1.1 request. In header values {token} stands for the minted token, {trace-id} for a
// trace id of this run.
struct HttpExchange {
  Origin origin;
  std::string server_name;
  std::string method = "GET";
  std::string path;                     // request target in origin form, with query, as it shall leave
  std::vector<Header> headers;          // in order; Host and User-Agent included
  std::optional<TokenRecipe> token;
  std::string body;
  std::string credential;               // label in the kit; "" sends no certificate
  Connection connection = Connection::pooled;
  bool names_server = true;             // false: the ClientHello bears no SNI
  std::optional<TlsVersion> only;       // the one protocol version offered; nothing = OpenSSL's choice
  // Resumes a TLS session that the same request begins, just before, with this credential ("" = none).
  std::optional<std::string> session_of;

  friend bool operator==(const HttpExchange&, const HttpExchange&) = default;
};

// How a session is to be resumed. At TLS 1.3 all of them are tickets (RFC 8446 2.2).
enum class Resumption { none, session_id, ticket };

template <>
struct Words<Resumption> {
  static constexpr std::pair<Resumption, std::string_view> table[] = {
      {Resumption::none, ""}, {Resumption::session_id, "session-id"}, {Resumption::ticket, "ticket"}};
};

// What padding a record of ours has, in a CBC suite (RFC 5246 6.2.3.2).
enum class Padding {
  usual,     // no such record is sent
  sound,     // made by hand, as it should be
  altered,   // its octets are not what they should be; its length is, and the MAC
};

template <>
struct Words<Padding> {
  static constexpr std::pair<Padding, std::string_view> table[] = {
      {Padding::usual, ""}, {Padding::sound, "sound"}, {Padding::altered, "altered"}};
};

// A full TLS handshake that ends there: shows the server's certificate and what it asks of clients.
struct HandshakeExchange {
  Origin origin;
  std::string server_name;
  std::string credential;
  std::optional<TlsVersion> only = {};          // the one version offered; nothing = OpenSSL's choice
  Resumption resumes = Resumption::none;        // made twice: the second one resumes the first one's session
  bool renegotiates = false;                    // asks once for another handshake on the same connection
  Padding padding = Padding::usual;             // sends one request so, in a CBC suite; the answer is looked at
  bool short_session_id = false;                // resumes a ticket under a session id of 31 octets (CVE-2016-9244)

  friend bool operator==(const HandshakeExchange&, const HandshakeExchange&) = default;
};

using Exchange = std::variant<HelloExchange, HandshakeExchange, HttpExchange>;

// Whether the method only reads (RFC 9110 9.2.1); everything else may change the target.
bool is_safe_method(std::string_view method);

// Whether the request breaks the grammar of HTTP/1.1 (RFC 9112 3, 5; RFC 9110 5.6.2, 7.2), so that no
// application need ever see it.
bool breaks_grammar(const HttpExchange& http);

const Origin& origin_of(const Exchange& exchange);

// One line: "GET /x/metadata, credential expired", "hello TLSv1.0, 120 suites".
std::string in_words(const Exchange& exchange);

// The same for the same exchange, different for any other: what epochs are keyed on.
std::string fingerprint(const Exchange& exchange);

}  // namespace model
