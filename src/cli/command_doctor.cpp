// SPDX-License-Identifier: Apache-2.0
// Preflight: everything a run leans on, tried one by one, each with a line.
#include <fmt/format.h>

#include <map>

#include "base/redact.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/connect.hpp"
#include "cli/exit_code.hpp"
#include "cli/job.hpp"
#include "cli/signals.hpp"
#include "pki/digest.hpp"
#include "probes/request_builder.hpp"
#include "probes/sni.hpp"
#include "probes/survey.hpp"
#include "run/courier.hpp"

namespace cli {

namespace {

using model::Exit;
using model::Observation;

class Doctor {
 public:
  // Quiet: what is wrong is said, and nothing else.
  Doctor(Job& job, Console& console, bool quiet) : job_(job), console_(console), quiet_(quiet) {}

  void good(const std::string& what, const std::string& detail) {
    if (!quiet_) line("ok", what, detail);
  }
  void open(const std::string& what, const std::string& detail) {
    if (!quiet_) line("--", what, detail);
  }
  void bad(const std::string& what, const std::string& detail) {
    line("NO", what, detail);
    healthy_ = false;
  }
  [[nodiscard]] Exit verdict() const { return healthy_ ? Exit::conformant : Exit::incomplete; }

  void material() {
    good("profile", fmt::format("{} {}, {}", job_.profile.id, job_.profile.version, base::counted(job_.profile.checks.size(), "check")));
    if (!job_.credential_hint.empty()) bad("credential", job_.credential_hint);
    for (const auto& credential : job_.credentials) {
      const std::string what = fmt::format("credential {}", credential.label);
      if (!credential.unusable.empty()) {
        bad(what, credential.unusable);
      } else {
        const bool matches = credential.kind != model::CredentialKind::key_mismatch;   // where it must not
        good(what, fmt::format("{}, {}, until {}, its key {}", word(credential.kind), credential.leaf.common_name,
                               base::rfc3339(credential.leaf.not_after), matches ? "matches" : "is another's, as it should be"));
      }
    }
    for (const auto& note : job_.notes) open("note", note);
  }

  // Who asks, where a profile has several: what the target file says of each, and whether it can be so.
  void roles() {
    const model::Subject subject = job_.subject();
    std::map<std::string, std::string> organisations;
    for (const auto& [role, claims] : job_.profile.role_claims) {
      const auto fact = [&, name = role](const char* member) { return probes::fact(subject, name + member).value_or(""); };
      if (fact(".asid").empty() || fact(".ods_code").empty()) {
        open(role, "the target file does not give its asid and ods_code");
        continue;
      }
      model::Interaction asked;
      asked.as = role;
      const auto credential = probes::credential_of(subject, asked);
      const std::string detail = fmt::format("ASID {} of {}", fact(".asid"), fact(".ods_code"));
      const auto [other, is_first] = organisations.emplace(fact(".ods_code"), role);
      const bool provider = role.find("provider") != std::string::npos && other->second.find("provider") != std::string::npos;
      if (!credential) {
        bad(role, fmt::format("{}: the kit has no credential \"{}\"", detail, fact(".credential")));
      } else if (!is_first && provider) {
        bad(role, fmt::format("{}: the same organisation as {}, so that nothing can be said of foreign pointers", detail, other->second));
      } else {
        good(role, fmt::format("{}, credential {}", detail, *credential));
      }
    }
  }

  // False when nothing further can be tried.
  bool tls(run::Courier& courier, const probes::SurveyPlan& plan) {
    Observation seen;
    for (const auto& hello : probes::known_good_hellos(plan)) {
      seen = courier.ask_one({fmt::format("known-good-{:02}", ++hellos_), hello});
      if (probes::accepts_hello(seen)) break;
      if (seen.outcome != model::Outcome::refused && seen.outcome != model::Outcome::closed) break;
    }
    if (!probes::accepts_hello(seen)) {
      bad("TLS", in_words(seen));
      return false;
    }
    good("TLS", in_words(seen));
    const auto shown = courier.ask_one({"handshake", model::HandshakeExchange{plan.origin, job_.target.server_name,
                                                                              probes::valid_credential(job_.subject()).value_or("")}});
    if (shown.tls.server)
      good("server certificate", fmt::format("{}, until {}, {}", shown.tls.server->subject, base::rfc3339(shown.tls.server->not_after),
                                             job_.target.server_ca.empty() ? "not verified (no --server-ca)" : "verified"));
    if (shown.outcome != model::Outcome::answered) {
      bad("handshake", in_words(shown));
      return shown.side != model::Side::ours;
    }
    good("handshake", fmt::format("{}; a client certificate is {}asked for", in_words(shown), shown.tls.certificate_requested ? "" : "not "));
    return true;
  }

