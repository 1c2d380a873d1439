// SPDX-License-Identifier: Apache-2.0
// Whose pointers are whose (NRL-PTR-1 to -3): by organisation, whichever way a pointer is addressed, and with nothing
// left of what was refused.
#include "catch.hpp"
#include "nrl_scene.hpp"

using namespace scene;

namespace {

const std::string not_owner = "400 INVALID_RESOURCE";

base::Json by_reference(const std::string& id) { return {{"reference", "https://registry.example/STU3/DocumentReference/" + id}}; }
base::Json by_master(const std::string& master) { return {{"identifier", {{"system", "urn:ietf:rfc:3986"}, {"value", master}}}}; }

}  // namespace

TEST_CASE("a pointer lives: created, found, read, superseded, updated, deleted") {
  Registry registry;
  const auto created = registry.create(provider_a, pointer("MHT01", "urn:uuid:1"));
  CHECK(said(created) == "201 RESOURCE_CREATED");
  const auto id = Registry::id_in(created);
  REQUIRE(!id.empty());
  CHECK(said(registry.ask(consumer, "GET", "/" + id)) == "200");
  const auto next = registry.stored(provider_a, replacing(pointer("MHT01", "urn:uuid:2"), by_reference(id)));
  CHECK(registry.at(id).status == "superseded");
  CHECK(registry.at(id).version == 2);
  CHECK(said(registry.ask(consumer, "GET", "/" + id)) == "400 BAD_REQUEST");
  CHECK(registry.at(next).version == 1);
  CHECK(said(registry.ask(provider_a, "PATCH", "/" + next, entered_in_error())) == "200 RESOURCE_UPDATED");
  CHECK(registry.at(next).version == 2);
  CHECK(said(registry.ask(provider_a, "DELETE", "?_id=" + next)) == "200 RESOURCE_DELETED");
  CHECK(said(registry.ask(provider_a, "DELETE", by_identifier("urn:uuid:1"))) == "200 RESOURCE_DELETED");
  CHECK(registry.size() == 0);
  CHECK(base::Json::parse(registry.ask(consumer, "GET", of_patient()).body)["total"] == 0);
  // Its master identifier is spent.
  CHECK(said(registry.create(provider_a, pointer("MHT01", "urn:uuid:1"))) == "400 DUPLICATE_REJECTED");
}

TEST_CASE("nobody changes another organisation's pointer, however it is addressed") {
  struct Way {
    const char* method;
    const char* by;
    const char* fault;
  };
  const auto way = GENERATE(Way{"DELETE", "id", "deletes-foreign-pointers-by-id"}, Way{"DELETE", "query-id", "deletes-foreign-pointers-by-query-id"},
                            Way{"DELETE", "identifier", "deletes-foreign-pointers-by-identifier"},
                            Way{"PATCH", "id", "updates-foreign-pointers-by-id"}, Way{"PATCH", "identifier", "updates-foreign-pointers-by-identifier"});
  const auto attack = [&](Registry& registry, const std::string& id) {
    const std::string by = way.by;
    const std::string below = by == "id" ? "/" + id : by == "query-id" ? "?_id=" + id : by_identifier("urn:uuid:1");
    return registry.ask(provider_b, way.method, below, std::string(way.method) == "PATCH" ? entered_in_error() : "");
  };
  CAPTURE(way.fault);
  Registry sound;
  const auto id = sound.stored(provider_a, pointer("MHT01", "urn:uuid:1"));
  CHECK(said(attack(sound, id)) == not_owner);
  CHECK(sound.at(id).status == "current");
  CHECK(sound.at(id).version == 1);
  Registry faulty({way.fault});
  const auto victim = faulty.stored(provider_a, pointer("MHT01", "urn:uuid:1"));
  CHECK(attack(faulty, victim).status == 200);
}

TEST_CASE("ownership is the organisation's, not the system's") {
  Registry registry;
  const auto id = registry.stored(provider_a, pointer("MHT01", "urn:uuid:1"));
  CHECK(said(registry.ask(provider_a2, "DELETE", "/" + id)) == "200 RESOURCE_DELETED");
}

