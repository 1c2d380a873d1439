// SPDX-License-Identifier: Apache-2.0
#include "model/hello_spec.hpp"

#include "tests/catch.hpp"

TEST_CASE("a hello comes back from its word") {
  for (const char* spec : {"TLSv1.2:0xC030,0x009F", "TLSv1.2+TLSv1.3:0x1301,0xC030:groups=x25519,secp256r1", "SSLv2:all", "SSLv3:0x0003",
                           "TLSv1.0:0x002F:flight", "TLSv1.2:0xC030:sni=other.example:flight", "TLSv1.2:0xC030:odd=grease",
                           "TLSv1.2:0xC030:then=heartbeat", "TLSv1.2:0xC030:odd=later-version:flight"}) {
    const auto hello = model::hello_from_spec(spec);
    REQUIRE(hello);
    CHECK(model::hello_spec(*hello) == spec);
  }
  const auto named = model::hello_from_spec("TLSv1.2:ECDHE-RSA-AES256-GCM-SHA384,TLS_DHE_RSA_WITH_AES_256_GCM_SHA384");
  REQUIRE(named);
  CHECK(named->suites == std::vector<std::uint32_t>{0xC030, 0x009F});
  CHECK(model::hello_from_spec("TLSv1.2:all")->suites.size() > 300);
  const auto unnamed = model::hello_from_spec("TLSv1.2:0xC030:sni=", "host.example");
  REQUIRE(unnamed);
  CHECK(unnamed->server_name.empty());
  CHECK(model::hello_spec(*unnamed, "host.example") == "TLSv1.2:0xC030:sni=");
  CHECK(model::hello_from_spec("TLSv1.2:0xC030", "host.example")->server_name == "host.example");
}

TEST_CASE("what is no hello is refused with a word on why") {
  for (const char* spec : {"", "TLSv1.2", "TLSv1.2:", "TLSv1.4:0xC030", "TLSv1.2:0xC030:groups=nothing", "TLSv1.2:0xC030:quickly", "TLSv1.2:0xC030:sni=a b", "TLSv1.2:0xC030:odd=", "TLSv1.2:0xC030:then=heartbleed",
                           "SSLv2+TLSv1.2:all", "TLSv1.2:0x0700C0", "TLSv1.2:NO-SUCH-SUITE", "TLSv1.2:0xZZ"}) {
    const auto hello = model::hello_from_spec(spec);
    CHECK_FALSE(hello);
    if (!hello) CHECK(hello.error().kind == base::Trouble::usage);
  }
}
