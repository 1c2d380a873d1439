// SPDX-License-Identifier: Apache-2.0
// Strict loading: every mistake is one line with file and JSON pointer.
#include "profile/profile_file.hpp"

#include <algorithm>
#include <fstream>
#include <set>

#include "base/assets.hpp"
#include "base/strict_json.hpp"
#include "base/text.hpp"
#include "model/credential.hpp"
#include "model/mutation.hpp"
#include "probes/families.hpp"
#include "profile/catalogue.hpp"
#include "profile/suite_file.hpp"
#include "profile/target_file.hpp"
#include "tests/catch.hpp"
#include "tests/support/temp_folder.hpp"

namespace {

using base::Json;

profile::Sources sources() { return {{}, {}, probes::all()}; }

// Loads the files of a folder as profile "mine"; gives the mistake, or "".
class Folder {
 public:
  Folder& file(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / name) << text;
    return *this;
  }
  std::string mistake() {
    auto where = sources();
    where.folders = {folder_.path()};
    const auto loaded = profile::load_profile("mine", where);
    if (loaded) return "";
    std::string line = base::one_line(loaded.error());
    const std::string prefix = folder_.path().string() + "/";
    for (auto at = line.find(prefix); at != std::string::npos; at = line.find(prefix)) line.erase(at, prefix.size());
    return line;
  }
  model::Profile profile() {
    auto where = sources();
    where.folders = {folder_.path()};
    auto loaded = profile::load_profile("mine", where);
    if (!loaded) FAIL(base::one_line(loaded.error()));
    return std::move(*loaded);
  }

 private:
  support::TempFolder folder_;
};

std::string profile_text(const std::string& more) {
  return R"({"schema":"probity.profile/1","id":"mine","title":"Mine","extends":"gp-connect-provider")" + more + "}";
}

// A suite of one check, with `change` replacing or adding top-level members.
std::string suite_text(Json change, const std::string& op = "header.remove") {
  Json check = {{"id", "headers.rejects-mine"},
                {"title", "Mine"},
                {"cites", {"GPC-CON-7"}},
                {"probe", "request"},
                {"with", {{"interaction", "metadata"}, {"mutate", Json::array({Json{{"op", op}, {"name", "Ssp-To"}}})}}},
                {"expect", {{"refused", {{"status", {400}}}}}},
                {"severity", "low"},
                {"risk", "read"}};
  for (const auto& [key, value] : change.items()) check[key] = value;
  return Json{{"schema", "probity.suite/1"}, {"suite", "headers"}, {"title", "Mine"}, {"checks", Json::array({check})}}.dump();
}

std::string suite_mistake(Json change, const std::string& op = "header.remove") {
  return Folder()
      .file("mine.json", profile_text(R"(,"suites":["own"])"))
      .file("own.json", suite_text(std::move(change), op))
      .mistake();
}

}  // namespace

TEST_CASE("every shipped profile resolves, with unique ids and known cites") {
  for (const auto& name : profile::profile_names(sources())) {
    CAPTURE(name);
    const auto loaded = profile::load_profile(name, sources());
    if (!loaded) FAIL(base::one_line(loaded.error()));
    std::set<std::string> ids;
    for (const auto& check : loaded->checks) {
      CHECK(ids.insert(check.id).second);
      CHECK_FALSE(check.cites.empty());
      CHECK_FALSE(check.why.empty());
      CHECK_FALSE(check.remedy.empty());
      for (const auto& id : check.cites) CHECK(loaded->requirement(id) != nullptr);
    }
  }
}

TEST_CASE("the catalogues are complete, row by row") {
  const auto specs = profile::shipped_specifications();
  REQUIRE(specs);
  std::set<std::string> ids;
  for (const auto& spec : *specs)
    for (const auto& requirement : spec.requirements) ids.insert(requirement.id);
  const auto family = [&](const std::string& prefix, int count) {
    for (int i = 1; i <= count; ++i) CHECK(ids.erase(prefix + std::to_string(i)) == 1);
  };
  family("GPC-CON-", 9);
  family("GPC-TST-", 2);
  family("GPC-TLS-", 2);
  family("GPC-CIP-", 3);
  family("GPC-MA-", 5);
  family("GPC-RSP-", 1);
  family("GPC-SCP-", 7);
  family("GPC-EXT-", 2);
  family("NRL-INT-", 2);
  family("NRL-PTR-", 3);
  family("NRL-TLS-", 1);
  family("NRL-CIP-", 1);
  family("NRL-MA-", 5);
  family("NRL-EXT-", 2);
  CHECK(ids.empty());
}

