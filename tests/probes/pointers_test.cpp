// SPDX-License-Identifier: Apache-2.0
// The judgement of a foreign request, row by row: what was answered, and what a reader saw afterwards.
#include "probes/pointer_requests.hpp"
#include "probes/request_builder.hpp"
#include "profile/profile_file.hpp"
#include "tests/probes/identity_scene.hpp"

using namespace scene;

namespace {

using Answers = std::map<std::string, Observation>;

struct Registry {
  model::Profile profile;
  model::Target target;
  std::vector<model::CredentialInfo> kit = {credential(CredentialKind::valid)};

  Registry() {
    auto loaded = profile::load_profile("nrl", {{}, {}, probes::all()});
    REQUIRE(loaded);
    profile = std::move(*loaded);
    target.url = "https://registry.example/STU3";
    target.facts = {{"nrl.to_asid", "999999999999"},          {"nrl.patient.nhs_number", "9434765919"}, {"nrl.consumer.asid", "200000000117"},
                    {"nrl.consumer.ods_code", "AMS01"},       {"nrl.provider_a.asid", "200000000118"},  {"nrl.provider_a.ods_code", "MHT01"},
                    {"nrl.provider_b.asid", "200000000121"}, {"nrl.provider_b.ods_code", "1XR"}};
  }
  [[nodiscard]] model::Subject subject() const {
    model::Subject subject{profile, target, kit};
    subject.run_id = "01234567-89ab-4cde-8f01-23456789abcd";
    return subject;
  }
  [[nodiscard]] const model::Check& check(const std::string& id) const {
    return *std::find_if(profile.checks.begin(), profile.checks.end(), [&](const auto& check) { return check.id == id; });
  }
  [[nodiscard]] std::string identifier(const model::Check& check, const std::string& name) const {
    return name.starts_with("urn:") ? name : probes::new_pointer(subject(), "nrl.provider_b", check.id + "/" + name + "/1").identifier;
  }
  [[nodiscard]] model::Judgement judge(const model::Check& check, const Answers& given) const {
    const auto about = subject();
    const auto prepared = probes::pointers.prepare(check, about);
    REQUIRE_FALSE(prepared.settled);
    std::vector<Observation> answers;
    for (const auto& [label, seen] : given) {
      answers.push_back(seen);
      answers.back().id = check.id + "-" + label;
      // "own", "target", "made" and "heir" stand for the identifiers that the probe gives them.
      for (auto& pointer : answers.back().pointers) pointer.identifier = identifier(check, pointer.identifier);
    }
    return probes::pointers.judge({check, about, prepared, answers, {}, answers});
  }
};

Observation http(int status, const char* code = "") {
  Observation seen = answered({}, status, "OperationOutcome");
  if (code[0] != '\0') seen.issue_codes = {code};
  return seen;
}

Observation created(const char* id) {
  Observation seen = http(201, "RESOURCE_CREATED");
  seen.headers = {{"Location", std::string("https://registry.example/STU3/DocumentReference/") + id}};
  return seen;
}

Observation pointer(const char* status, const char* version, const char* name = "target") {
  Observation seen = answered({}, 200, "DocumentReference");
  seen.pointers = {{"p", version, status, name, "MHT01"}};
  return seen;
}

Observation bundle(std::int64_t total, std::int64_t listed, const std::string& identifier = "") {
  Observation seen = answered({}, 200, "Bundle");
  seen.total = total;
  seen.listed = listed;
  if (!identifier.empty()) seen.pointers = {{"n", "1", "current", identifier, "1XR"}};
  return seen;
}

Observation gone() { return http(404, "NO_RECORD_FOUND"); }

// A foreign delete that was refused as it should be.
Answers sound() {
  return {{"own-create", created("q")},
          {"own-found", pointer("current", "1", "own")},
          {"create", created("p")},
          {"found", pointer("current", "1")},
          {"attack", http(400, "INVALID_RESOURCE")},
          {"state", pointer("current", "1")},
          {"granted", http(200, "RESOURCE_DELETED")},
          {"visible", gone()},
          {"final", pointer("current", "1")}};
}

Answers with(Answers answers, const char* label, Observation seen) {
  answers[label] = std::move(seen);
  return answers;
}

Answers without(Answers answers, const char* label) {
  answers.erase(label);
  return answers;
}

// Where the first look shows a change nothing more is tried.
Answers seen_at_once() { return without(without(without(sound(), "granted"), "visible"), "final"); }

struct Case {
  const char* name;
  Answers answers;
  Verdict verdict;
  Cause cause;
  const char* says;
};

void hold(const Registry& registry, const char* id, const std::vector<Case>& rows) {
  for (const auto& row : rows) {
    const auto judgement = registry.judge(registry.check(id), row.answers);
    INFO(row.name << ": " << judgement.observed << " / " << judgement.because);
    CHECK(model::word(judgement.verdict) == model::word(row.verdict));
    CHECK(model::word(judgement.cause) == model::word(row.cause));
    CHECK((judgement.because + judgement.observed).find(row.says) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("a foreign delete: the answer, and what is there afterwards") {
  const Registry registry;
  Observation silence;
  silence.outcome = Outcome::timed_out;
  hold(registry, "pointers.rejects-foreign-delete",
       {{"refused as specified", sound(), Verdict::pass, Cause::none, "as it was"},
        {"refused by 403", with(sound(), "attack", http(403, "ACCESS_DENIED")), Verdict::warn, Cause::deviation, "as it was"},
        {"refused by 404", with(sound(), "attack", gone()), Verdict::warn, Cause::deviation, "as it was"},
        {"served", with(with(seen_at_once(), "attack", http(200)), "state", gone()), Verdict::fail, Cause::assertion, "was served"},
        {"served in words only", with(sound(), "attack", http(200)), Verdict::fail, Cause::assertion, "was served"},
        {"refused in words only", with(seen_at_once(), "state", gone()), Verdict::fail, Cause::assertion, "in words only"},
        {"kept, but inactive", with(seen_at_once(), "state", http(400, "BAD_REQUEST")), Verdict::fail, Cause::assertion, "no longer current"},
        {"another status", with(seen_at_once(), "state", pointer("entered-in-error", "2")), Verdict::fail, Cause::assertion, "entered-in-error"},
        {"another version", with(seen_at_once(), "state", pointer("current", "2")), Verdict::fail, Cause::assertion, "versionId"},
        {"unhandled", with(sound(), "attack", http(500)), Verdict::fail, Cause::assertion, ""},
        {"no answer", with(sound(), "attack", silence), Verdict::inconclusive, Cause::timeout, ""},
        {"no answer, and gone", with(with(seen_at_once(), "attack", silence), "state", gone()), Verdict::fail, Cause::assertion, "is gone"},
        {"cannot be read afterwards", without(with(sound(), "state", http(503)), "final"), Verdict::inconclusive, Cause::ambiguous, "could not be read"},
        {"not read afterwards", without(without(sound(), "state"), "final"), Verdict::inconclusive, Cause::ambiguous, "could not be read"},
        {"cannot be read at the end", with(sound(), "final", http(503)), Verdict::inconclusive, Cause::ambiguous, "at the end"},
        {"seen only at the end", with(sound(), "final", pointer("entered-in-error", "2")), Verdict::fail, Cause::assertion, "in words only"},
        {"a copy that lags", with(with(sound(), "state", gone()), "state-2", pointer("current", "1")), Verdict::inconclusive, Cause::ambiguous, "contradict"},
        {"two copies", with(with(sound(), "state", gone()), "sought", bundle(1, 1, "target")), Verdict::inconclusive, Cause::ambiguous, "contradict"},
        {"a change by right cannot be seen", with(sound(), "visible", pointer("current", "1", "own")), Verdict::inconclusive, Cause::control, "cannot be seen"},
        {"a change by right is not looked for", without(sound(), "visible"), Verdict::inconclusive, Cause::control, "cannot be seen"},
        {"another pointer than its own", with(sound(), "own-found", pointer("current", "1", "urn:uuid:x")), Verdict::inconclusive, Cause::control, "another pointer"},
        {"another pointer than the owner's", with(sound(), "found", pointer("current", "1", "urn:uuid:x")), Verdict::inconclusive, Cause::control, "another pointer"},
        {"a pointer that does not say which", with(sound(), "found", pointer("current", "1", "urn:")), Verdict::inconclusive, Cause::control, "another pointer"},
        {"nobody may delete", with(sound(), "granted", http(403)), Verdict::inconclusive, Cause::control, "for those who may"},
        {"not asked of its own", without(sound(), "granted"), Verdict::inconclusive, Cause::control, "for those who may"},
        {"the asker is unknown", with(sound(), "own-create", http(400)), Verdict::inconclusive, Cause::control, "cannot create"},
        {"the owner cannot create", with(sound(), "create", http(500)), Verdict::inconclusive, Cause::control, "not accepted"},
        {"created without a place", with(sound(), "create", http(201)), Verdict::inconclusive, Cause::control, "without a Location"},
        {"the reader sees nothing", with(sound(), "found", gone()), Verdict::inconclusive, Cause::control, "cannot read"},
        {"made inactive", with(sound(), "found", pointer("superseded", "1")), Verdict::inconclusive, Cause::control, "superseded"}});
}

TEST_CASE("a foreign supersede: the pointer it asks for must not be there either") {
  const Registry registry;
  const char* id = "pointers.rejects-foreign-supersede-by-reference";
  Answers quiet = with(with(sound(), "shown", bundle(1, 1, "heir")), "after", bundle(1, 1));
  quiet["granted"] = created("s");
  quiet["visible"] = http(400, "BAD_REQUEST");
  Observation cut = bundle(1, 0);
  cut.truncated = true;
  Observation page = bundle(50, 50);
  page.more_pages = true;
  Observation nameless = bundle(3, 3);
  nameless.unnamed = 2;
  hold(registry, id,
       {{"refused", quiet, Verdict::pass, Cause::none, "as it was"},
        {"half", with(quiet, "after", bundle(2, 2, "made")), Verdict::fail, Cause::assertion, "it asked for is there"},
        {"superseded", with(without(quiet, "final"), "state", pointer("superseded", "2")), Verdict::fail, Cause::assertion, "superseded"},
        {"thousands of others", with(quiet, "after", bundle(5000, 5000)), Verdict::pass, Cause::none, ""},
        {"fewer than there are", with(quiet, "after", bundle(5001, 50)), Verdict::inconclusive, Cause::ambiguous, "searching"},
        {"a page of many", with(quiet, "after", page), Verdict::inconclusive, Cause::ambiguous, "one page"},
        {"entries of nobody", with(quiet, "after", nameless), Verdict::inconclusive, Cause::ambiguous, "whose they are"},
        {"too long", with(quiet, "after", cut), Verdict::inconclusive, Cause::ambiguous, "too long"},
        {"the search is refused", with(quiet, "after", http(403)), Verdict::inconclusive, Cause::ambiguous, "searching"},
        {"what was made by right is not listed", with(quiet, "shown", bundle(1, 1)), Verdict::inconclusive, Cause::control, "made by right is not listed"}});
}

TEST_CASE("requests about pointers are those of the profile, with who asks and what about") {
  const Registry registry;
  probes::Pointer pointer{"urn:uuid:1", "7/8", "https://registry.example/STU3/DocumentReference/7", "1XR", "urn:uuid:0"};
  const auto request = [&](const char* interaction, const char* role) {
    auto made = probes::pointer_request(registry.subject(), interaction, role, pointer);
    REQUIRE(std::holds_alternative<model::HttpExchange>(made));
    return std::get<model::HttpExchange>(std::move(made));
  };
  const auto remove = request("delete", "nrl.provider_b");
  CHECK(remove.method == "DELETE");
  CHECK(remove.path == "/STU3/DocumentReference/7%2F8");
  CHECK(remove.headers[3] == model::Header{"fromASID", "200000000121"});
  CHECK(remove.token->claims->at("sub") == "https://fhir.nhs.uk/Id/accredited-system|200000000121");
  CHECK(remove.token->claims->at("scope") == "patient/DocumentReference.write");
  const auto by_identifier = request("delete-by-identifier", "nrl.provider_a");
  CHECK_THAT(by_identifier.path, ContainsSubstring("Patient%2F9434765919&identifier=urn%3Aietf%3Arfc%3A3986%7Curn%3Auuid%3A1"));
  const auto create = base::Json::parse(request("create", "nrl.consumer").body);
  CHECK(create["custodian"]["reference"] == "https://directory.spineservices.nhs.uk/STU3/Organization/1XR");
  CHECK_THAT(create["content"][0]["attachment"]["url"].get<std::string>(), ContainsSubstring(".probity.thirdparty.nhs.uk/"));
  const auto supersede = base::Json::parse(request("supersede-by-identifier", "nrl.provider_b").body);
  CHECK(supersede["relatesTo"][0]["target"]["identifier"]["value"] == "urn:uuid:0");
  const auto read = request("read", "nrl.consumer");
  CHECK(read.token->claims->at("sub") == read.token->claims->at("requesting_user"));
}

TEST_CASE("what looks say together of a pointer") {
  using probes::Presence;
  const Observation there = bundle(1, 1, "urn:1"), elsewhere = bundle(1, 1, "urn:2"), none = gone(), inactive = http(400, "BAD_REQUEST"), refused = http(403);
  Observation page = bundle(9, 1);
  page.more_pages = true;
  CHECK(probes::presence({&there}, "urn:1") == Presence::current);
  CHECK(probes::presence({&elsewhere}, "urn:1") == Presence::not_current);
  CHECK(probes::presence({&none, &elsewhere}, "urn:1") == Presence::gone);
  CHECK(probes::presence({&inactive, &elsewhere}, "urn:1") == Presence::inactive);
  CHECK(probes::presence({&none, &there}, "urn:1") == Presence::contradictory);
  CHECK(probes::presence({&none, &page}, "urn:1") == Presence::gone);
  CHECK(probes::presence({&page, &refused, nullptr}, "urn:1") == Presence::unclear);
}

TEST_CASE("where a created pointer is") {
  const auto at = [](const char* location) {
    Observation seen = http(201);
    seen.headers = {{"Location", location}};
    return probes::id_in(seen);
  };
  CHECK(at("https://r/STU3/DocumentReference/da2b-1") == "da2b-1");
  CHECK(at("https://r/STU3/DocumentReference/da2b-1/_history/1") == "da2b-1");
  CHECK(at("https://r/STU3/DocumentReference?_id=da2b-1&x=y") == "da2b-1");
  CHECK(at("https://r/STU3/DocumentReference/") == "");
  CHECK(at("https://r/STU3/DocumentReference/da2b-1?_format=json") == "da2b-1");
  CHECK(at("https://r/STU3/DocumentReference/da2b-1#_id=7") == "da2b-1");
  CHECK(probes::id_in(http(201)).empty());
}
