// SPDX-License-Identifier: Apache-2.0
// A ClientHello as one word of a command line: `probity survey URL --hello TLSv1.2:0xC030,0x009F`.
// Reports name the hello that shows a finding in this form.
#pragma once

#include <string>

#include "base/result.hpp"
#include "model/exchange.hpp"

namespace model {

// VERSION[+VERSION]:SUITE[,SUITE...][:groups=GROUP[,GROUP...]][:sni=[NAME]][:flight]; the origin is no
// part of it, the server name only where it is not the usual one. Suites are codes or names; "all"
// stands for every suite of the version.
base::Result<HelloExchange> hello_from_spec(const std::string& spec, const std::string& usual_name = "");
std::string hello_spec(const HelloExchange& hello, const std::string& usual_name = "");

}  // namespace model