TEST_CASE("a requirement cited by checks exists for every row but denial of service") {
  const auto loaded = profile::load_profile("gp-connect-provider", sources());
  REQUIRE(loaded);
  std::set<std::string> cited;
  for (const auto& check : loaded->checks) cited.insert(check.cites.begin(), check.cites.end());
  std::set<std::string> uncited;
  for (const auto& requirement : loaded->specs.front().requirements)
    if (!cited.contains(requirement.id)) uncited.insert(requirement.id);
  CHECK(uncited == std::set<std::string>{"GPC-TST-2"});
}

TEST_CASE("mistakes in a profile") {
  CHECK(Folder().file("mine.json", profile_text("")).mistake().empty());
  CHECK(Folder().file("mine.json", profile_text(R"(,"suits":[])")).mistake() ==
        "mine.json#/suits: unknown key \"suits\"; did you mean suites?");
  CHECK(Folder().file("mine.json", profile_text(R"(,"suites":"own")")).mistake() ==
        "mine.json#/suites: must be an array, is a string");
  CHECK(Folder().file("mine.json", profile_text(R"(,"suites":["own"])")).mistake().starts_with("there is no suite \"own\""));
  CHECK(Folder().file("mine.json", profile_text(R"(,"include":["tokn.*"])")).mistake() ==
        "mine.json#/include/0: \"tokn.*\" matches no check");
  CHECK(Folder().file("mine.json", profile_text(R"(,"exclude":[{"checks":"token.rejects-expred","because":"x"}])")).mistake() ==
        "mine.json#/exclude/0/checks: \"token.rejects-expred\" matches no check; did you mean token.rejects-expired?");
  CHECK(Folder().file("mine.json", profile_text(R"(,"parameters":{"tsl13":"fail"})")).mistake() ==
        "mine.json#/parameters/tsl13: the extended profile has no parameter \"tsl13\"; did you mean tls13?");
  CHECK(Folder().file("mine.json", profile_text(R"(,"base_control":"metadta")")).mistake() ==
        "mine.json#/base_control: there is no interaction \"metadta\"");
}

TEST_CASE("a profile cannot extend itself, however far round") {
  const auto mistake = Folder()
                           .file("mine.json", R"({"schema":"probity.profile/1","id":"mine","title":"x","extends":"other"})")
                           .file("other.json", R"({"schema":"probity.profile/1","id":"other","title":"x","extends":"mine"})")
                           .mistake();
  CHECK_THAT(mistake, ContainsSubstring("other.json: \"extends\" comes back to mine.json"));
}

