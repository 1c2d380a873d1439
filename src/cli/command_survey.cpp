// SPDX-License-Identifier: Apache-2.0
// What a server speaks, without any profile: every address of the name, or one raw hello.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/connect.hpp"
#include "cli/exit_code.hpp"
#include "cli/job.hpp"
#include "cli/signals.hpp"
#include "model/hello_spec.hpp"
#include "model/tls_names.hpp"
#include "pki/digest.hpp"
#include "probes/sni.hpp"
#include "report/survey.hpp"
#include "run/courier.hpp"
#include "run/survey_phase.hpp"
#include "wire/resolve.hpp"

namespace cli {

namespace {

using model::Exit;
using model::Observation;

// "host:port" alone means https.
std::string as_url(const std::string& argument) {
  return argument.find("://") == std::string::npos ? "https://" + argument : argument;
}

// The addresses to survey: those the user names, or all that the name has; one empty one behind a proxy.
base::Result<std::vector<std::string>> chosen_addresses(const Arguments& arguments, const Job& job, const model::Origin& origin) {
  const auto given = arguments.list("address");
  if (!given.empty()) return given;
  const std::string name = fmt::format("{}:{}", origin.host, origin.port);
  for (const auto& [pin, address] : job.settings.pins)
    if (pin == name) return std::vector<std::string>{address};
  if (!proxy_for(job.settings, origin.host).empty()) return std::vector<std::string>{""};
  return wire::resolve(origin.host);
}

struct Work {
  const Job& job;
  probes::SurveyPlan plan;
  Signals& signals;
  bool sessions = false;          // full handshakes too
  bool vulnerabilities = false;   // known flaws too
};

std::vector<run::Question> session_questions(const probes::SurveyPlan& plan) {
  std::vector<run::Question> out;
  for (const auto& handshake : probes::session_handshakes(plan))
    out.push_back({fmt::format("handshake-{}", out.size() + 1), handshake});
  return out;
}

std::unique_ptr<wire::Wire> wire_to(const Work& work, const std::string& address, wire::Evidence evidence) {
  wire::Settings settings = wire_settings_for(work.job);
  settings.evidence = evidence;
  if (!address.empty()) settings.pinned[fmt::format("{}:{}", work.plan.origin.host, work.plan.origin.port)] = address;
  return wire::make_wire(std::move(settings), work.signals.wake_fd());
}

run::Courier courier_on(wire::Wire& wire, const Job& job) {
  return run::Courier(wire, job.settings.pace, pki::random_uuid(), [] { return Signals::received() != 0; },
                      [&job] { return present(job.settings); });
}

// From the hellos that were read to ServerHelloDone, and from a handshake.
void note_handshake(report::SurveyedAddress& out, const Observation& seen, const std::string& name) {
  const auto* hello = std::get_if<model::HelloExchange>(&seen.exchange);
  // Under another name another server may answer.
  if (hello != nullptr && hello->server_name != name) return;
  if (hello == nullptr && !std::holds_alternative<model::HandshakeExchange>(seen.exchange)) return;
  if (seen.tls.server && !out.certificate) out.certificate = seen.tls.server;
  if (seen.tls.flight) out.certificates = std::max(out.certificates, seen.tls.flight->certificates);
  if (hello == nullptr && seen.tls.server) out.certificates = std::max(out.certificates, 1 + static_cast<int>(seen.tls.issuers.size()));
  const bool shown = hello == nullptr ? seen.tls.server.has_value() : seen.tls.flight && seen.tls.flight->complete;
  if (shown) out.certificate_requested = out.certificate_requested.value_or(false) || seen.tls.certificate_requested;
  if (out.ca_names.empty()) out.ca_names = seen.tls.ca_names;
}

// Whether a version was accepted whose hellos are answered with the certificate in the clear.
bool shows_flight(const model::TlsFacts& tls) {
  return std::any_of(tls.versions.begin(), tls.versions.end(),
                     [](const auto& entry) { return entry.first != model::TlsVersion::tls1_3 && !entry.second.accepted.empty(); });
}

report::SurveyedAddress surveyed(const Work& work, const std::string& address) {
  report::SurveyedAddress out;
  out.address = address;
  const auto wire = wire_to(work, address, wire::Evidence::headers);   // octets are not shown
  auto courier = courier_on(*wire, work.job);
  const auto started = wire->now();
  run::SurveyPhase phase(courier, work.plan);
  if (phase.find_and_run(work.sessions ? session_questions(work.plan) : std::vector<run::Question>{})) {
    if (work.vulnerabilities) phase.run_vulnerabilities();
    out.tls = probes::tls_facts(courier.log());
    // TLS 1.3 shows its certificate, and what it asks of clients, only in a handshake.
    if (!shows_flight(out.tls) && courier.halted() == run::Halt::none)
      courier.ask_one({"handshake", model::HandshakeExchange{work.plan.origin, work.plan.server_name, ""}});
  } else {
    out.problem = phase.why();
  }
  out.tls = probes::tls_facts(courier.log());
  for (const auto& seen : courier.log()) note_handshake(out, seen, work.plan.server_name);
  out.complete = out.problem.empty() && courier.halted() == run::Halt::none &&
                 std::all_of(out.tls.versions.begin(), out.tls.versions.end(), [](const auto& entry) { return entry.second.unanswered.empty(); });
  out.connections = wire->connections_opened();
  out.ms = (wire->now() - started).count();
  return out;
}

void add_line(std::string& out, const std::string& label, const std::string& text) { out += fmt::format("  {:<24}{}\n", label, base::printable(text)); }

// What became of what was sent after the flight; "" when there was no such wish.
std::string sequel_in_words(const Observation& seen) {
  const auto* hello = std::get_if<model::HelloExchange>(&seen.exchange);
  std::string out;
  if (hello == nullptr || hello->then == model::Sequel::none) return out;
  if (!seen.tls.sequel) {
    add_line(out, "then", "nothing: the answer gives no ground for it");
    return out;
  }
  add_line(out, "then", model::in_words(*seen.tls.sequel));
  for (const auto& record : seen.tls.sequel->records) add_line(out, "", record + " octets");
  if (seen.tls.beyond > 0) add_line(out, "", base::counted(static_cast<std::size_t>(seen.tls.beyond), "octet") + " of the target's own behind ours, not kept");
  return out;
}

std::string flight_in_words(const Observation& seen) {
  std::string out;
  const auto add = [&](const std::string& label, const std::string& text) { add_line(out, label, text); };
  if (seen.tls.server) add("certificate", seen.tls.server->subject + ", " + seen.tls.server->key);
  if (!seen.tls.flight) return out;
  const auto& flight = *seen.tls.flight;
  std::vector<std::string> extensions;
  for (const auto type : flight.extensions) extensions.push_back(model::extension_name(type));
  add("extensions", base::join(extensions, ", "));
  if (flight.group != 0) add("group", model::group_name(flight.group));
  if (flight.dh_bits != 0) {
    const auto name = model::known_prime(flight.dh_prime);
    add("finite-field prime", fmt::format("{} bits, {}", flight.dh_bits, name.empty() ? "SHA-256 " + flight.dh_prime : name));
  }
  if (flight.signature != 0) add("signature", model::signature_name(flight.signature));
  if (flight.compressed) add("compression", "yes");
  if (seen.tls.certificate_requested) add("client certificate", fmt::format("requested, {} named", base::counted(seen.tls.ca_names.size(), "CA")));
  for (const auto& name : seen.tls.ca_names) add("", name);
  return out;
}

// Exit 0 whatever the answer: it is shown, not judged; 2 for none, and for what is no TLS.
Exit one_hello(const Work& work, const std::string& spec, const std::string& address, Console& console) {
  auto hello = model::hello_from_spec(spec, work.plan.server_name);
  if (!hello) return failed(hello.error(), console);
  hello->origin = work.plan.origin;
  const auto wire = wire_to(work, address, work.job.settings.evidence);
  auto courier = courier_on(*wire, work.job);
  const Observation seen = courier.ask_one({"hello", *hello});
  std::string out = fmt::format("{}{}\n  {:<24}{}\n  {:<24}{}\n", model::in_words(work.plan.origin), address.empty() ? "" : " at " + address,
                                "sent", in_words(seen.exchange), "answer", base::printable(in_words(seen)));
  if (!seen.detail.empty()) out += fmt::format("  {:<24}{}\n", "detail", base::printable(seen.detail));
  if (!seen.excerpt.empty()) out += fmt::format("  {:<24}{}\n", "octets", seen.excerpt);
  console.say(out + flight_in_words(seen) + sequel_in_words(seen) + fmt::format("  {:<24}{} ms\n", "time", seen.ms));
  if (seen.outcome == model::Outcome::unreachable) return Exit::unreachable;
  const bool told = seen.outcome == model::Outcome::refused || seen.outcome == model::Outcome::closed || (seen.outcome == model::Outcome::answered && seen.tls.version);
  return told ? Exit::conformant : Exit::incomplete;
}

Exit exit_of(const report::SurveyView& view) {
  const auto& all = view.addresses;
  if (std::all_of(all.begin(), all.end(), [](const auto& one) { return one.complete; })) return Exit::conformant;
  const bool nowhere = std::all_of(all.begin(), all.end(), [](const auto& one) { return one.problem.find("not reached") != std::string::npos; });
  return nowhere ? Exit::unreachable : Exit::incomplete;
}

}  // namespace

Exit command_survey(const Arguments& arguments, Console& console) {
  Job job;
  auto settings = settings_from(arguments);
  if (!settings) return failed(settings.error(), console);
  job.settings = std::move(*settings);
  auto target = chosen_target(arguments, as_url(arguments.positionals.front()));
  if (!target) return failed(target.error(), console);
  job.target = std::move(*target);
  if (auto status = guard_live_service(job.target, job.settings.authorisation); !status) return failed(status.error(), console);
  set_usual_rate(job);
  Signals signals;
  Work work{job, {}, signals, arguments.flag("sessions"), arguments.flag("vulnerabilities")};
  work.plan.origin = dialled(job.target);
  work.plan.server_name = probes::server_name(job.subject(), work.plan.origin);
  work.plan.mode = job.settings.survey.value_or(model::SurveyMode::full);
  work.plan.width = job.settings.pace.jobs;
  const auto addresses = chosen_addresses(arguments, job, work.plan.origin);
  if (!addresses) return failed(addresses.error(), console);
  if (const auto spec = arguments.one("hello")) return one_hello(work, *spec, addresses->front(), console);
  report::SurveyView view{model::in_words(work.plan.origin), work.plan.mode, {}};
  for (const auto& address : *addresses) {
    if (Signals::received() != 0) break;
    view.addresses.push_back(surveyed(work, address));
  }
  console.say(arguments.flag("json") ? report::survey_json(view).dump(2) + "\n" : report::survey_text(view));
  if (Signals::received() != 0) return Signals::received() == SIGTERM ? Exit::terminated : Exit::interrupted;
  return exit_of(view);
}

}  // namespace cli
