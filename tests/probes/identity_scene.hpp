// SPDX-License-Identifier: Apache-2.0
// What the probes of client certificates are shown in tests: a target, a kit, and answers as the
// wire reports them, without a network.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "probes/families.hpp"
#include "tests/catch.hpp"

namespace scene {

using model::Cause;
using model::CredentialKind;
using model::Observation;
using model::Outcome;
using model::Session;
using model::Verdict;

inline model::CredentialInfo credential(CredentialKind kind, std::string unusable = "") {
  model::CredentialInfo info;
  info.kind = kind;
  info.label = model::word(kind);
  info.leaf.sha256 = "leaf of " + info.label;
  info.unusable = std::move(unusable);
  info.cert_file = "kit/" + info.label + ".pem";
  info.key_file = "kit/client-key.pem";
  return info;
}

// A provider with one interaction, and a client with a kit of a few kinds.
struct Scene {
  model::Profile profile;
  model::Target target;
  std::vector<model::CredentialInfo> kit = {credential(CredentialKind::valid), credential(CredentialKind::expired),
                                            credential(CredentialKind::revoked), credential(CredentialKind::untrusted_ca)};
  model::Revocation revocation = model::Revocation::installed;
  std::vector<std::string> trusted_names = {"CN=RootCA", "CN=SubCA"};
  base::EpochSeconds now = 1'800'000'000;
  std::vector<Observation> everything;

  Scene() {
    profile.base_control = "metadata";
    model::Interaction metadata;
    metadata.alias = "metadata";
    metadata.path = "/metadata";
    metadata.resource = "CapabilityStatement";
    profile.interactions = {metadata};
    target.url = "https://provider.example/root";
  }

  [[nodiscard]] model::Subject subject() const {
    return {profile, target, kit, revocation, trusted_names, "crl.pem (until 2027)", now};
  }
  model::TlsFacts tls = {};
  [[nodiscard]] model::Prepared prepare(const model::Probe& probe, const model::Check& check) const {
    return probe.prepare(check, subject());
  }
  [[nodiscard]] model::Judgement judge(const model::Probe& probe, const model::Check& check, const std::vector<Observation>& answers) const {
    const auto about = subject();
    const auto prepared = probe.prepare(check, about);
    return probe.judge({check, about, prepared, answers, tls, everything});
  }
};

inline model::Check check(base::Json with, model::Expectation::Kind expects = model::Expectation::Kind::refused) {
  model::Check out;
  out.id = "identity.rejects-it";
  out.with = std::move(with);
  out.expect.kind = expects;
  return out;
}

// Asked for a certificate, and shown this one with the proof of its key; "" shows none.
inline Observation shown(std::string leaf) {
  Observation seen;
  seen.id = "it";
  seen.tls.certificate_requested = true;
  seen.tls.certificate_left = true;
  seen.tls.verify_sent = !leaf.empty();
  seen.tls.leaf_sent = std::move(leaf);
  return seen;
}

inline Observation answered(Observation seen, int status, std::string resource = "") {
  seen.outcome = Outcome::answered;
  seen.layer = model::Layer::http;
  seen.status = status;
  seen.resource_type = std::move(resource);
  return seen;
}

inline Observation ended(Observation seen, Outcome outcome) {
  seen.outcome = outcome;
  seen.layer = model::Layer::tls;
  seen.alert = outcome == Outcome::refused ? "bad_certificate" : "";
  return seen;
}

inline Observation with_session(Observation seen, Session session) {
  seen.tls.session = session;
  return seen;
}

// One row of a table: what came back, and what it is worth.
struct Row {
  const char* name;
  std::vector<Observation> answers;
  Verdict verdict;
  Cause cause;
};

inline void hold(const Scene& scene, const model::Probe& probe, const model::Check& check, const std::vector<Row>& rows) {
  for (const auto& row : rows) {
    INFO(row.name);
    const auto judgement = scene.judge(probe, check, row.answers);
    INFO(judgement.because);
    CHECK(model::word(judgement.verdict) == model::word(row.verdict));
    CHECK(model::word(judgement.cause) == model::word(row.cause));
    CHECK(judgement.suspects.empty() == (judgement.verdict != Verdict::fail));
  }
}

}  // namespace scene
