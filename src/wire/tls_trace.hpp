// SPDX-License-Identifier: Apache-2.0
// What really crossed one TLS connection, taken from OpenSSL's message callback: which leaf left,
// whether possession was proved, who sent which alert. libcurl's error codes cannot tell these
// apart (src/FACTS.md 2 and 3).
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/observation.hpp"
#include "wire/resumption.hpp"

namespace wire {

struct TlsTrace {
  model::TlsSeen seen;
  std::string alert_in;                    // fatal alert from the target
  std::string alert_out;                   // fatal alert of ours
  std::string verify_error;                // why we did not trust the target's certificate
  std::vector<std::uint8_t> server_leaf;   // DER
  std::vector<std::vector<std::uint8_t>> server_issuers;  // what came after it, DER
  std::shared_ptr<KeptSession> kept;       // a session to keep or to offer
  std::vector<std::uint8_t> short_id;      // the session id that was sent, where its echo is watched
  bool status_stapled = false;             // an OCSP response came with the certificate
  bool hello_answered = false;             // a ServerHello came
  std::uint64_t data_in = 0;               // records of application data that came
  bool incomplete = false;                 // memory ran out: nothing here may be relied on
};

// Makes `context` report into a trace that lives as long as the context or the returned pointer,
// whichever is longer: a pooled connection outlives the exchange that opened it.
std::shared_ptr<TlsTrace> attach_trace(SSL_CTX* context);

// The trace attached to a context; null when there is none.
std::shared_ptr<TlsTrace> trace_of(const SSL_CTX* context);

}  // namespace wire
