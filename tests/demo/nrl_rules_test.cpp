// SPDX-License-Identifier: Apache-2.0
// Who may ask (NRL-INT-1, -2, NRL-MA-5): ASIDs, grants, certificate, token, media types, one change at a time.
#include "catch.hpp"
#include "nrl_scene.hpp"

using namespace scene;

namespace {

const std::string bad_header = "400 MISSING_OR_INVALID_HEADER";
const std::string denied = "403 ACCESS_DENIED";

void set(demo::Arrived& arrived, const std::string& name, const std::string& value) {
  for (auto& header : arrived.headers)
    if (header.name == name) header.value = value;
}

void drop(demo::Arrived& arrived, const std::string& name) {
  std::erase_if(arrived.headers, [&](const auto& header) { return header.name == name; });
}

std::string issue_of(const demo::Reply& reply) { return base::Json::parse(reply.body)["issue"][0].value("code", ""); }

// A search of the consumer with one change, as the sound registry and as a faulty one answer it.
struct Both {
  std::string sound, faulty;
  friend bool operator==(const Both&, const Both&) = default;
};
std::ostream& operator<<(std::ostream& out, const Both& both) { return out << both.sound << ", with the fault " << both.faulty; }

template <typename Change>
Both search_with(const std::string& fault, Change change) {
  const auto ask = [&](demo::Faults faults) {
    Registry registry(std::move(faults));
    auto arrived = registry.good(consumer, "GET", of_patient());
    change(arrived);
    return said(registry.service.answer(arrived, now));
  };
  return {ask({}), ask({fault})};
}

Both search_with_claim(const std::string& fault, const std::string& name, const base::Json& value) {
  return search_with(fault, [&](demo::Arrived& arrived) {
    auto all = claims(*Registry().service.directory().by_asid(consumer), false);
    if (value.is_null()) all.erase(name);
    else all[name] = value;
    set(arrived, "Authorization", "Bearer " + token(all));
  });
}

}  // namespace

TEST_CASE("an ASID is missing, blank, malformed, unknown or there twice") {
  for (const std::string name : {"fromASID", "toASID"}) {
    CAPTURE(name);
    const auto lower = base::lower(name);
    const Both caught{bad_header, "200"};
    CHECK(search_with("ignores-missing-" + lower, [&](auto& arrived) { drop(arrived, name); }) == caught);
    CHECK(search_with("ignores-missing-" + lower, [&](auto& arrived) { set(arrived, name, " "); }) == caught);
    CHECK(search_with("ignores-form-of-" + lower, [&](auto& arrived) { set(arrived, name, "20000000011X"); }) == caught);
    CHECK(search_with("ignores-form-of-" + lower, [&](auto& arrived) { set(arrived, name, "2000000001170"); }) == caught);
    CHECK(search_with(lower == "fromasid" ? "ignores-unknown-fromasid" : "ignores-foreign-toasid",
                      [&](auto& arrived) { set(arrived, name, demo::nrl::unknown_asid); }) == caught);
    CHECK(search_with("takes-first-of-two-asids", [&](auto& arrived) { arrived.headers.push_back({name, demo::nrl::unknown_asid}); }) == caught);
    CHECK(search_with("takes-last-of-two-asids", [&](auto& arrived) { arrived.headers.insert(arrived.headers.begin(), {name, demo::nrl::unknown_asid}); }) == caught);
  }
}

TEST_CASE("an ASID is a text, not a number") {
  CHECK(search_with("reads-asids-as-numbers", [](auto& arrived) { set(arrived, "fromASID", "+" + consumer); }) == Both{bad_header, "200"});
}

TEST_CASE("header names have no case") {
  const auto both = search_with("", [](auto& arrived) {
    for (auto& header : arrived.headers) header.name = base::lower(header.name);
  });
  CHECK(both.sound == "200");
}

TEST_CASE("a missing ASID is an invalid header, a bad token a bad structure") {
  Registry registry;
  auto arrived = registry.good(consumer, "GET", of_patient());
  drop(arrived, "toASID");
  CHECK(issue_of(registry.service.answer(arrived, now)) == "invalid");
  set(arrived, "Authorization", "Bearer a.b.c.d");
  CHECK(issue_of(registry.service.answer(arrived, now)) == "structure");   // the token is looked at first
}

TEST_CASE("each interaction is granted on its own") {
  Registry registry;
  const auto id = registry.stored(provider_a, pointer("MHT01", "urn:uuid:1"));
  CHECK(said(registry.create(consumer, pointer("AMS01", "urn:uuid:2"))) == denied);
  CHECK(said(registry.ask(consumer, "PATCH", "/" + id, entered_in_error())) == denied);
  CHECK(said(registry.ask(consumer, "DELETE", "/" + id)) == denied);
  CHECK(said(registry.ask(provider_a, "GET", of_patient())) == denied);
  CHECK(said(registry.ask(provider_a, "GET", "/" + id)) == denied);
  CHECK(said(registry.ask(provider_a2, "PATCH", "/" + id, entered_in_error())) == denied);   // delete, but no update
  CHECK(registry.at(id).version == 1);
}

