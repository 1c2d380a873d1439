// SPDX-License-Identifier: Apache-2.0
// The request words of the mutation vocabulary, applied to an exchange.
#pragma once

#include <string>

#include "model/exchange.hpp"
#include "model/mutation.hpp"
#include "model/probe.hpp"

namespace probes {

// What a word may lean on besides the exchange.
struct MutationContext {
  const model::Subject& subject;
  std::string root_path;   // of the service root, as the request line writes it
};

// Applies one word whose value is filled in already. An error in words when it finds nothing to
// change; "" when it is done.
std::string apply(model::HttpExchange& http, const model::Mutation& mutation, const MutationContext& context);

// Content-Length as the body demands it, also where there is none (RFC 9110 8.6).
void keep_length_right(model::HttpExchange& http);

}  // namespace probes
