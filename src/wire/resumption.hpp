// SPDX-License-Identifier: Apache-2.0
// Carrying a TLS session from one connection to another. Never done but for the checks that ask
// whether a session is an entrance: everything else makes full handshakes (src/FACTS.md 1).
#pragma once

#include <openssl/ssl.h>

#include "pki/owned.hpp"

namespace wire {

struct TlsTrace;

// The last session a target gave that can be resumed; empty until then.
struct KeptSession {
  pki::Owned<SSL_SESSION, SSL_SESSION_free> session;
};

// Makes `context`, which has a trace with a slot for it, keep what the target gives.
void keep_session(SSL_CTX* context);

// Makes `context`, which has a trace with a session in its slot, offer that session.
void offer_session(SSL_CTX* context);

// Gives the session, which resumes by a ticket, a name of 31 octets, and lets the trace notice when it comes back
// with octets of the target's own behind it (CVE-2016-9244). RFC 5077 3.4: whoever resumes echoes it.
void shorten_id(KeptSession& kept, TlsTrace& trace);

}  // namespace wire
