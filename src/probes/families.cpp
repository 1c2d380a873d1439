// SPDX-License-Identifier: Apache-2.0
#include "probes/families.hpp"

#include <vector>

namespace probes {

std::span<const model::Probe> all() {
  static const std::vector<model::Probe> table = {
      protocol,   cipher_list,         cipher_group, cipher_order,        tls_feature,        dh_size,
      tls_vulnerability, renegotiation, plain_http,       credential,   without_certificate, resumption,         certificate_request,
      server_certificate, request,     scope,        scope_consistency,   no_store,           pointers,
      manual};
  return table;
}

}  // namespace probes