TEST_CASE("a suite says what its parameters are where the profile does not") {
  const auto title = [](const std::string& parameters) {
    Json suite = Json::parse(suite_text({{"title", "For {parameter:whom}"}}));
    suite["parameters"] = {{"whom", "everybody"}};
    const auto mine = Folder()
                          .file("mine.json", R"({"schema":"probity.profile/1","id":"mine","title":"Mine","version":"1","about":"x","specs":["gp-connect-security"],)"
                                             R"("base_control":"metadata","interaction_prefix":"urn:",)"
                                             R"("interactions":{"metadata":{"name":"x","path":"/metadata","scope":"organization/*.read"}},)"
                                             R"("request":{"headers":[],"token":{},"defaults":{}},"suites":["own","identity"])" +
                                                 parameters + "}")
                          .file("own.json", suite.dump())
                          .profile();
    CHECK(mine.checks.size() > 40);   // the identity suite, which has a parameter of its own
    return mine.checks.front().title;
  };
  CHECK(title("") == "For everybody");
  CHECK(title(R"(,"parameters":{"whom":"me"})") == "For me");
}

TEST_CASE("mistakes in a check") {
  CHECK(suite_mistake({}).empty());
  CHECK(suite_mistake({{"cites", {"GPC-CON-77"}}}).starts_with("own.json#/checks/0/cites/0: requirement GPC-CON-77 is in no catalogue; did you mean"));
  CHECK(suite_mistake({{"probe", "requst"}}) == "own.json#/checks/0/probe: \"requst\" is not a word for this; did you mean request?");
  CHECK(suite_mistake({{"severty", "low"}}) == "own.json#/checks/0/severty: unknown key \"severty\"; did you mean severity?");
  CHECK(suite_mistake({{"severity", "lowest"}}).starts_with("own.json#/checks/0/severity: \"lowest\" is not a word for this"));
  CHECK(suite_mistake({{"id", "Token Expired"}}).starts_with("own.json#/checks/0/id: \"Token Expired\" is not area.verb-object"));
  CHECK(suite_mistake({{"expect", {{"refusd", Json::object()}}}}) ==
        "own.json#/checks/0/expect/refusd: unknown key \"refusd\"; did you mean refused?");
  CHECK(suite_mistake({{"expect", Json::object()}}) == "own.json#/checks/0/expect: holds exactly one of refused, accepted, unchanged, noted");
  CHECK(suite_mistake({{"with", {{"interaction", "metadta"}, {"mutate", Json::array()}}}}) ==
        "own.json#/checks/0/with/interaction: the profile has no interaction \"metadta\"; did you mean metadata?");
  CHECK(suite_mistake({}, "header.removed") ==
        "own.json#/checks/0/with/mutate/0/op: \"header.removed\" is not a word for this; did you mean header.remove?");
  CHECK(suite_mistake({}, "header.set") == "own.json#/checks/0/with/mutate/0/value: header.set needs a value");
  CHECK(suite_mistake({{"title", "{parameter:nope}"}}) == "own.json#/checks/0/title: the profile has no parameter \"nope\"");
  CHECK(suite_mistake({{"with", {{"interaction", "metadata"}, {"mutate", {{{"op", "header.set"}, {"name", "X"}, {"value", "{asid.too}"}}}}}}}) ==
        "own.json#/checks/0/with/mutate/0/value: nothing fills the placeholder {asid.too}; did you mean asid.to?");
  CHECK(suite_mistake({{"level", "MUST"}}).empty());
  CHECK(suite_mistake({{"cites", {"GPC-CON-9"}}, {"level", "MUST"}}) ==
        "own.json#/checks/0/level: is higher than that of every requirement the check cites; leave it out");
  CHECK(suite_mistake({{"id", "token.rejects-expired"}}).ends_with("check token.rejects-expired is already defined elsewhere; give it another id"));
}

TEST_CASE("a matrix makes one row many checks") {
  const auto mine = Folder()
                        .file("mine.json", profile_text(R"(,"suites":["own"],"include":["headers.rejects-own-ssp*"])"))
                        .file("own.json", suite_text({{"id", "headers.rejects-own-{header|slug}-{n}"},
                                                      {"for", {{"header", {"Ssp-To", "Ssp-From"}}, {"n", {1, 2}}}},
                                                      {"title", "{header} {n}"}}))
                        .profile();
  std::vector<model::Check> in;
  for (const auto& check : mine.checks)
    if (check.left_out.empty()) in.push_back(check);
  REQUIRE(in.size() == 4);
  CHECK(in[0].id == "headers.rejects-own-ssp-to-1");
  CHECK(in[3].id == "headers.rejects-own-ssp-from-2");
  CHECK(in[3].title == "Ssp-From 2");
  CHECK(mine.lineage == std::vector<std::string>{"gp-connect-provider"});
}

TEST_CASE("a child overrides parameters, and a bad row of a matrix is found") {
  const auto mine = Folder().file("mine.json", profile_text(R"(,"parameters":{"tls13":"fail"})")).profile();
  const auto at = std::find_if(mine.checks.begin(), mine.checks.end(), [](const auto& c) { return c.id == "transport.notes-tlsv1-3"; });
  REQUIRE(at != mine.checks.end());
  CHECK(at->with["grade"] == "fail");
  CHECK(Folder().file("mine.json", profile_text(R"(,"parameters":{"tls13":"maybe"})")).mistake().find("\"maybe\" is not a word for this") !=
        std::string::npos);
}

TEST_CASE("a level below its requirements' may be stated") {
  const auto mine = Folder()
                        .file("mine.json", profile_text(R"(,"suites":["own"],"include":["headers.rejects-mine"])"))
                        .file("own.json", suite_text({{"level", "SHOULD"}}))
                        .profile();
  const auto at = std::find_if(mine.checks.begin(), mine.checks.end(), [](const auto& c) { return c.id == "headers.rejects-mine"; });
  REQUIRE(at != mine.checks.end());
  CHECK(at->level == model::Level::should);
}

TEST_CASE("what a profile of one's own leaves out stays in the report, with the reason") {
  const auto mine = Folder()
                        .file("mine.json", profile_text(R"(,"exclude":[{"checks":"transport.rejects-sslv2","because":"tested elsewhere"}])"))
                        .profile();
  const auto at = std::find_if(mine.checks.begin(), mine.checks.end(), [](const auto& c) { return c.id == "transport.rejects-sslv2"; });
  REQUIRE(at != mine.checks.end());
  CHECK(at->left_out == "tested elsewhere");
  CHECK(std::count_if(mine.checks.begin(), mine.checks.end(), [](const auto& c) { return !c.left_out.empty(); }) == 1);
}

TEST_CASE("the id of a shipped profile is taken") {
  auto text = base::replace_all(profile_text(""), "\"mine\"", "\"gp-connect-provider\"");
  CHECK(Folder().file("mine.json", text).mistake().find("is the id of a shipped profile") != std::string::npos);
}

TEST_CASE("an unknown profile suggests the nearest") {
  const auto loaded = profile::load_profile("gp-conect-provider", sources());
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().kind == base::Trouble::no_input);
  CHECK(loaded.error().hint == "did you mean gp-connect-provider?");
}

TEST_CASE("lists that must agree do: schemas, tables and the words in the code") {
  const auto json = [](const char* path) {
    auto parsed = base::parse_json(base::asset(path).value_or(""), path);
    if (!parsed) FAIL(base::one_line(parsed.error()));
    return *parsed;
  };
  std::vector<std::string> ops;
  for (const auto& word : model::mutation_words()) ops.emplace_back(word.op);
  CHECK(json("profiles/schema/suite.schema.json")["$defs"]["mutation"]["properties"]["op"]["anyOf"][0]["enum"] == Json(ops));
  CHECK(json("profiles/schema/suite.schema.json")["properties"]["suite"]["enum"] ==
        Json(std::vector<std::string>(profile::suite_words().begin(), profile::suite_words().end())));
  std::vector<std::string> kinds;
  const Json table = json("profiles/data/credential-kinds.json");
  for (const auto& row : table["kinds"]) kinds.push_back(row["kind"]);
  CHECK(kinds == model::all_words<model::CredentialKind>());
}

TEST_CASE("the suites of the profile are OpenSSL's expansion of the specification's list") {
  // openssl ciphers 'AESGCM+EECDH:AESGCM+EDH:AES256+EECDH:AES256+EDH' without TLS 1.3 and aNULL,
  // written out; tests/openssl_list.py asks the local OpenSSL for it.
  const auto loaded = profile::load_profile("gp-connect-provider", sources());
  REQUIRE(loaded);
  const auto& allowed = loaded->parameters.at("allowed_suites");
  CHECK(allowed.size() == 20);
  std::set<std::string> all;
  for (const auto& name : allowed) {
    CHECK(model::find_suite(name.get<std::string>()) != nullptr);
    all.insert(name);
  }
  std::set<std::string> grouped;
  for (const auto* group : {"group_aesgcm_eecdh", "group_aesgcm_edh", "group_aes256_eecdh", "group_aes256_edh"})
    for (const auto& name : loaded->parameters.at(group)) grouped.insert(name);
  CHECK(grouped == all);
}

TEST_CASE("a row that is all another specification's is not read, whatever parameters it names") {
  const auto nrl = profile::load_profile("nrl", sources());
  REQUIRE(nrl);
  CHECK_FALSE(nrl->parameters.contains("group_aesgcm_eecdh"));
  const auto has = [&](const char* id) { return std::any_of(nrl->checks.begin(), nrl->checks.end(), [&](const auto& c) { return c.id == id; }); };
  CHECK(has("ciphers.rejects-unlisted-suites"));
  CHECK_FALSE(has("ciphers.supports-aesgcm-eecdh"));
  for (const auto& check : nrl->checks)
    for (const auto& id : check.cites) CHECK(id.starts_with("NRL-"));
}

TEST_CASE("a profile may be about some rows of its specifications") {
  const auto strict = profile::load_profile("nrl-retrieval-provider-strict", sources());
  REQUIRE(strict);
  CHECK(strict->requirement("GPC-CON-7") != nullptr);
  CHECK(strict->requirement("GPC-SCP-1") == nullptr);
  CHECK(strict->requirement("NRL-PTR-1") == nullptr);
  CHECK(Folder().file("mine.json", profile_text(R"(,"requirements":["GPC-XYZ-*"])")).mistake().find("\"GPC-XYZ-*\" matches no requirement") != std::string::npos);
}

TEST_CASE("an interaction needs what its headers and claims name of who asks") {
  const auto nrl = profile::load_profile("nrl", sources());
  REQUIRE(nrl);
  const auto& needs = nrl->interaction("delete")->needs;
  const auto needed = [&](const char* name) { return std::find(needs.begin(), needs.end(), name) != needs.end(); };
  CHECK(needed("nrl.to_asid"));
  CHECK(needed("nrl.provider_a.asid"));
  CHECK(needed("nrl.provider_a.ods_code"));
  CHECK_FALSE(needed("nrl.consumer.asid"));
  CHECK_FALSE(needed("aud"));
  CHECK(nrl->interaction("delete")->writes);
}

TEST_CASE("an unknown ASID that the target file knows is a mistake") {
  const auto mistake = [](const char* unknown) {
    const std::string text = std::string(R"({"schema":"probity.target/1","url":"https://registry.example/STU3","nrl":{"to_asid":"999999999999",)") +
                             R"("provider_a":{"asid":"200000000118"},"consumer":{"asid":"200000000117"},"unknown_asid":")" + unknown + "\"}}";
    const auto target = profile::target_from_text(text, "t.json", "");
    return target ? std::string() : base::one_line(target.error());
  };
  CHECK(mistake("200000000999").empty());
  CHECK(mistake("200000000118") == "t.json#/nrl/unknown_asid: is nrl.provider_a.asid: give one that the registry does not know");
  CHECK(mistake("999999999999").starts_with("t.json#/nrl/unknown_asid: is nrl.to_asid"));
}
