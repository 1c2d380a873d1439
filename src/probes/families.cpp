// SPDX-License-Identifier: Apache-2.0
#include "probes/families.hpp"

#include <vector>

namespace probes {

std::span<const model::Probe> all() {
<<<<<<< HEAD
  static const std::vector<model::Probe> table = {protocol, cipher_list, cipher_group,      plain_http, credential,
                                                  without_certificate, resumption, certificate_request, server_certificate,
                                                  request,  scope,       scope_consistency, no_store,   manual};
=======
  static const std::vector<model::Probe> table = {
      protocol,   cipher_list, cipher_group, cipher_order, tls_feature,       dh_size,
      plain_http, credential,  request,      scope,        scope_consistency, no_store, manual};
>>>>>>> 05572b1 (Ask again narrower and slower what a server drops, closes or leaves open; prove it on scripted peers)
  return table;
}

}  // namespace probes