  void controls(run::Courier& courier) {
    const model::Subject subject = job_.subject();
    for (const auto& interaction : job_.profile.interactions) {
      const std::string what = "control " + interaction.alias;
      auto good_one = probes::good_request(subject, interaction);
      if (const auto* judgement = std::get_if<model::Judgement>(&good_one)) {
        open(what, judgement->because);
        continue;
      }
      const auto& control = std::get<model::Control>(good_one);
      if (interaction.writes || interaction.path.find("{pointer.") != std::string::npos) {
        open(what, "not sent: it is about a pointer; run makes one of its own with --allow intrusive");
        continue;
      }
      if (interaction.of_target && !model::is_safe_method(interaction.method)) {
        open(what, fmt::format("not sent: a {} of the target file may change the target; run sends it with --allow intrusive", interaction.method));
        continue;
      }
      const Observation seen = courier.ask_one({"control-" + interaction.alias, control.exchange});
      if (model::accepts(control, seen)) {
        good(what, in_words(seen) + (seen.detail == model::found_nothing ? fmt::format("; {}", seen.detail) : ""));
      } else {
        bad(what, in_words(seen));
      }
      if (interaction.alias == job_.profile.base_control && std::abs(seen.clock_offset) > 5)
        open("clock", fmt::format("the target's is {} seconds {} ours", std::abs(seen.clock_offset), seen.clock_offset > 0 ? "ahead of" : "behind"));
    }
  }

 private:
  void line(const char* mark, const std::string& what, const std::string& detail) {
    console_.say(fmt::format("{:<3} {:<37} {}\n", mark, what, base::printable(detail)));
  }

  Job& job_;
  Console& console_;
  bool quiet_;
  bool healthy_ = true;
  int hellos_ = 0;
};

}  // namespace

Exit command_doctor(const Arguments& arguments, Console& console) {
  Job job;
  auto settings = settings_from(arguments);
  if (!settings) return failed(settings.error(), console);
  job.settings = std::move(*settings);
  Arguments own = arguments;
  if (!own.has("profile")) own.given["profile"] = {{"gp-connect-provider"}, "default"};
  const std::string url = arguments.positionals.empty() ? "" : arguments.positionals.front();
  const bool has_target = !url.empty() || arguments.has("target");
  // Without a target the material alone is looked at.
  auto target = chosen_target(own, has_target ? url : "https://localhost");
  if (!target) return failed(target.error(), console);
  job.target = std::move(*target);
  auto profile = chosen_profile(own);
  if (!profile) return failed(profile.error(), console);
  job.profile = std::move(*profile);
  if (auto status = load_job(own, job); !status) return failed(status.error(), console);
  Doctor doctor(job, console, arguments.flag("quiet"));
  doctor.material();
  if (has_target) doctor.roles();
  if (!has_target) {
    doctor.open("target", "none was given: connection and controls were not tried");
    return doctor.verdict();
  }
  Signals signals;
  wire::Settings wire_settings = wire_settings_for(job);
  const auto addresses = find_address(job, wire_settings);
  if (!addresses) {
    doctor.bad("connection", base::one_line(addresses.error()));
    return exit_for(addresses.error().kind);
  }
  doctor.good("connection", wire_settings.proxy.empty() ? base::join(*addresses, ", ") : "through " + base::mask_proxy(wire_settings.proxy));
  const auto wire = wire::make_wire(std::move(wire_settings), signals.wake_fd());
  run::Courier courier(*wire, job.settings.pace, pki::random_uuid(), [] { return Signals::received() != 0; },
                       [&job] { return present(job.settings); });
  probes::SurveyPlan plan;
  plan.origin = dialled(job.target);
  plan.server_name = probes::server_name(job.subject(), plan.origin);
  if (doctor.tls(courier, plan)) doctor.controls(courier);
  return doctor.verdict();
}

}  // namespace cli
