// SPDX-License-Identifier: Apache-2.0
// What reaches a service of the reference provider and what it says: plain values, so that its rules need no socket.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/credential.hpp"
#include "model/exchange.hpp"

namespace demo {

using Faults = std::set<std::string, std::less<>>;

// One request as it arrived.
struct Arrived {
  std::string method;
  std::string path;     // without the query
  std::string query;
  std::vector<model::Header> headers;
  std::string body;
  bool has_certificate = true;   // for the fault that lets the application look
  std::optional<model::CertificateFacts> certificate;   // of the client; none in the clear
  bool name_overlooked = false;  // a fault of the TLS layer does not look at names
  std::string front;             // host and port of the server in front, where it came in the clear from one

  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
  // Every value of the header, in the order sent.
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
};

// A refusal in the words of the error-handling pages (GP Connect, NRL).
struct Refusal {
  int status = 400;
  std::string code = "BAD_REQUEST";
  std::string issue = "invalid";
  std::string diagnostics;
  std::string display = {};   // "" is the usual one of the code
};

struct Reply {
  int status = 200;
  std::string body;
  std::string media_type;
  std::vector<model::Header> headers;
  bool hangs_up = false;
};

}  // namespace demo
