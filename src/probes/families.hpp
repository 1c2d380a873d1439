// SPDX-License-Identifier: Apache-2.0
// Every probe family, and the one table of them.
#pragma once

#include <span>

#include "model/probe.hpp"

namespace probes {

// protocol.cpp
extern const model::Probe protocol;
// ciphers.cpp
extern const model::Probe cipher_list;
extern const model::Probe cipher_group;
// cipher_order.cpp
extern const model::Probe cipher_order;
// tls_feature.cpp
extern const model::Probe tls_feature;
extern const model::Probe dh_size;
// tls_vulnerability.cpp
extern const model::Probe tls_vulnerability;
// renegotiation.cpp
extern const model::Probe renegotiation;
// plain_http.cpp
extern const model::Probe plain_http;
// credential.cpp
extern const model::Probe credential;
// without_certificate.cpp
extern const model::Probe without_certificate;
// resumption.cpp
extern const model::Probe resumption;
// certificate_request.cpp
extern const model::Probe certificate_request;
// server_certificate.cpp
extern const model::Probe server_certificate;
// request.cpp
extern const model::Probe request;
// scope.cpp
extern const model::Probe scope;
extern const model::Probe scope_consistency;
// no_store.cpp
extern const model::Probe no_store;
// pointers.cpp
extern const model::Probe pointers;
// manual.cpp
extern const model::Probe manual;

// All of them, in the order of the suites they serve.
std::span<const model::Probe> all();

}  // namespace probes
