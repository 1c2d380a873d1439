// SPDX-License-Identifier: Apache-2.0
#include "model/observation.hpp"

#include "tests/catch.hpp"

namespace {

model::Observation with_cache_control(std::vector<std::string> values) {
  model::Observation seen;
  for (auto& value : values) seen.headers.push_back({"cache-CONTROL", value});
  return seen;
}

}  // namespace

TEST_CASE("no-store is looked for as a directive, in all fields together") {
  CHECK(model::has_no_store(with_cache_control({"no-store"})));
  CHECK(model::has_no_store(with_cache_control({"no-cache, No-Store"})));
  CHECK(model::has_no_store(with_cache_control({"private", "no-store"})));
  CHECK_FALSE(model::has_no_store(with_cache_control({})));
  CHECK_FALSE(model::has_no_store(with_cache_control({"no-storey"})));
  CHECK_FALSE(model::has_no_store(with_cache_control({"private=\"x, no-store\""})));
  CHECK_FALSE(model::has_no_store(with_cache_control({"no-cache"})));
}

TEST_CASE("an answer to a hello that is no TLS is not called an acceptance") {
  model::Observation seen;
  seen.exchange = model::HelloExchange{};
  seen.outcome = model::Outcome::answered;
  CHECK(in_words(seen) == "an answer that is not TLS");
  seen.tls.suite = 0xC030;
  CHECK(in_words(seen) == "accepted an unknown version, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
  seen.tls.version = model::TlsVersion::tls1_2;
  CHECK(in_words(seen) == "accepted TLSv1.2, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
}