TEST_CASE("a registry that does not look at grants lets a consumer change what is not his") {
  const auto faults = GENERATE(demo::Faults{"grants-everything-to-all"},
                               demo::Faults{"grants-create-to-all", "grants-update-to-all", "grants-delete-to-all", "grants-search-to-all"});
  Registry registry(faults);
  const auto id = registry.stored(provider_a, pointer("MHT01", "urn:uuid:1"));
  CHECK(registry.create(consumer, pointer("AMS01", "urn:uuid:2")).status == 201);
  CHECK(registry.ask(provider_a, "GET", of_patient()).status == 200);
  CHECK(registry.ask(consumer, "PATCH", "/" + id, entered_in_error()).status == 200);
  CHECK(registry.ask(consumer, "DELETE", "/" + id).status == 200);
}

TEST_CASE("the certificate is the one of the ASID") {
  const auto another = [](demo::Arrived& arrived) { arrived.certificate->names = {"provider-a.example.nhs.uk"}; };
  CHECK(search_with("ignores-name-of-asid", another) == Both{denied, "200"});
  CHECK(search_with("ignores-fqdn", another) == Both{denied, "200"});
}

TEST_CASE("claims of the token") {
  const Both caught{bad_header, "200"};
  CHECK(search_with("ignores-missing-token", [](auto& arrived) { drop(arrived, "Authorization"); }) == caught);
  for (const std::string name : {"iss", "aud", "iat", "exp", "requesting-system", "reason-for-request", "scope", "requesting-organization"})
    CHECK(search_with_claim("tolerates-missing-" + name, base::replace_all(name, "-", "_"), nullptr) == caught);
  CHECK(search_with_claim("ignores-sub", "sub", "https://fhir.nhs.uk/Id/sds-role-profile-id|1") == caught);
  CHECK(search_with_claim("ignores-reason", "reason_for_request", "secondaryuses") == caught);
  CHECK(search_with_claim("ignores-verb-of-scope", "scope", "patient/DocumentReference.write") == caught);
  CHECK(search_with_claim("accepts-any-scope", "scope", "patient/documentreference.read") == caught);
  CHECK(search_with_claim("accepts-any-scope", "scope", "patient/*.read") == caught);
  CHECK(search_with_claim("ignores-form-of-requesting-system", "requesting_system", consumer) == caught);
  CHECK(search_with_claim("takes-tokens-of-unknown-systems", "requesting_system", "https://fhir.nhs.uk/Id/accredited-system|200000000999") == caught);
  CHECK(search_with_claim("takes-tokens-of-unknown-organisations", "requesting_organization",
                          "https://fhir.nhs.uk/Id/ods-organization-code|ZZZ") == caught);
  CHECK(search_with_claim("ignores-organisation-of-system", "requesting_organization",
                          "https://fhir.nhs.uk/Id/ods-organization-code|MHT01") == caught);
  CHECK(search_with_claim("takes-user-beside-patient", "requesting_patient", "https://fhir.nhs.net/Id/nhs-number|9990000042") == caught);
  CHECK(search_with_claim("ignores-lifetime", "exp", now + 3600) == caught);
  CHECK(search_with_claim("tolerates-mistyped-times", "exp", "soon") == caught);
  CHECK(search_with_claim("tolerates-mistyped-claims", "scope", base::Json::array({"patient/DocumentReference.read"})) == caught);
  CHECK(search_with_claim("", "act", base::Json{{"sub", "x"}}).sound == "200");
}

TEST_CASE("a token is good for five minutes") {
  Registry sound, faulty({"ignores-exp"});
  const auto arrived = sound.good(consumer, "GET", of_patient());
  CHECK(said(sound.service.answer(arrived, now + 297)) == "200");
  CHECK(said(sound.service.answer(arrived, now + 298)) == bad_header);
  CHECK(said(faulty.service.answer(arrived, now + 298)) == "200");
  CHECK(said(sound.service.answer(arrived, now - 1000)) == bad_header);
}

TEST_CASE("without a user a provider may write, and nobody may read") {
  Registry registry;
  const auto unattended = [&](const std::string& asid, demo::Arrived arrived) {
    auto all = claims(*registry.service.directory().by_asid(asid), arrived.method != "GET");
    all.erase("requesting_user");
    all["sub"] = all["requesting_system"];
    set(arrived, "Authorization", "Bearer " + token(all));
    return said(registry.service.answer(arrived, now));
  };
  CHECK(unattended(provider_a, registry.good(provider_a, "POST", "", pointer("MHT01", "urn:uuid:1").dump())) == "201 RESOURCE_CREATED");
  CHECK(unattended(consumer, registry.good(consumer, "GET", of_patient())) == bad_header);
}

TEST_CASE("the token's system is the sender") {
  const auto change = [](demo::Arrived& arrived) {
    set(arrived, "Authorization", "Bearer " + token(claims(*Registry().service.directory().by_asid(provider_a), false)));
  };
  CHECK(search_with("ignores-system-of-token", change) == Both{bad_header, "200"});
}