TEST_CASE("a pointer is created in one's own name only") {
  CHECK(said(Registry().create(provider_a, pointer("1XR", "urn:uuid:1"))) == not_owner);
  CHECK(Registry({"ignores-custodian-on-create"}).create(provider_a, pointer("1XR", "urn:uuid:1")).status == 201);
}

TEST_CASE("a refused supersede leaves nothing behind") {
  const bool by_id = GENERATE(true, false);
  const auto target = [&](const std::string& id) { return by_id ? by_reference(id) : by_master("urn:uuid:1"); };
  const auto attempt = [&](Registry& registry, const std::string& id) {
    return registry.create(provider_b, replacing(pointer("1XR", "urn:uuid:2"), target(id)));
  };
  Registry sound;
  auto id = sound.stored(provider_a, pointer("MHT01", "urn:uuid:1"));
  CHECK(said(attempt(sound, id)) == not_owner);
  CHECK(sound.at(id).status == "current");
  CHECK(sound.size() == 1);

  Registry careless({"supersedes-before-refusing"});
  id = careless.stored(provider_a, pointer("MHT01", "urn:uuid:1"));
  CHECK(said(attempt(careless, id)) == not_owner);
  CHECK(careless.at(id).status == "superseded");
  CHECK(careless.size() == 1);

  Registry half({"keeps-half-of-a-refused-supersede"});
  id = half.stored(provider_a, pointer("MHT01", "urn:uuid:1"));
  CHECK(said(attempt(half, id)) == not_owner);
  CHECK(half.at(id).status == "current");
  CHECK(half.size() == 2);

  const std::string fault = by_id ? "supersedes-foreign-pointers-by-reference" : "supersedes-foreign-pointers-by-identifier";
  Registry lenient({fault});
  id = lenient.stored(provider_a, pointer("MHT01", "urn:uuid:1"));
  CHECK(attempt(lenient, id).status == 201);
  CHECK(lenient.at(id).status == "superseded");
}

TEST_CASE("what is refused may have happened all the same, where a fault says so") {
  Registry updating({"updates-before-refusing"});
  auto id = updating.stored(provider_a, pointer("MHT01", "urn:uuid:1"));
  CHECK(said(updating.ask(provider_b, "PATCH", "/" + id, entered_in_error())) == not_owner);
  CHECK(updating.at(id).status == "entered-in-error");
  Registry deleting({"deletes-before-refusing"});
  id = deleting.stored(provider_a, pointer("MHT01", "urn:uuid:1"));
  CHECK(said(deleting.ask(provider_b, "DELETE", "/" + id)) == not_owner);
  CHECK(deleting.size() == 0);
}

TEST_CASE("a supersede stays with its patient and with the pointer it names") {
  Registry registry;
  const auto id = registry.stored(provider_a, pointer("MHT01", "urn:uuid:1"));
  const auto other = replacing(pointer("MHT01", "urn:uuid:2", other_patient), by_reference(id));
  CHECK(said(registry.create(provider_a, other)) == not_owner);
  auto both = by_reference(id);
  both["identifier"] = {{"system", "urn:ietf:rfc:3986"}, {"value", "urn:uuid:other"}};
  CHECK(said(registry.create(provider_a, replacing(pointer("MHT01", "urn:uuid:3"), both))) == not_owner);
  CHECK(said(registry.create(provider_a, replacing(pointer("MHT01", "urn:uuid:4"), by_reference("nobody")))) == "400 INVALID_RESOURCE");
  CHECK(registry.size() == 1);
  CHECK(registry.at(id).status == "current");
}

TEST_CASE("a registry that denies cleanup keeps what its owner wants gone") {
  Registry registry({"denies-cleanup"});
  const auto id = registry.stored(provider_a, pointer("MHT01", "urn:uuid:1"));
  CHECK(said(registry.ask(provider_a, "DELETE", "/" + id)) == not_owner);
  CHECK(registry.size() == 1);
}

TEST_CASE("a crowd of pointers is somebody else's") {
  Registry registry;
  registry.service.crowd(1000, now);
  const auto reply = registry.ask(consumer, "GET", of_patient());
  CHECK(base::Json::parse(reply.body)["total"] == 1000);
  const auto mine = registry.ask(consumer, "GET", of_patient() + "&custodian=" + organisation_url + "MHT01");
  CHECK(base::Json::parse(mine.body)["total"] == 0);
}
