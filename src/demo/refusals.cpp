// SPDX-License-Identifier: Apache-2.0
#include "demo/refusals.hpp"

namespace demo {

Reply told(const Refusal& refusal, const Teller& outcome_of, const std::string& media_type, const Faults& faults) {
  base::Json outcome = outcome_of(refusal);
  if (faults.contains("omits-profile-of-outcome")) outcome.erase("meta");
  if (faults.contains("omits-display-of-outcome")) outcome["issue"][0]["details"]["coding"][0].erase("display");
  Reply reply{refusal.status, outcome.dump(), media_type, {}};
  if (refusal.status != 400) return reply;
  const auto instead = [&](int status, const char* code, const char* issue) {
    reply.status = status;
    reply.body = outcome_of({status, code, issue, refusal.diagnostics}).dump();
  };
  if (faults.contains("refuses-with-403")) {
    instead(403, "ACCESS_DENIED", "forbidden");
  } else if (faults.contains("refuses-with-500")) {
    instead(500, "INTERNAL_SERVER_ERROR", "exception");
  } else if (faults.contains("refuses-with-429")) {
    reply.status = 429;
    reply.headers.push_back({"Retry-After", "0"});
  } else if (faults.contains("refuses-with-redirect")) {
    reply.status = 302;
    reply.headers.push_back({"Location", "https://127.0.0.1/login"});
  } else if (faults.contains("refuses-with-html")) {
    reply.body = "<html><title>400</title><h1>Bad Request</h1></html>";
    reply.media_type = "text/html";
  } else if (faults.contains("hangs-up-instead-of-refusing")) {
    reply.hangs_up = true;
  }
  return reply;
}

}  // namespace demo
