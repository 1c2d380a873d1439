// SPDX-License-Identifier: Apache-2.0
#include "probes/sni.hpp"

#include "probes/request_builder.hpp"

namespace probes {

std::string server_name(const model::Subject& subject, const model::Origin& origin) {
  return subject.target.server_name.empty() ? host_name(origin) : subject.target.server_name;
}

std::string host_name(const model::Origin& origin) {
  const bool v6 = origin.host.find(':') != std::string::npos;
  const bool v4 = origin.host.find_first_not_of("0123456789.") == std::string::npos;
  return v6 || v4 ? "" : origin.host;
}

model::Judgement behind_ssp() {
  return settled(model::Verdict::skipped, model::Cause::not_applicable,
                 "the SSP answers here (via_ssp): its connections would be tested, not the provider's");
}

}  // namespace probes