TEST_CASE("bad base64 is refused, and crashes only who has that fault") {
  CHECK(search_with("fails-on-bad-base64", [](auto& arrived) { set(arrived, "Authorization", "Bearer e30.!!!!."); }) ==
        Both{bad_header, "500 INTERNAL_SERVER_ERROR"});
}

TEST_CASE("_format beats Accept, and XML is not spoken") {
  const auto asked = [](const std::string& accept, const std::string& more) {
    Registry registry;
    auto arrived = registry.good(consumer, "GET", of_patient() + more);
    set(arrived, "Accept", accept);
    return said(registry.service.answer(arrived, now));
  };
  const std::string unsupported = "415 UNSUPPORTED_MEDIA_TYPE";
  CHECK(asked("application/fhir+json", "") == "200");
  CHECK(asked("application/json+fhir; charset=utf-8", "") == "200");
  CHECK(asked("text/html, */*;q=0.1", "") == "200");
  CHECK(asked("image/png", "") == unsupported);
  CHECK(asked("application/fhir+xml", "") == unsupported);
  CHECK(asked("image/png", "&_format=json") == "200");
  CHECK(asked("application/fhir+json", "&_format=xml") == unsupported);
}

TEST_CASE("paths, verbs and bodies that are no interaction") {
  Registry registry;
  const auto one = pointer("MHT01", "urn:uuid:1");
  CHECK(registry.ask(provider_a, "PUT", "/1", one.dump()).status == 400);
  CHECK(Registry({"serves-put"}).ask(consumer, "PUT", "/1", one.dump()).status == 200);
  CHECK(registry.ask(provider_a, "POST", "/1", one.dump()).status == 400);
  auto elsewhere = registry.good(consumer, "GET", "");
  elsewhere.path = "/STU3/Patient";
  CHECK(said(registry.service.answer(elsewhere, now)) == "404 NO_RECORD_FOUND");
  CHECK(said(registry.ask(provider_a, "POST", "", "{")) == "400 INVALID_REQUEST_MESSAGE");
  auto empty = registry.good(provider_a, "POST", "");
  CHECK(said(registry.service.answer(empty, now)) == "400 INVALID_REQUEST_MESSAGE");
  CHECK(said(registry.ask(consumer, "GET", "")) == "400 INVALID_PARAMETER");
  CHECK(said(registry.ask(consumer, "GET", of_patient() + "&author=x")) == "400 INVALID_PARAMETER");
  CHECK(said(registry.ask(consumer, "GET", of_patient("9434765910"))) == "400 INVALID_NHS_NUMBER");
  CHECK(said(registry.ask(consumer, "GET", of_patient("9990000018"))) == "404 NO_RECORD_FOUND");
  CHECK(said(registry.ask(consumer, "GET", "/nobody")) == "404 NO_RECORD_FOUND");
}

TEST_CASE("profile and business rules of a new pointer") {
  struct Row {
    const char* where;
    base::Json value;
    const char* said;
  };
  const Row rows[] = {{"/status", "superseded", "400 INVALID_RESOURCE"},
                      {"/meta/profile/0", "https://example", "400 INVALID_RESOURCE"},
                      {"/type/coding/0/display", "", "400 INVALID_RESOURCE"},
                      {"/content/0/attachment/url", "record", "400 INVALID_RESOURCE"},
                      {"/masterIdentifier/system", "", "400 INVALID_RESOURCE"},
                      {"/subject/reference", "Patient/1", "400 INVALID_PARAMETER"},
                      {"/subject/reference", patient_url + "9434765910", "400 INVALID_NHS_NUMBER"},
                      {"/custodian/reference", organisation_url + "ZZZ", "400 ORGANISATION_NOT_FOUND"},
                      {"/resourceType", "Patient", "400 INVALID_REQUEST_MESSAGE"}};
  for (const auto& row : rows) {
    CAPTURE(row.where);
    auto one = pointer("MHT01", "urn:uuid:1");
    one[base::Json::json_pointer(row.where)] = row.value;
    CHECK(said(Registry().create(provider_a, one)) == row.said);
  }
}

TEST_CASE("what people send is no JSON of a pointer") {
  for (const std::string body : {"[]", "null", R"({"resourceType":7})", R"({"resourceType":"DocumentReference","meta":[],"content":7})",
                                 R"({"resourceType":"DocumentReference","meta":{"profile":["https://fhir.nhs.uk/STU3/StructureDefinition/NRL-DocumentReference-1"]},"status":"current","type":[],"content":[[]]})"}) {
    CAPTURE(body);
    CHECK(Registry().ask(provider_a, "POST", "", body).status == 400);
  }
  for (const std::string body : {"[]", R"({"resourceType":"Parameters","parameter":{}})", R"({"resourceType":"Parameters","parameter":[{"name":"operation","part":[1,2,3]}]})"}) {
    CAPTURE(body);
    CHECK(Registry().ask(provider_a, "PATCH", "/1", body).status == 400);
  }
}
