// SPDX-License-Identifier: Apache-2.0
// Pages that a firewall or another device in front of the application writes.
#pragma once

#include <string_view>
#include <vector>

#include "model/exchange.hpp"

namespace model {

// Whether an answer that is no FHIR was written by a web application firewall or a content network:
// its product says so in a header, or its page has the words that product is known by.
bool is_gateway_page(std::string_view body, const std::vector<Header>& headers);

}  // namespace model
